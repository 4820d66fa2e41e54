/**
 * What a report says, whatever it looks like.
 */
import type { Mailbox } from '../mail/address.js'
import { decodeOriginalRecipient } from '../mail/dsn.js'
import type { Recipient } from '../mail/envelope.js'
import type { Problem } from '../mail/problem.js'
import type { Reply } from '../mail/reply.js'
import type { Returned } from './returned.js'

/** RFC 3464 2.3.3, but for `expanded`. */
export type Action = 'failed' | 'delayed' | 'delivered' | 'relayed'

/** What became of one recipient. */
export interface Affected {
  readonly recipient: Recipient
  readonly action: Action
  /** Why it did not go through: what the last attempt met; null where it went through. */
  readonly problem: Problem | null
  /** The reply with which it went through; null where it did not. */
  readonly reply: Reply | null
  /** The MTA gave up because the time was over. */
  readonly expired: boolean
}

export interface Report {
  /** The MTA that makes it. */
  readonly hostname: string
  /** Names the report: its Message-ID. */
  readonly id: string
  /** Whom it is for. */
  readonly to: Mailbox
  /** It is the postmaster's: the message has no sender to return it to. */
  readonly unreturnable: boolean
  readonly date: Date
  /** ENVID as it came. */
  readonly envelopeId: string | null
  readonly arrivedAt: Date
  readonly retryUntil: Date
  /** There was an attempt for this message itself, the last of them just now. */
  readonly isTried: boolean
  /** The MTA that was to take the message; null where this one delivers. */
  readonly remote: string | null
  /** At least one. */
  readonly affected: readonly Affected[]
  readonly returned: Returned
  /** It goes through MTAs that may offer no 8BITMIME: all that may be encoded is. */
  readonly sevenBit: boolean
}

/** True where an address is shown in UTF-8 (RFC 6533). */
export function isGlobal({ affected, sevenBit }: Pick<Report, 'affected' | 'sevenBit'>): boolean {
  if (sevenBit) return false
  return affected.some(({ recipient: { mailbox, originalRecipient } }) => {
    const original = originalRecipient === null ? '' : decodeOriginalRecipient(originalRecipient).address
    return /[^ -~]/u.test(mailbox + original)
  })
}
