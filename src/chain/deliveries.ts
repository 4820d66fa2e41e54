/**
 * From the journal: what was delivered.
 */
import type { DeliveredEvent } from '../journal/event.js'
import { type Journal, wayOf } from '../journal/journal.js'
import { type Mailbox, parseMailbox } from '../mail/address.js'
import type { Delivered } from './submission.js'

/** A report that an MTA made itself entered there, from the null reverse-path. */
export async function deliveredBy({ id, mta, recipient, file }: DeliveredEvent, journal: Journal): Promise<Delivered> {
  const history = await journal.history(id)
  const first = history && wayOf(history, id)[0]
  return {
    recipient: mailboxOf(recipient),
    reversePath: first?.reversePath ? mailboxOf(first.reversePath) : null,
    entry: first?.mta ?? mta,
    id,
    file,
  }
}

/** Events have addresses that were accepted. */
function mailboxOf(text: string): Mailbox {
  const mailbox = parseMailbox(text)
  if (mailbox === null) throw new TypeError(`not a mailbox: ${text}`)
  return mailbox
}
