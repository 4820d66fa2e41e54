/**
 * How much a Received field is like the stamp of an expected hop.
 */
import { idAs, tellsOf } from './dialects/read.js'
import type { TraceField } from './fields.js'
import { textOf } from './octets.js'
import type { ExpectedHop } from './types.js'

/**
 * both: all that is known of the MTA stands after `by`. one: its name or its address does. id: neither, but the queue
 * id is the one in the journal. unreadable: nothing stands after `by`, it may have been any MTA. none: another MTA's.
 */
export type Likeness = 'both' | 'one' | 'id' | 'unreadable' | 'none'

/** What is expected at one place of the path. */
export interface Wanted {
  readonly hop: ExpectedHop
  /**
   * Queue id by the journal, as a field of this MTA has it; null: the journal has no such copy; undefined: not known,
   * there is no journal, or the dialect tells no ids.
   */
  readonly id: string | null | undefined
}

/** RFC 5321 2.4: domains are compared without regard to case. */
export function sameName(a: string | null, b: string | null): boolean {
  return a?.toLowerCase() === b?.toLowerCase()
}

/** By name and address alone. A half that is not known, or that its dialect does not tell, is right. */
export function names(field: TraceField, hop: ExpectedHop): 'both' | 'one' | 'none' {
  const { by } = field.received
  const address = addressToldBy(field, hop)
  const byName = hop.hostname === null || sameName(by.name, hop.hostname)
  const byAddress = address === null || by.address === address
  if (byName && byAddress) return 'both'
  const oneIsKnown = (byName && hop.hostname !== null) || (byAddress && address !== null)
  return oneIsKnown ? 'one' : 'none'
}

/** The address that stands after `by` in the fields of this MTA; null where none is known, or none stands there. */
export function addressToldBy(field: TraceField, { stamp, address }: ExpectedHop): string | null {
  const tells = stamp === null ? field.tells : tellsOf(stamp ?? 'rfc5321')
  return tells.byAddress ? address : null
}

/** The queue id as this MTA's fields have it. */
export function idToldBy({ stamp }: ExpectedHop, id: string): string | undefined {
  return idAs(stamp ?? 'rfc5321', id)
}

export function hasId(field: TraceField, id: string | null | undefined): boolean {
  if (typeof id !== 'string') return false
  return field.received.id === id || (isUnreadable(field) && textOf(field.raw).includes(id))
}

/** `isAnothers`: the field names another expected MTA in full. */
export function likeness(field: TraceField, { hop, id }: Wanted, isAnothers: boolean): Likeness {
  if (id === null) return 'none'
  const named = names(field, hop)
  if (named !== 'none') return named
  if (isUnreadable(field)) return 'unreadable'
  return !isAnothers && hasId(field, id) ? 'id' : 'none'
}

/** True where the text of an unreadable field still holds the MTA's name or address. */
export function mentions(field: TraceField, hop: ExpectedHop): boolean {
  const text = textOf(field.raw).toLowerCase()
  return [hop.hostname, hop.address].some(half => half !== null && text.includes(half.toLowerCase()))
}

function isUnreadable({ received: { by } }: TraceField): boolean {
  return by.name === null && by.address === null
}
