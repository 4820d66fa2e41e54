/**
 * Handing a message on: to the next MTA, or into mailboxes. Both give every recipient that was asked for an outcome.
 */
import type { Peer } from '../journal/event.js'
import type { Mailbox } from '../mail/address.js'
import { isToldOf } from '../mail/dsn.js'
import type { Outcome, Outcomes } from '../mail/outcome.js'
import { formatReply, reply } from '../mail/reply.js'
import { pending, type QueueItem } from '../queue/item.js'
import type { Relay } from '../relay/relay.js'
import { writeReturnPath } from '../trace/stamp/stamp.js'
import { assemble } from './content.js'
import type { Shared } from './shared.js'

export async function relayItem(item: QueueItem, relay: Relay, to: Peer, shared: Shared): Promise<Outcomes> {
  const head = Buffer.from(item.stamp)
  const outcomes = await relay.send({
    reversePath: item.envelope.reversePath,
    recipients: pending(item),
    size: head.length + item.size,
    // what was declared 8BITMIME and is 7-bit may go anywhere (RFC 6152 3)
    eightBit: item.eightBit,
    smtpUtf8: item.envelope.smtpUtf8,
    utf8Header: item.utf8Header,
    dsn: item.envelope,
    content: () => assemble(head, item, shared.spool),
    onTransaction: local => shared.flights.begin(local, to, { copy: item.id }),
  })
  const time = shared.clock.now().toISOString()
  for (const [said, recipients] of takenBy(outcomes)) {
    shared.record({ event: 'relayed', time, mta: item.mta, id: item.id, to, recipients, reply: said })
  }
  return outcomes
}

/** Recipients that the next MTA took, by what it said. */
function takenBy(outcomes: Outcomes): ReadonlyMap<string, Mailbox[]> {
  const byReply = new Map<string, Mailbox[]>()
  for (const [mailbox, outcome] of outcomes) {
    if (outcome.kind !== 'delivered') continue
    const said = formatReply(outcome.reply)
    const others = byReply.get(said)
    if (others) others.push(mailbox)
    else byReply.set(said, [mailbox])
  }
  return byReply
}

/** `hostname` is the delivering MTA's. */
export async function deliverItem(item: QueueItem, hostname: string, shared: Shared): Promise<Outcomes> {
  const outcomes = new Map<Mailbox, Outcome>()
  for (const recipient of pending(item)) outcomes.set(recipient, await deliverTo(recipient, item, hostname, shared))
  return outcomes
}

async function deliverTo(recipient: Mailbox, item: QueueItem, hostname: string, shared: Shared): Promise<Outcome> {
  const { mailboxes, spool, record, clock } = shared
  const { id, mta, receivedAt, envelope, stamp } = item
  const { reversePath } = envelope
  const head = Buffer.from(writeReturnPath(reversePath) + stamp)
  try {
    const content = (): Iterable<Uint8Array> => assemble(head, item, spool)
    const file = await mailboxes.deliver({ id, recipient, reversePath, hostname, receivedAt, content })
    record({ event: 'delivered', time: clock.now().toISOString(), mta, id, recipient, file })
    const said = reply(250, '2.0.0', 'Delivered')
    const wanted = envelope.recipients.find(({ mailbox }) => mailbox === recipient)
    // RFC 3461 5.2.3: final delivery
    const isTold = reversePath !== null && wanted !== undefined && isToldOf('success', wanted)
    return isTold ? { kind: 'delivered', reply: said, owes: 'delivered' } : { kind: 'delivered', reply: said }
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    // RFC 3463 3.3 X.2.0: other or undefined mailbox status
    return { kind: 'deferred', problem: { stage: 'message', reply: reply(451, '4.2.0', cause), by: 'here', cause } }
  }
}
