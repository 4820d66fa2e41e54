/**
 * A delivered message taken apart, by other means than the library's, and what every one of them must show.
 */
import { expect } from 'vitest'
import type { MessageVerdict } from '../../../src/index.js'

/** The octets below the chain's own fields: Return-Path and a Received field of each MTA. */
export function belowOurFields(content: Buffer, mtas = 5): Buffer {
  const ours = new RegExp(`^Return-Path: <[^\\r]*>\\r\\n(?:Received: [^\\r]*\\r\\n(?: [^\\r]*\\r\\n)*){${mtas}}`)
  const found = ours.exec(content.toString('latin1'))
  if (!found) throw new Error(`the message does not begin with Return-Path and ${mtas} Received fields`)
  return content.subarray(found[0].length)
}

/**
 * What must stand below our fields for what was sent: the same, under an empty line where it begins with neither a
 * field nor an empty line.
 */
export function asDelivered(sent: Buffer): Buffer {
  const begins = /^(?:$|\r\n|[!-9;-~]+[ \t]*:)/.test(sent.toString('latin1'))
  return begins ? sent : Buffer.concat([Buffer.from('\r\n'), sent])
}

/** Passes, proven by the journal, each hop of ours trusted. */
export function expectPass({ verdict, evidence, path, findings }: MessageVerdict): void {
  const errors = findings.filter(({ severity }) => severity !== 'info')
  expect({ verdict, evidence, errors }).toEqual({ verdict: 'pass', evidence: 'message+journal', errors: [] })
  expect(path.map(({ mta, trusted }) => ({ mta, trusted }))).toEqual(
    ['submission', 'outbound', 'gateway', 'filter', 'mailbox'].map(mta => ({ mta, trusted: true })),
  )
}
