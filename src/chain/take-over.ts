/**
 * Taking a message over: from a client's transaction to an item in the spool, an event in the journal, and the 250 that
 * may then be said.
 */
import { createHash } from 'node:crypto'
import type { MtaConfig } from '../config/types.js'
import type { QueueId } from '../mail/envelope.js'
import type { Origin, QueueItem } from '../queue/item.js'
import type { ContentFacts, Receiving, Transaction } from '../receive/transaction.js'
import { writeStamp } from '../trace/stamp/stamp.js'
import { queuedAs, receivedEvent } from './received.js'
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
  const id = shared.ids.next(config.stamp, shared.clock.now())
  const cargo = shared.flights.find(transaction.client, { address: config.address, port })
  const previous = cargo !== null && 'copy' in cargo ? cargo.copy : null
  const writer = shared.spool.writer(id, previous === null ? 'new' : 'onward')
  const hash = createHash('sha256')
  const heard = shared.transcripts?.hear(config.name, transaction.client)
  return {
    write(chunk) {
      hash.update(chunk)
      heard?.write(chunk)
      return writer.write(chunk)
    },
    take: facts =>
      shared.activity.during(async () => {
        const origin: Origin = {
          previous,
          client: transaction.client,
          protocol: transaction.protocol,
          digest: hash.digest('hex'),
        }
        const item = makeItem(id, transaction, facts, origin, config, shared)
        // from here on the message is this MTA's, whatever happens
        await writer.commit(item)
        heard?.taken(id)
        shared.received(receivedEvent(item, origin), cargo)
        await shared.journaled()
        enqueue(item)
        return queuedAs(id)
      }),
    discard: () => writer.discard(),
  }
}

function makeItem(
  id: QueueId,
  { client, protocol, envelope }: Transaction,
  facts: ContentFacts,
  origin: Origin,
  { hostname, address, name, retry, skew, zone, stamp: style }: MtaConfig,
  { clock, nameOf }: Shared,
): QueueItem {
  const now = clock.now()
  const stamp = writeStamp(style, {
    helo: client.helo,
    clientName: nameOf(client.address),
    clientAddress: client.address,
    hostname,
    address,
    protocol,
    id,
    recipients: envelope.recipients.map(({ mailbox }) => mailbox),
    reversePath: envelope.reversePath,
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
    utf8Header: facts.utf8Header,
    origin,
    receivedAt: now,
    attempts: 0,
    nextAttemptAt: now,
    expiresAt: new Date(now.getTime() + retry.expire),
    held: false,
  }
}
