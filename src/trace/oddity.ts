/**
 * What in the hops of a message does not go together. Never fails, and judges nothing: a forged way can be free of
 * oddities, and an honest one have some.
 */
import { dateOddities } from './dates.js'
import { lostEncryption } from './tls-lost.js'
import { claimsOfOurNames, forgeries } from './forgery.js'
import { oddIds } from './ids.js'
import { agrees, client, describe, isHandedOver, isNobodysName, isSameMachine, receiver, toName } from './parties.js'
import type { Oddity, TraceHop } from './types.js'

/** The hops oldest first; so are the oddities. `now` is null where nobody said what time it is. */
export function findOddities(hops: readonly TraceHop[], now: Date | null): Oddity[] {
  const firstAt = new Map<string, number>()
  const found = hops.flatMap((hop, index) => {
    const before = hops[index - 1]
    return [
      ...unreadable(hop),
      ...(before ? brokenLink(before, hop) : []),
      ...dateOddities(before, hop, now),
      ...loop(hop, before, firstAt),
      ...forgeries(hop),
      ...oddIds(hop),
    ]
  })
  return [...found, ...lostEncryption(hops), ...claimsOfOurNames(hops)].toSorted(
    (one, other) => (other.field ?? 0) - (one.field ?? 0),
  )
}

function unreadable({ field, received }: TraceHop): Oddity[] {
  if (received.date !== null || received.by.name !== null) return []
  const reasons = received.issues.map(issue => issue.message).join('; ')
  const message = `the field tells neither who received the message nor when: ${reasons}`
  return [{ code: 'unreadable', severity: 'warning', field, message }]
}

function brokenLink(before: TraceHop, { field, received }: TraceHop): Oddity[] {
  if (agrees(received.from, before.received.by) !== false) return []
  const message = `it came from ${client(received)}, but ${receiver(before.received)} received the hop before`
  return [{ code: 'broken-link', severity: 'warning', field, message }]
}

function loop(hop: TraceHop, before: TraceHop | undefined, firstAt: Map<string, number>): Oddity[] {
  const { field, received } = hop
  const { name, address } = received.by
  const [known] = toName(name)
  if ((name === null && address === null) || (known !== undefined && isNobodysName(known))) return []
  const key = JSON.stringify([known ?? null, address])
  const first = firstAt.get(key)
  firstAt.set(key, first ?? field)
  if (first === undefined || isHandedOver(received)) return []
  const message = `${describe(name, address)} received the message before, as field ${first} tells`
  // two programs of one machine may write a field each
  const isNext = before !== undefined && isSameMachine(before.received, received)
  return [{ code: 'loop', severity: isNext ? 'info' : 'warning', field, message }]
}
