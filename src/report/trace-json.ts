/**
 * Traces as one JSON document, a message at a time.
 */
import type { Received } from '../trace/types.js'
import { printableJson } from './text.js'
import type { TracedMessage } from './trace-view.js'

export const jsonHead = '{\n  "messages": ['
export const jsonTail = '  ]\n}'

/** `at`: how many messages stand before it. `returnPath` is null for <>, and absent where there is no Return-Path. */
export function traceToJson({ file, trace }: TracedMessage, at: number): string {
  const { hops, returnPath, oddities, totalMs, boundary } = trace
  const document = {
    file,
    ...(returnPath === undefined ? {} : { returnPath }),
    totalMs,
    boundary,
    hops: hops.map(({ received, ...hop }) => ({ ...hop, ...receivedToJson(received) })),
    oddities,
  }
  const json = printableJson(JSON.stringify(document, null, 2)).replaceAll('\n', '\n    ')
  return `    ${at > 0 ? ',' : ''}${json}`
}

function receivedToJson({ raw, date, ...received }: Received): object {
  return {
    ...received,
    date: date && { instant: date.instant.toISOString(), offset: date.offset, text: date.text },
    raw: Buffer.from(raw).toString('latin1'),
  }
}
