/**
 * A trace as a JSON document.
 */
import type { Received, Trace } from './types.js'

/** `returnPath` is null for <>, and absent where there is no Return-Path. Times are ISO 8601, UTC. */
export function traceDocument(
  file: string,
  { hops, returnPath, oddities, totalMs, boundary }: Trace,
): Readonly<Record<string, unknown>> {
  return {
    file,
    ...(returnPath === undefined ? {} : { returnPath }),
    totalMs,
    boundary,
    hops: hops.map(({ received, ...hop }) => ({ ...hop, ...receivedDocument(received) })),
    oddities,
  }
}

function receivedDocument({ raw, date, ...received }: Received): object {
  return {
    ...received,
    date: date && { instant: date.instant.toISOString(), offset: date.offset, text: date.text },
    raw: Buffer.from(raw).toString('latin1'),
  }
}
