/**
 * The way that a message took. Where the chain, or the expected path, is known it is what the checker trusts: the hops
 * from the first MTA to the last, without claims and without what stands below an error. With the octets alone it is what
 * all Received fields say.
 */
import { check } from '../check/check.js'
import { readTraceFields } from '../check/fields.js'
import type { KnownHop } from '../check/path-pattern.js'
import type { Hop, MessageVerdict } from '../check/types.js'
import { readTrace } from '../trace/trace.js'
import type { Received } from '../trace/types.js'
import type { Message } from './mail.js'

export interface TravelledHop extends KnownHop {
  /** The Received field, counted from 0 = the top. */
  readonly field: number
  /** The MTA that handed it on, where that is one of the chain's. */
  readonly sender: string | null
  readonly received: Received
}

export interface Way {
  /** Oldest first. */
  readonly hops: readonly TravelledHop[]
  /** Hops that are not believed: below an error, and claims; oldest first. */
  readonly unbelieved: readonly TravelledHop[]
  /** null where nothing was known to hold the message against. */
  readonly verdict: MessageVerdict | null
}

export async function wayOf({ content, path, journal, chain }: Message): Promise<Way> {
  if (!path) {
    const hops = readTrace(content).hops.map(({ received, field }) => ({
      mta: null,
      by: received.by,
      field,
      sender: null,
      received,
    }))
    return { hops, unbelieved: [], verdict: null }
  }
  const verdict = await check(content, path, journal ? { journal } : {})
  const fields = readTraceFields(content, path).fields
  const senders = new Map([
    ...path.hops.map(({ address, mta }) => [address, mta] as const),
    ...(chain?.config.mtas ?? []).map(({ address, name }) => [address, name] as const),
  ])
  const travelled = (hop: Hop): TravelledHop[] => {
    const received = fields[hop.field]?.received
    if (!received) return []
    return [{ mta: hop.mta, by: hop.by, field: hop.field, sender: senders.get(hop.from.address) ?? null, received }]
  }
  const believed = verdict.path.filter(({ trusted }) => trusted)
  const others = [...verdict.claimed, ...verdict.path.filter(({ trusted }) => !trusted)]
  return { hops: believed.flatMap(travelled), unbelieved: others.flatMap(travelled), verdict }
}

/** In a few words: "gateway", or what the field says. */
export function nameOf({ mta, by }: KnownHop): string {
  return mta ?? by.name ?? by.address ?? '?'
}
