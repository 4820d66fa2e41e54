/**
 * Messages for the formats of a trace, ordinary and hostile.
 */
import fc from 'fast-check'
import type { TracedMessage } from '../../src/report/trace/view.js'
import { readTrace, type TraceOptions } from '../../src/trace/trace.js'

/** A message with these fields, newest first. */
export function traced(fields: readonly string[], options: TraceOptions = {}, file = 'm.eml'): TracedMessage {
  return { file, trace: readTrace(`${fields.map(field => `Received: ${field}\r\n`).join('')}\r\n`, options) }
}

const evil = [
  '<script>alert(1)</script>',
  '"onload="x',
  "'",
  '&amp;',
  ']]>',
  '<!--',
  '\u0000\u0001\u001B[31m',
  '\uD800',
  '\uFFFE',
  '\u202E',
  '=1+1',
  '\tx',
  '#quot;',
  ';',
  'end',
  'as',
  'participant X',
  '%%{init:{}}%%',
  '```',
  '\r',
  'x'.repeat(3_000),
  '受信',
  '𝒳',
  '{{',
  ':',
  '->>',
]
const word = fc.oneof(
  fc.constantFrom(...evil),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('a.example'),
)
const words = fc.array(word, { minLength: 1, maxLength: 3 }).map(parts => parts.join(''))
const when = fc.constantFrom(
  'Tue, 24 Nov 2026 10:00:00 +0000',
  'Tue, 24 Nov 2026 09:00:00 +0000',
  'Mon, 1 Jan 0001 00:00:00 +0000',
  'Fri, 31 Dec 9999 23:59:59 +0000',
  'x',
)
const field = fc
  .tuple(words, words, words, words, when)
  .map(
    ([from, comment, by, id, date]) => `from ${from} (${comment} [192.0.2.1]) by ${by} with ESMTPS id ${id}; ${date}`,
  )

/** Traces of messages that somebody wrote to do harm; some are read with networks of ours. */
export const hostile = fc
  .tuple(fc.array(field, { maxLength: 5 }), words, fc.boolean())
  .map(([fields, file, isOurs]) => traced(fields, isOurs ? { trusted: ['192.0.2.0/24'] } : {}, file))
