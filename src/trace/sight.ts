/**
 * A Received field as a dialect looks at it: its clauses, and what in it the receiving program wrote of itself.
 */
import type { Clauses } from './clauses.js'
import type { ReceivedDate } from './types.js'

export interface Sight {
  readonly clauses: Clauses
  /** "with " and the clause's words; empty where there is no such clause. */
  readonly protocol: string
  readonly date: ReceivedDate | null
}

/** What the comments of the from part say. */
export function fromNotes({ clauses }: Sight): string[] {
  return clauses.comments(clauses.firsts.from)
}

/** True where nothing is noted of the client. */
export function isUnnoted(sight: Sight): boolean {
  return fromNotes(sight).length === 0
}
