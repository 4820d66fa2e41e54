/**
 * Return-Path: the last MTA puts it on top, once (RFC 5321 4.4).
 */
import type { ReceivedEvent } from '../journal/event.js'
import { parseMailbox } from '../mail/address.js'
import { isField } from '../mail/header.js'
import type { Trace } from './fields.js'
import { finding, inBrackets } from './finding.js'
import type { ExpectedPath, Finding } from './types.js'

/**
 * `last` is the index of the header field below which everything belongs to the content that was sent, where another
 * Return-Path may stand.
 */
export function returnPathFindings(
  trace: Trace,
  last: number,
  { reversePath }: ExpectedPath,
  event: ReceivedEvent | null,
): Finding[] {
  const [top, ...others] = trace.header.fields.slice(0, last + 1)
  const expected = reversePath === undefined ? event?.reversePath : reversePath
  if (!top || !isField(top, 'Return-Path')) {
    return [report(expected, top?.name ?? null, 'The first line of the message is no Return-Path.')]
  }
  const line = Buffer.from(top.raw).toString()
  if (others.some(field => isField(field, 'Return-Path')))
    return [report(expected, line.trim(), 'Return-Path stands there twice.')]
  const found = readReturnPath(line)
  if (found === undefined) return [report(expected, line.trim(), "Return-Path can't be read.")]
  const isExpected = expected === undefined || found === expected
  const isJournals = !event || line === `Return-Path: ${inBrackets(event.reversePath)}\r\n`
  if (isExpected && isJournals) return []
  return [report(expected, inBrackets(found), "Return-Path is not the envelope's reverse-path.")]
}

/** As the message itself has it; null where it has none that can be read. */
export function returnPathOf({ header }: Trace): string | null {
  const [top] = header.fields
  return top && isField(top, 'Return-Path') ? (readReturnPath(Buffer.from(top.raw).toString()) ?? null) : null
}

/** undefined: can't be read; null: the null reverse-path. */
function readReturnPath(line: string): string | null | undefined {
  const path = /^[^:]+:[ \t]*<(.*)>[ \t]*$/.exec(line.replace(/\r\n(?=[ \t]|$)/g, ''))?.[1]
  if (path === undefined) return undefined
  return path === '' ? null : (parseMailbox(path) ?? undefined)
}

function report(expected: string | null | undefined, found: string | null, message: string): Finding {
  const wanted = expected === undefined ? null : inBrackets(expected)
  return finding('return-path', { position: null, field: null }, { expected: wanted, found }, message)
}
