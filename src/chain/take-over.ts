/**
 * Taking a message over: from a client's transaction to an item in the spool, an event in the journal, and the 250 that
 * may then be said.
 */
import { createHash } from 'node:crypto'
import type { MtaConfig } from '../config/types.js'
import type { ReceivedEvent } from '../journal/event.js'
import type { QueueId } from '../mail/envelope.js'
import { formatReply, type Reply, reply } from '../mail/reply.js'
import type { QueueItem } from '../queue/item.js'
import type { ContentFacts, Receiving, Transaction } from '../receive/transaction.js'
import { writeStamp } from '../trace/stamp.js'
import type { Shared } from './shared.js'

/**
 * A place for a message that a client is about to send; `enqueue` gets it once it can't be lost any more. `port` is the
 * one that the MTA really listens on.
 */
export function takeOver(
  transaction: Transaction,
  port: number,
  config: MtaConfig,
  shared: Shared,
  enqueue: (item: QueueItem) => void,
): Receiving {
  const id = shared.ids.next()
  const writer = shared.spool.writer(id)
  const hash = createHash('sha256')
  return {
    write(chunk) {
      hash.update(chunk)
      return writer.write(chunk)
    },
    take: facts =>
      shared.activity.during(async () => {
        const item = makeItem(id, transaction, facts, config, shared)
        // from here on the message is this MTA's, whatever happens
        await writer.commit(item)
        const said = reply(250, '2.0.0', `Ok: queued as ${id}`)
        const cargo = shared.flights.find(transaction.client, { address: config.address, port })
        const previous = cargo !== null && 'copy' in cargo ? cargo.copy : null
        shared.received(makeEvent(transaction, item, previous, hash.digest('hex'), said), cargo)
        enqueue(item)
        return said
      }),
    discard: () => writer.discard(),
  }
}

function makeItem(
  id: QueueId,
  { client, protocol, envelope }: Transaction,
  facts: ContentFacts,
  { hostname, address, name, retry, skew, zone }: MtaConfig,
  { clock, nameOf }: Shared,
): QueueItem {
  const now = clock.now()
  const stamp = writeStamp({
    helo: client.helo,
    clientName: nameOf(client.address),
    clientAddress: client.address,
    hostname,
    address,
    protocol,
    id,
    recipients: envelope.recipients.map(({ mailbox }) => mailbox),
    // its own clock, which may be wrong; the journal has the true time
    date: new Date(now.getTime() + skew),
    zone,
  })
  return {
    id,
    mta: name,
    envelope,
    recipients: envelope.recipients.map(({ mailbox }) => ({ mailbox, state: 'queued' })),
    // the exception of "octet for octet": below a stamp such a content would be read as part of it
    stamp: facts.beginsWithFieldOrEmptyLine ? stamp : `${stamp}\r\n`,
    size: facts.size,
    eightBit: facts.eightBit,
    receivedAt: now,
    attempts: 0,
    nextAttemptAt: now,
    expiresAt: new Date(now.getTime() + retry.expire),
  }
}

function makeEvent(
  { client, protocol, envelope }: Transaction,
  item: QueueItem,
  previous: QueueId | null,
  digest: string,
  said: Reply,
): ReceivedEvent {
  return {
    event: 'received',
    time: item.receivedAt.toISOString(),
    mta: item.mta,
    id: item.id,
    previous,
    client,
    protocol,
    reversePath: envelope.reversePath,
    recipients: envelope.recipients.map(({ mailbox }) => mailbox),
    size: item.size,
    digest,
    stamp: item.stamp,
    reply: formatReply(said),
  }
}
