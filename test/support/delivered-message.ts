/**
 * A delivered message and its journal, made without sockets: what a chain of honest MTAs would have written. The stamps
 * are made here, apart from the code that is tested; but for those of other dialects, where that is the checker.
 */
import { createHash } from 'node:crypto'
import type { ExpectedPath } from '../../src/check/types.js'
import type { MessageEvent, ReceivedEvent } from '../../src/journal/event.js'
import type { Journal, MessageHistory } from '../../src/journal/journal.js'
import { stampAlone } from '../../src/journal/stamped.js'
import { parseMailbox } from '../../src/mail/address.js'
import { isQueueId, type QueueId } from '../../src/mail/envelope.js'
import { formId } from '../../src/queue/id-styles.js'
import { writeStamp } from '../../src/trace/stamp/stamp.js'

export interface Mta {
  readonly name: string
  readonly hostname: string
  readonly address: string
  /** How far its clock is ahead, milliseconds. */
  readonly skew?: number
  /** The dialect of its stamps; absent: rfc5321. */
  readonly stamp?: string
}

export interface Way {
  readonly mtas: readonly Mta[]
  readonly client: { readonly helo: string; readonly name: string | null; readonly address: string }
  readonly protocol: 'SMTP' | 'ESMTP' | 'UTF8SMTP'
  readonly recipients: readonly string[]
  /** From this position on the copy has the first recipient only. */
  readonly partedAt: number
  readonly reversePath: string | null
  readonly start: number
  /** Milliseconds that each MTA keeps the message. */
  readonly stepMs: number
  readonly sent: string | Uint8Array
  /** Number of the first queue id. */
  readonly serial: number
}

/** The octets of a delivered message, in their parts. */
export interface Parts {
  readonly returnPath: string
  /** Received fields, newest first, each with its last CRLF. */
  readonly stamps: readonly string[]
  /** The empty line below the stamps, where the content needs one. */
  readonly gap: string
  readonly sent: Buffer
}

export interface Delivered {
  readonly parts: Parts
  readonly content: Buffer
  readonly expected: ExpectedPath
  readonly events: readonly ReceivedEvent[]
  readonly journal: Journal
}

export const message = 'From: a@example.test\r\nTo: b@example.test\r\nSubject: Hi\r\n\r\nHello\r\n'

/** A chain of so many MTAs on addresses of their own. */
export function chainOf(length: number): Mta[] {
  return Array.from({ length }, (_, index) => ({
    name: `mta${index + 1}`,
    hostname: `mta${index + 1}.chain.test`,
    address: `127.0.0.${11 + index}`,
  }))
}

const usual: Way = {
  mtas: chainOf(5),
  client: { helo: 'client.test', name: null, address: '127.0.0.1' },
  protocol: 'ESMTP',
  recipients: ['b@example.test'],
  partedAt: 1,
  reversePath: 'a@example.test',
  start: Date.UTC(2026, 10, 24, 10, 0, 0, 250),
  stepMs: 1700,
  sent: message,
  serial: 1,
}

export function deliver(different: Partial<Way> = {}): Delivered {
  const way = { ...usual, ...different }
  const sent = Buffer.from(way.sent)
  const gap = /^(?:$|\r\n|[!-9;-~]+[ \t]*:)/.test(sent.toString('latin1')) ? '' : '\r\n'
  const hops = way.mtas.map((_, index) => hopOf(way, index))
  const parts = {
    returnPath: `Return-Path: <${way.reversePath ?? ''}>\r\n`,
    stamps: hops.map((hop, index) => stampBy(way, hop, index)).toReversed(),
    gap,
    sent,
  }
  const events = hops.map((hop, index) => eventOf(way, parts, hop, index))
  const [recipient = ''] = way.recipients
  return {
    parts,
    content: assemble(parts),
    expected: {
      hops: way.mtas.map(({ name, ...mta }) => ({ mta: name, ...mta })),
      recipient,
      reversePath: way.reversePath,
    },
    events,
    journal: journalOf([{ received: events, events: [...events, ...deliveryOf(events, recipient)], faults: [] }]),
  }
}

export function assemble({ returnPath, stamps, gap, sent }: Parts): Buffer {
  return Buffer.concat([Buffer.from(returnPath + stamps.join('') + gap), sent])
}

/** A journal that knows these messages. */
export function journalOf(histories: readonly MessageHistory[]): Journal {
  const byId = new Map(
    histories.flatMap(history => history.received.map(({ id }) => [id.toString(), history] as const)),
  )
  const copies = histories.flatMap(({ received }) => received)
  return {
    history: async id => byId.get(id) ?? null,
    async historyOfStamp(stamp, misfit) {
      const alike = copies.filter(copy => stampAlone(copy.stamp) === stamp)
      return byId.get(alike.toReversed().toSorted((a, b) => misfit(a) - misfit(b))[0]?.id ?? '') ?? null
    },
  }
}

export function historyOf({ events, expected }: Delivered): MessageHistory {
  return { received: events, events: [...events, ...deliveryOf(events, expected.recipient ?? '')], faults: [] }
}

function stampBy(way: Way, hop: StampParts, index: number): string {
  const stamp = way.mtas[index]?.stamp
  if (stamp === undefined) return stampOf(hop)
  const mailboxes = recipientsAt(way, index).flatMap(recipient => parseMailbox(recipient) ?? [])
  return writeStamp(stamp, {
    ...hop,
    clientName: hop.name,
    clientAddress: hop.address,
    address: hop.byAddress,
    recipients: mailboxes,
    reversePath: way.reversePath === null ? null : parseMailbox(way.reversePath),
    date: new Date(hop.time),
    zone: '+0000',
  })
}

/** As the MTA's program makes ids. */
function idAt({ mtas, serial, start }: Way, index: number): QueueId {
  const stamp = mtas[index]?.stamp
  if (stamp === undefined) return queueId(serial + index * 1000)
  const id = formId(stamp, serial + index * 1000, new Date(start))
  if (!isQueueId(id)) throw new Error(`${id} is no queue id`)
  return id
}

/** Ten characters of Crockford's base32, another for every number. */
export function queueId(number: number): QueueId {
  const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  const id = Array.from({ length: 10 }, (_, place) => digits[Math.floor(number / 32 ** (9 - place)) % 32]).join('')
  if (!isQueueId(id)) throw new Error(`${id} is no queue id`)
  return id
}

export interface StampParts {
  readonly helo: string
  readonly name: string | null
  readonly address: string
  readonly hostname: string
  readonly byAddress: string
  readonly protocol: string
  readonly id: string
  readonly recipient: string | null
  readonly time: number
}

/** RFC 5321 4.4. */
export function stampOf({
  helo,
  name,
  address,
  hostname,
  byAddress,
  protocol,
  id,
  recipient,
  time,
}: StampParts): string {
  const date = new Date(time).toUTCString().replace('GMT', '+0000')
  const from = `Received: from ${helo} (${name ?? 'unknown'} [${address}])`
  const by = ` by ${hostname} ([${byAddress}]) with ${protocol} id ${id}`
  return recipient === null
    ? `${from}\r\n${by};\r\n ${date}\r\n`
    : `${from}\r\n${by}\r\n for <${recipient}>; ${date}\r\n`
}

function hopOf(way: Way, index: number): StampParts {
  const before = way.mtas[index - 1]
  const mta = way.mtas[index]
  const from = before ? { helo: before.hostname, name: before.hostname, address: before.address } : way.client
  const recipients = recipientsAt(way, index)
  return {
    ...from,
    hostname: mta?.hostname ?? '',
    byAddress: mta?.address ?? '',
    protocol: index === 0 || way.protocol === 'UTF8SMTP' ? way.protocol : 'ESMTP',
    id: idAt(way, index),
    recipient: recipients.length === 1 ? (recipients[0] ?? null) : null,
    time: way.start + index * way.stepMs + (mta?.skew ?? 0),
  }
}

function recipientsAt({ recipients, partedAt }: Way, index: number): readonly string[] {
  return index + 1 >= partedAt && partedAt > 1 ? recipients.slice(0, 1) : recipients
}

function eventOf(way: Way, { stamps, gap, sent }: Parts, hop: StampParts, index: number): ReceivedEvent {
  const below = stamps.slice(stamps.length - index).join('') + (index > 0 ? gap : '')
  const content = Buffer.concat([Buffer.from(below), sent])
  return {
    event: 'received',
    time: new Date(way.start + index * way.stepMs).toISOString(),
    mta: way.mtas[index]?.name ?? '',
    id: idAt(way, index),
    previous: index === 0 ? null : idAt(way, index - 1),
    client: { helo: hop.helo, address: hop.address, port: 40_000 + index },
    protocol: hop.protocol,
    reversePath: way.reversePath,
    recipients: recipientsAt(way, index),
    size: content.length,
    digest: createHash('sha256').update(content).digest('hex'),
    stamp: (stamps[stamps.length - 1 - index] ?? '') + (index === 0 ? gap : ''),
    reply: `250 2.0.0 ${hop.id}`,
  }
}

function deliveryOf(events: readonly ReceivedEvent[], recipient: string): MessageEvent[] {
  const last = events.at(-1)
  return last ? [{ event: 'delivered', time: last.time, mta: last.mta, id: last.id, recipient, file: null }] : []
}
