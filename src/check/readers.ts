/**
 * A second, independent reading of the same header by mailparser. It takes a bare LF for a line end, which ours does
 * not: a message that the two read differently can show people another path than the one that was checked.
 */
import { isField, largestHeader } from '../mail/header.js'
import type { Trace } from './fields.js'
import { finding } from './finding.js'
import { textOf } from './octets.js'
import type { Finding } from './types.js'

/** What mailparser may take: all that we read. It takes a mebibyte unless told, and counts 64 for each shorter line. */
const maxHeadSize = 64 * largestHeader

/** One finding where the readers do not see the same Received fields in the same order. */
export async function disagreement({ octets, header, fields }: Trace): Promise<Finding[]> {
  const received = [...header.fields.entries()].filter(([, field]) => isField(field, 'Received'))
  const ours = received.map(([, { raw }]) => unfold(textOf(raw)))
  // what follows the header, or what we read of it, is content to us, also where a broken line ends it
  const theirs = await readWithMailparser(Buffer.concat([octets.subarray(0, header.end), Buffer.from('\r\n\r\n')]))
  if (typeof theirs === 'string') return [report(0, null, null, `mailparser can't read the header: ${theirs}.`)]
  const length = Math.max(ours.length, theirs.length)
  const first = Array.from({ length }, (_, index) => index).find(index => ours[index] !== theirs[index])
  if (first === undefined) return []
  const numbers = `mailparser reads ${theirs.length} Received fields, we read ${ours.length}`
  const message = `${numbers}; they differ from field ${first} on.`
  // qmail's two are one
  const at = received[first]?.[0] ?? -1
  const number = fields.find(({ top, index }) => at === top || at === index)?.number ?? fields.length
  return [report(number, ours[first] ?? null, theirs[first] ?? null, message)]
}

/** The Received fields, newest first; a text says why there are none. */
async function readWithMailparser(head: Buffer): Promise<readonly string[] | string> {
  const { MailParser } = await import('mailparser')
  return new Promise(resolve => {
    const parser = new MailParser({ maxHeadSize })
    parser.on('error', (error: Error) => resolve(error.message))
    parser.on('headers', () => {
      const lines = parser.headerLines || []
      resolve(lines.filter(({ key }) => key === 'received').map(({ line }) => unfold(line)))
      parser.destroy()
    })
    parser.end(head)
  })
}

function unfold(text: string): string {
  return text.replace(/\r?\n(?=[ \t])/g, '').replace(/[\r\n]+$/, '')
}

function report(field: number, expected: string | null, found: string | null, message: string): Finding {
  return finding('malformed', { position: null, field }, { expected, found }, message)
}
