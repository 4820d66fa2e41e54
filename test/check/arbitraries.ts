/**
 * Random chains, messages and changes.
 */
import fc from 'fast-check'
import { deliver, type Mta, message, queueId, stampOf, type Way } from '../support/delivered-message.js'
import { change, drop, insert, type Mutation, replay, stampAt, swap } from './mutations.js'

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
const address = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 2, max: 254 }))
  .map(([third, last]) => `127.1.${third}.${last}`)

function chains(maxLength: number): fc.Arbitrary<Mta[]> {
  const mta = fc.record({ name: label, host: label, address })
  return fc
    .uniqueArray(mta, { minLength: 1, maxLength, selector: ({ name }) => name })
    .filter(mtas => new Set(mtas.map(each => each.address)).size === mtas.length)
    .map(mtas => mtas.map(({ name, host, address: own }) => ({ name, hostname: `${host}.${name}.test`, address: own })))
}

const someSent = fc.oneof(
  fc.constantFrom(
    message,
    '',
    '\r\n',
    '\r\nHello\r\n',
    'Hello\r\n',
    ' Hello\r\n',
    '\tFrom: a\r\n\r\n',
    'A: b\r\nno field\r\nReceived: x\r\n',
  ),
  fc.uint8Array({ maxLength: 80 }).map(octets => octets.filter(octet => octet !== 13 && octet !== 10)),
  fc.string({ unit: 'binary', maxLength: 40 }).map(text => `Subject: ${text.replace(/[\r\n]/g, '')}\r\n\r\nx`),
  fc.constant(
    `Received: by else.test; Tue, 24 Nov 2026 09:00:00 +0000\r\nReceived: (qmail 1 invoked by uid 0)\r\n${message}`,
  ),
)

/** A way, and the content that goes it: sometimes a message that the same chain has carried before. */
export function ways(maxLength = 30): fc.Arbitrary<Way> {
  return fc
    .record({
      mtas: chains(maxLength),
      client: fc.record({
        helo: fc.constantFrom('client.test', '[127.0.0.1]', 'by', 'x'),
        name: fc.constant(null),
        address,
      }),
      protocol: fc.constantFrom('SMTP', 'ESMTP', 'UTF8SMTP'),
      recipients: fc.constantFrom(['b@example.test'], ['"b c"@example.test', 'd@example.test', 'B@example.test']),
      partedAt: fc.integer({ min: 1, max: 30 }),
      reversePath: fc.constantFrom(null, 'a@example.test'),
      start: fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) }),
      stepMs: fc.constantFrom(0, 3, 999, 1700, 3_600_000),
      sent: someSent,
      serial: fc.constant(1),
    })
    .chain(way => fc.boolean().map(again => (again ? { ...way, serial: 2, sent: deliver(way).content } : way)))
}

/** A change that is seen with the journal; `alone`: the message alone gives it away too. */
export interface Change {
  readonly mutate: Mutation
  readonly alone: boolean
}

const forged = stampOf({
  helo: 'x.test',
  name: null,
  address: '192.0.2.1',
  hostname: 'y.test',
  byAddress: '192.0.2.2',
  protocol: 'ESMTP',
  id: queueId(999_999),
  recipient: null,
  time: Date.UTC(2026, 5),
})

/** Changes to the names, addresses, order, number and protocols of hops, and to the rest of a stamp. */
export function changes({ mtas, protocol }: Way): fc.Arbitrary<Change> {
  const length = mtas.length
  const position = fc.integer({ min: 1, max: length })
  const field = fc.integer({ min: 0, max: length })
  const pattern = (text: RegExp, replacement: string, alone: (position: number) => boolean) =>
    position.map(at => ({ mutate: change(at, text, replacement), alone: alone(at) }))
  const always = () => true
  const never = () => false
  const afterFirst = (at: number) => at > 1
  const protocols = ['SMTP', 'ESMTP', 'UTF8SMTP'].filter(other => other !== protocol)
  return fc.oneof(
    position.map(at => ({ mutate: drop(at), alone: true })),
    fc
      .tuple(position, position)
      .filter(([a, b]) => a !== b || length === 1)
      .map(([a, b]) => ({ mutate: swap(a, b), alone: a !== b })),
    field.map(at => ({ mutate: insert(at, forged), alone: at < length })),
    fc.tuple(position, field).map(([own, at]) => ({ mutate: replay(own, at), alone: true })),
    pattern(/by \S+/, 'by evil.test', always),
    pattern(/by (\S+) \(\[[^\]]+/, 'by evil.test ([192.0.2.3', always),
    pattern(/(?<=by \S+ \(\[)[^\]]+/, '192.0.2.3', always),
    pattern(/from \S+/, 'from evil.test', afterFirst),
    pattern(/(?<=from \S+ \()\S+/, 'evil.test', afterFirst),
    pattern(/(?<=from \S+ \(\S+ \[)[^\]]+/, '192.0.2.3', afterFirst),
    pattern(/id \w+/, `id ${queueId(999_999)}`, never),
    pattern(/(?<=; *\s*)\w+, \d+ \w+ \d+/, 'Mon, 01 Jan 2024', never),
    pattern(/with \S+/, 'with LMTP', always),
    fc.tuple(position, fc.constantFrom(...protocols)).map(([at, other]) => {
      const onlyTheClientKnows = length === 1 || (at === 1 && protocol !== 'UTF8SMTP' && other !== 'UTF8SMTP')
      return { mutate: protocolTo(at, other), alone: !onlyTheClientKnows }
    }),
  )
}

/** Where an MTA says that protocol already, it says LMTP instead. */
function protocolTo(position: number, protocol: string): Mutation {
  return parts =>
    change(
      position,
      /with \S+/,
      `with ${stampAt(parts, position).includes(`with ${protocol} `) ? 'LMTP' : protocol}`,
    )(parts)
}

/** Some octets at some place replaced by others. */
export const splices = fc.record({
  /** Of the message's length. */
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.integer({ min: 0, max: 40 }),
  added: fc.oneof(
    fc.uint8Array({ maxLength: 3 }),
    fc.constantFrom('\r\n', '\n', 'X: y\r\n', ' ', forged).map(text => Buffer.from(text)),
  ),
})
