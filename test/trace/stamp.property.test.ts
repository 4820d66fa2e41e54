/**
 * Whatever a client says, in every dialect: the stamp is one well-formed field (qmail's two), and reading it back gives
 * what was written, as far as the dialect tells it.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { saidAs } from '../../src/check/dialects/read.js'
import { canonicalAddress, parseMailbox, type Mailbox } from '../../src/mail/address.js'
import { splitHeader } from '../../src/mail/header.js'
import { stampNames } from '../../src/mail/stamp-name.js'
import { templateFlaw } from '../../src/mail/stamp-template.js'
import { formId } from '../../src/queue/id-styles.js'
import { readReceived } from '../../src/trace/received.js'
import type { StampFacts } from '../../src/trace/stamp/facts.js'
import { safeHelo, spokenHelo } from '../../src/trace/stamp/safe.js'
import { writeStamp } from '../../src/trace/stamp/stamp.js'

const templates = [
  'from {helo} ({name} [{address}]) by {hostname} ([{ip}]) with {protocol} id {id}{?for: for <{for}>}; {date}',
  'from {helo} ([{address}]{?name: known as {name}}) by {hostname} (own 1.0) id {id} {?for:for {for}}; {date} (at last)',
  'by {hostname} id {id}{?sender: (envelope-from <{sender}>)}{?for: (for {for})}; {date}',
  'from {helo} by {hostname}; {date}',
]
const stamps = [...stampNames, ...templates]

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/)
const hostname = fc.array(label, { minLength: 1, maxLength: 5 }).map(labels => [...labels, 'test'].join('.'))
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6().map(text => canonicalAddress(text) ?? '::1'),
  fc.constant('::1'),
)
const sign = fc.constantFrom(...Array.from('()<>[]{};:,."\\\'@=!?/%+-_ab1ü\u{1F4EE}'))
const helo = fc.oneof(
  hostname,
  address.map(text => `[${text}]`),
  address.map(text => `[IPv6:${text}]`),
  fc.array(sign, { minLength: 1, maxLength: 40 }).map(signs => signs.join('')),
  fc.constantFrom('by', 'for', 'unknown', ';', 'x'.repeat(300), 'helo=x', '(HELO', 'a)by'),
)
const localPart = fc.oneof(
  fc.stringMatching(/^[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}$/),
  fc
    .array(fc.constantFrom(...Array.from(' ()[];:,.@abü'), '\\"', '\\\\'), { maxLength: 20 })
    .map(signs => `"${signs.join('')}"`),
)
const mailbox: fc.Arbitrary<Mailbox> = fc
  .tuple(localPart, hostname)
  .map(([local, domain]) => parseMailbox(`${local}@${domain}`))
  .filter(parsed => parsed !== null)
const zone = fc.constantFrom('+0000', '-0000', '+0530', '-0330', '+1400', '-1200', '-0800')
const date = fc.date({ min: new Date('1970-01-03'), max: new Date('2999-12-30'), noInvalidDate: true })

const facts = fc.record({
  helo,
  clientName: fc.option(hostname),
  clientAddress: address,
  hostname,
  address,
  protocol: fc.constantFrom('SMTP', 'ESMTP', 'UTF8SMTP'),
  number: fc.integer({ min: 0, max: 2 ** 50 - 1 }),
  recipients: fc.array(mailbox, { minLength: 1, maxLength: 2 }),
  reversePath: fc.option(mailbox),
  date,
  zone,
})

function withId(stamp: string, { number, ...rest }: Omit<StampFacts, 'id'> & { readonly number: number }): StampFacts {
  return { ...rest, id: formId(stamp, number, rest.date) }
}

/** Whole seconds but for SendGrid. */
function dateIn(stamp: string, { date: instant }: StampFacts): Date {
  return stamp === 'sendgrid' ? instant : new Date(Math.floor(instant.getTime() / 1000) * 1000)
}

describe.each(stamps)('%s', stamp => {
  test('writes well-formed fields, and no more of them than the program', () => {
    fc.assert(
      fc.property(facts, given => {
        const octets = Buffer.from(writeStamp(stamp, withId(stamp, given)))
        const text = octets.toString()
        expect(text).toMatch(/^(?:[\t\u0020-\u{10FFFF}]+\r\n)+$/u)
        const { fields, end } = splitHeader(Buffer.concat([octets, Buffer.from('\r\n')]))
        expect(end).toBe(octets.length)
        expect(fields.map(({ name }) => name)).toEqual(stamp === 'qmail' ? ['Received', 'Received'] : ['Received'])
        // RFC 5322 2.1.1
        for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998)
      }),
    )
  })

  test('is read back by the checker as it was written', () => {
    fc.assert(
      fc.property(facts, given => {
        const written = withId(stamp, given)
        const said = saidAs(stamp, Buffer.from(writeStamp(stamp, written)))
        if (!said) throw new Error(`not in its own manner: ${writeStamp(stamp, written)}`)
        const { tells } = said
        expect(said.byName).toBe(written.hostname)
        expect(said.date.instant).toEqual(dateIn(stamp, written))
        if (tells.address) expect(said.address).toBe(canonicalAddress(written.clientAddress))
        if (tells.byAddress) expect(said.byAddress).toBe(canonicalAddress(written.address))
        if (tells.name) expect(said.name).toBe(written.clientName === 'unknown' ? null : written.clientName)
        if (tells.id === 'whole') expect(said.id).toBe(written.id)
        if (tells.id === 'part') expect(said.id).toBe(written.id.slice(0, 8))
        if (tells.for) expect(said.for).toBe(written.recipients.length === 1 ? written.recipients[0] : null)
        if (tells.sender) expect(said.sender).toBe(written.reversePath)
        if (tells.protocols) expect(tells.protocols).toContain(written.protocol)
        if (stamp === 'rfc5321' || templates.includes(stamp)) {
          if (tells.helo) expect(said.helo).toBe(safeHelo(written.helo))
        }
      }),
    )
  })
})

// what a template says in words of its own, only the checker knows how to read
describe.each(stamps.slice(0, -3))('%s', stamp => {
  test('is read back by the reader as it was written', () => {
    fc.assert(
      fc.property(facts, given => {
        const written = withId(stamp, given)
        const said = saidAs(stamp, Buffer.from(writeStamp(stamp, written)))
        if (!said) throw new Error('not in its own manner')
        const read = readReceived(writeStamp(stamp, written).replace(/^Received: \(qmail .*\r\n/, ''))
        const { tells } = said
        expect(read.by.name).toBe(written.hostname)
        expect(read.date?.instant).toEqual(dateIn(stamp, written))
        if (tells.address) expect(read.from.address).toBe(said.address)
        // Exim and qmail leave HELO out where it is the name, Exim also the literal of the address
        const tellsHelo = !['exim', 'qmail'].includes(stamp) || /helo=|\(HELO /.test(writeStamp(stamp, written))
        if (tellsHelo) expect(read.from.helo).toBe(said.helo)
        // SendGrid's name has no address beside it
        if (tells.name && stamp !== 'sendgrid') expect(read.from.name).toBe(said.name)
        if (tells.byAddress) expect(read.by.address).toBe(said.byAddress)
        if (tells.id !== 'none') expect(read.id).toBe(said.id)
        if (tells.for) expect(read.for).toBe(said.for)
        if (tells.protocols) expect(read.with?.protocol).toBe(said.protocol?.toUpperCase())
        if (tells.sender && said.sender !== null)
          expect(read.envelopeFrom).toBe(
            ['powermta', 'exim'].includes(stamp) ? said.sender.replace(/ +/g, ' ') : said.sender,
          )
      }),
    )
  })
})

test.each(stamps)('%s: the longest of everything is folded, and can be read', stamp => {
  const long = ['a', 'b', 'c', 'd'].map(letter => letter.repeat(60)).join('.')
  const mailboxes = ['('.repeat(64), 'x'.repeat(64)].map(text => parseMailbox(`"${text}"@${long.slice(0, 180)}`))
  const [sender, only] = mailboxes
  if (!sender || !only) throw new Error('no mailbox')
  const written: StampFacts = {
    helo: 'x'.repeat(300),
    clientName: long,
    clientAddress: '2001:db8:1111:2222:3333:4444:5555:6666',
    hostname: long,
    address: '2001:db8:1111:2222:3333:4444:5555:6666',
    protocol: 'UTF8SMTP',
    id: formId(stamp, 2 ** 50 - 1, new Date('2026-11-24T10:00:00Z')),
    recipients: [only],
    reversePath: sender,
    date: new Date('2026-11-24T10:00:00Z'),
    zone: '+0530',
  }
  const text = writeStamp(stamp, written)
  for (const line of text.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998)
  expect(saidAs(stamp, Buffer.from(text))).toMatchObject({ byName: long })
})

test('the templates are in order', () => {
  for (const template of templates) expect(templateFlaw(template)).toBe(null)
})

test('a HELO name that was made safe is one word', () => {
  fc.assert(
    fc.property(helo, said => {
      expect(safeHelo(said)).toMatch(/^(?:[\w.:?-]+|\[[\w.:]+\])$/)
      expect(spokenHelo(said)).toMatch(/^(?:[^\s()<>[\]";\\]+|\[[\w.:]+\])$/)
    }),
  )
})
