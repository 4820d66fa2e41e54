/**
 * What a field says in a dialect whose manner is known: each value where that program puts it, and nothing else.
 */
import type { ReceivedDate } from '../../trace/types.js'

/** What a dialect's fields tell at all; what they do not tell can't be compared. */
export interface Tells {
  /** What the client said. */
  readonly helo: boolean
  /** The client's name. */
  readonly name: boolean
  /** The client's address. */
  readonly address: boolean
  readonly byAddress: boolean
  /** What the word after `with` can stand for; null where there is none that says it. */
  readonly protocols: readonly string[] | null
  /** The queue id, a part of it, or none. */
  readonly id: 'whole' | 'part' | 'none'
  readonly for: boolean
  /** The reverse-path. */
  readonly sender: boolean
}

/** RFC 5321 4.4, as this chain's own stamps have it. */
export const all: Tells = {
  helo: true,
  name: true,
  address: true,
  byAddress: true,
  protocols: ['SMTP', 'ESMTP', 'UTF8SMTP'],
  id: 'whole',
  for: true,
  sender: false,
}

/** Null is what this field does not have. */
export interface Said {
  readonly helo: string | null
  readonly name: string | null
  readonly address: string | null
  readonly byName: string
  readonly byAddress: string | null
  /** As written. */
  readonly protocol: string | null
  readonly id: string | null
  readonly for: string | null
  readonly sender: string | null
  readonly date: ReceivedDate
  readonly tells: Tells
}

/** The values of a form's named groups; undefined where a group has no part in the match. */
export type Groups = Readonly<Record<string, string | undefined>>
