/**
 * Traces in the formats that they can be had in: a piece a message, so that a stream of them never stands in memory.
 */
import type { Style } from '../style.js'
import { csvHead, traceToCsv } from './csv.js'
import { htmlHead, htmlTail, traceToHtml } from './html.js'
import { jsonHead, jsonTail, traceToJson } from './json.js'
import { traceToMermaid } from './mermaid.js'
import { traceToSvg } from './svg.js'
import type { TraceFormatName } from './formats.js'
import { traceToText } from './text.js'
import type { TracedMessage } from './view.js'

/** All pieces are lines, without the end of the last one. */
export interface TraceFormat {
  /** False for a format that holds one message and no more. */
  readonly holdsMany: boolean
  /** Before the first message, and behind the last; null for nothing. */
  readonly head: string | null
  readonly tail: string | null
  /** `at`: how many messages stand before it. Null for nothing. */
  readonly message: (traced: TracedMessage, at: number) => string | null
}

export function traceFormat(name: TraceFormatName, style: Style, columns: number): TraceFormat {
  const one = { holdsMany: false, head: null, tail: null }
  const many = { holdsMany: true, head: null, tail: null }
  const table: Readonly<Record<TraceFormatName, TraceFormat>> = {
    text: { ...many, message: (traced, at) => `${at > 0 ? '\n' : ''}${traceToText(traced, style, columns)}` },
    json: { ...many, head: jsonHead, tail: jsonTail, message: traceToJson },
    csv: { ...many, head: csvHead, message: traceToCsv },
    html: { ...many, head: htmlHead, tail: htmlTail, message: traceToHtml },
    mermaid: { ...one, message: traceToMermaid },
    svg: { ...one, message: traceToSvg },
  }
  return table[name]
}
