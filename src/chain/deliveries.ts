/**
 * From the journal: what was delivered, and where it came from.
 */
import type { DeliveredEvent } from '../journal/event.js'
import { type Journal, type MessageHistory, wayOf } from '../journal/journal.js'
import { type Mailbox, parseMailbox } from '../mail/address.js'
import type { Delivered } from './submission.js'

/** A report that an MTA made itself entered there, from the null reverse-path. */
export async function deliveredBy({ id, mta, recipient, file }: DeliveredEvent, journal: Journal): Promise<Delivered> {
  const history = await journal.history(id)
  const origin = (history && originOf(history, id)) ?? { reversePath: null, entry: mta }
  return { recipient: mailboxOf(recipient), ...origin, id, file }
}

/** The MTA that the copy's message was given to, and from whom; null for what no MTA received. */
export function originOf(history: MessageHistory, id: string): Pick<Delivered, 'reversePath' | 'entry'> | null {
  const [first] = wayOf(history, id)
  if (!first) return null
  return { reversePath: first.reversePath === null ? null : parseMailbox(first.reversePath), entry: first.mta }
}

/** Events have addresses that were accepted. */
function mailboxOf(text: string): Mailbox {
  const mailbox = parseMailbox(text)
  if (mailbox === null) throw new TypeError(`not a mailbox: ${text}`)
  return mailbox
}
