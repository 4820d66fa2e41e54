/**
 * Traces as one JSON document, a message at a time.
 */
import { traceDocument } from '../../trace/document.js'
import { printableJson } from '../text.js'
import type { TracedMessage } from './view.js'

export const jsonHead = '{\n  "messages": ['
export const jsonTail = '  ]\n}'

/** `at`: how many messages stand before it. */
export function traceToJson({ file, trace }: TracedMessage, at: number): string {
  const json = printableJson(JSON.stringify(traceDocument(file, trace), null, 2)).replaceAll('\n', '\n    ')
  return `    ${at > 0 ? ',' : ''}${json}`
}
