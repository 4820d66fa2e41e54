/**
 * A report's octets, whatever was said and whatever is returned.
 */
import { isAscii } from 'node:buffer'
import { simpleParser } from 'mailparser'
import { describe, expect, test } from 'vitest'
import { composeReport, type ComposedReport } from '../../src/bounce/compose.js'
import type { Affected, Report as Facts } from '../../src/bounce/report.js'
import { returnedOf } from '../../src/bounce/returned.js'
import type { Problem } from '../../src/mail/problem.js'
import { reply } from '../../src/mail/reply.js'
import { readReport, type Report } from '../chain/bouncing.js'
import { mailbox } from '../queue/items.js'

const letter = 'Message-ID: <tea@example.test>\r\nSubject: Tea\r\n\r\nAt four.\r\n'

function failed(name: string, problem: Partial<Problem> = {}, originalRecipient: string | null = null): Affected {
  return {
    recipient: { mailbox: mailbox(name), notify: null, originalRecipient },
    action: 'failed',
    problem: { stage: 'rcpt', reply: reply(550, '5.1.1', 'No such user'), cause: '550', ...problem },
    reply: null,
    expired: false,
  }
}

function facts(changes: Partial<Facts> = {}): Facts {
  return {
    hostname: 'gateway.chain.test',
    id: '4F2K7Q9XW1',
    to: mailbox('a@example.test'),
    unreturnable: false,
    date: new Date('2026-11-24T10:00:05Z'),
    envelopeId: null,
    arrivedAt: new Date('2026-11-24T10:00:00Z'),
    retryUntil: new Date('2026-11-29T10:00:00Z'),
    isTried: true,
    remote: 'mailbox.chain.test',
    affected: [failed('b@example.test')],
    returned: returnedOf([Buffer.from(letter)], 'full', false),
    sevenBit: false,
    ...changes,
  }
}

async function compose(changes: Partial<Facts> = {}): Promise<ComposedReport & { readonly read: Report }> {
  const composed = composeReport(facts(changes))
  return { ...composed, read: await readReport(composed.content) }
}

/** Every line ends with CRLF, and none is too long. */
function expectLines({ content }: ComposedReport): void {
  const text = content.toString('latin1')
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  expect(Math.max(...text.split('\r\n').map(line => line.length))).toBeLessThanOrEqual(998)
}

test('it answers the message that it returns', async () => {
  const { read, eightBit, smtpUtf8 } = await compose()
  expect(read.header).toContain('\r\nIn-Reply-To: <tea@example.test>\r\nAuto-Submitted: auto-replied\r\n')
  expect(read.returned).toBe(letter)
  expect([eightBit, smtpUtf8]).toEqual([false, false])
})

describe('nothing that was said breaks its structure', () => {
  test.each([
    'x\r\n\r\n--=_4F2K7Q9XW1.1--\r\nAction: delivered',
    '--=_4F2K7Q9XW1.1',
    'a\0b\x7f\x1b[31m\u0085\u2028c\ud800',
    'long '.repeat(500),
    'x'.repeat(5000),
    'ü'.repeat(3000),
    '',
  ])('%#', async text => {
    const composed = await compose({
      affected: [failed('b@example.test', { reply: reply(550, '5.1.1', text) }), failed('c@example.test')],
    })
    expectLines(composed)
    const { parts, status, returned } = composed.read
    expect(parts).toHaveLength(3)
    expect(status).toHaveLength(3)
    expect(status.slice(1).map(({ Action }) => Action)).toEqual(['failed', 'failed'])
    expect(returned).toBe(letter)
  })

  test('nor what was given as ORCPT and ENVID', async () => {
    const affected = [failed('b@example.test', {}, 'rfc822;b+20x@example.test')]
    const { read } = await compose({ envelopeId: 'a+20b+2B', affected })
    expect(read.status[0]).toMatchObject({ 'Original-Envelope-Id': 'a b+' })
    expect(read.status[1]).toMatchObject({ 'Original-Recipient': 'rfc822; b x@example.test' })
  })
})

test('the boundary stands nowhere in the message that is returned, whose octets are as they were', () => {
  const octets = Buffer.concat([
    Buffer.from('Subject: x\r\n\r\n--=_4F2K7Q9XW1.1--\r\n=_4F2K7Q9XW1.2\r\n'),
    Buffer.from(Array.from({ length: 256 }, (_, octet) => octet)),
  ])
  const composed = composeReport(facts({ returned: returnedOf([octets], 'full', false) }))
  expect(composed.content.toString('latin1')).toContain('boundary="=_4F2K7Q9XW1.3"')
  expect(composed.content.indexOf(octets)).toBeGreaterThan(0)
  expect(composed.eightBit).toBe(true)
})

test('8-bit content makes it 8-bit, and its part says so (RFC 2045 6.4)', async () => {
  const { read, eightBit, smtpUtf8 } = await compose({
    returned: returnedOf([Buffer.from('Subject: x\r\n\r\nGrüße\r\n')], 'full', false),
  })
  expect([eightBit, smtpUtf8]).toEqual([true, false])
  expect(read.header).toMatch(/\r\nContent-Transfer-Encoding: 8bit$/)
  expect(read.parts[2]?.header).toBe('Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit')
})

describe('addresses in UTF-8 (RFC 6533)', () => {
  test('stand in message/global-delivery-status, an internationalised message in message/global', async () => {
    const composed = await compose({
      to: mailbox('ä@example.test'),
      affected: [failed('ü@example.test', {}, 'utf-8;\\x{FC}old@example.test')],
      returned: returnedOf([Buffer.from('Subject: Grüße\r\n\r\n')], 'full', true),
    })
    expect([composed.eightBit, composed.smtpUtf8]).toEqual([true, true])
    expect(composed.read.header).toContain('report-type=global-delivery-status')
    expect(composed.read.parts.map(({ header }) => header.split('\r\n')[0])).toEqual([
      'Content-Type: text/plain; charset=utf-8',
      'Content-Type: message/global-delivery-status',
      'Content-Type: message/global',
    ])
    expect(composed.read.status[1]).toMatchObject({
      'Original-Recipient': 'utf-8; üold@example.test',
      'Final-Recipient': 'utf-8; ü@example.test',
    })
  })

  test('are encoded where US-ASCII does', async () => {
    const { read, eightBit } = await compose({
      affected: [failed('b@example.test', {}, 'utf-8;a\\x{2B}b@example.test')],
    })
    expect(read.parts[1]?.header).toBe('Content-Type: message/delivery-status')
    expect(read.status[1]).toMatchObject({ 'Original-Recipient': 'utf-8; a\\x{2B}b@example.test' })
    expect(eightBit).toBe(false)
  })
})

describe('the header alone', () => {
  test('ends where the content begins', () => {
    const { octets, type } = returnedOf(
      [Buffer.from('A: 1\r\nB:'), Buffer.from(' 2\r\n\r\nbody\r\n')],
      'headers',
      false,
    )
    expect([octets.toString(), type]).toEqual(['A: 1\r\nB: 2\r\n', 'text/rfc822-headers'])
  })

  test('is read no further than it may be long, and has whole fields', () => {
    let asked = 0
    function* endless(): Iterable<Uint8Array> {
      for (;;) {
        asked++
        yield Buffer.from(`X: ${'x'.repeat(996)}\r\n`)
      }
    }
    const { octets } = returnedOf(endless(), 'headers', false)
    expect(asked).toBeLessThan(70)
    expect(octets.length % 1001).toBe(0)
    expect(octets.length).toBeGreaterThan(60_000)
  })
})

test('what nobody replied to is no SMTP diagnostic', async () => {
  const { read } = await compose({
    affected: [failed('b@example.test', { stage: 'connect', reply: null, cause: 'ECONNREFUSED' })],
  })
  expect(read.status[1]).toMatchObject({ Status: '4.4.1', 'Diagnostic-Code': 'X-MTA-Chain; ECONNREFUSED' })
  expect(read.parts[0]?.content).toContain('mailbox.chain.test could not be reached or used: ECONNREFUSED')
})

describe('what this MTA found by itself was said by nobody (RFC 3464 2.3.6)', () => {
  const found = {
    stage: 'mail',
    reply: reply(554, '5.6.3', 'The next MTA does not offer 8BITMIME'),
    by: 'here',
  } as const

  test('before it was sent', async () => {
    const { read } = await compose({ affected: [failed('b@example.test', found)] })
    const diagnostic = 'X-MTA-Chain; 554 5.6.3 The next MTA does not offer 8BITMIME'
    expect(read.status[1]).toMatchObject({ Status: '5.6.3', 'Diagnostic-Code': diagnostic })
    expect(read.parts[0]?.content).toContain('this MTA found: 554 5.6.3 The next MTA')
    expect(read.parts[0]?.content).not.toContain('said')
  })

  test('in a mailbox', async () => {
    const problem = { stage: 'message', reply: reply(451, '4.2.0', 'ENOSPC'), by: 'here' } as const
    const { read } = await compose({ remote: null, affected: [failed('b@example.test', problem)] })
    expect(read.parts[0]?.content).toContain('this MTA found: 451 4.2.0 ENOSPC')
  })
})

test('the text is indented below each recipient', async () => {
  const text = 'No such user here, and nobody that we know of has ever heard of one'
  const { read } = await compose({ affected: [failed('b@example.test', { reply: reply(550, '5.1.1', text) })] })
  expect(read.parts[0]?.content).toContain(
    [
      '',
      '  <b@example.test>',
      '    mailbox.chain.test said: 550 5.1.1 No such user here, and nobody that we',
      '    know of has ever heard of one (in reply to RCPT)',
      '',
    ].join('\r\n'),
  )
})

describe('as 7-bit', () => {
  test('text, delivery status and header are US-ASCII, and say the same', async () => {
    const composed = await compose({
      sevenBit: true,
      affected: [
        failed('grün+x@bücher.test', { reply: reply(550, '5.1.1', 'Unbekannt: grün') }, 'utf-8;gr\\x{FC}n@bücher.test'),
      ],
      returned: returnedOf([Buffer.from('Subject: Grüße \r\nX: 1=2\r\n\r\nFür')], 'headers', true),
    })
    expectLines(composed)
    expect([composed.eightBit, composed.smtpUtf8, isAscii(composed.content)]).toEqual([false, false, true])
    const { header, parts, status } = composed.read
    expect(header).toContain('report-type=delivery-status')
    expect(parts.map(part => part.header.replaceAll('\r\n', ' '))).toEqual([
      'Content-Type: text/plain; charset=utf-8 Content-Transfer-Encoding: quoted-printable',
      'Content-Type: message/delivery-status',
      'Content-Type: message/global-headers Content-Transfer-Encoding: quoted-printable',
    ])
    expect(status[1]).toMatchObject({
      'Original-Recipient': 'utf-8; gr\\x{FC}n@b\\x{FC}cher.test',
      'Final-Recipient': 'utf-8; gr\\x{FC}n\\x{2B}x@b\\x{FC}cher.test',
      'Diagnostic-Code': 'smtp; 550 5.1.1 Unbekannt: gr?n',
    })
    expect(parts[0]?.content).toContain('Unbekannt: gr=C3=BCn')
    expect(parts[2]?.content).toBe('Subject: Gr=C3=BC=C3=9Fe=20\r\nX: 1=3D2\r\n')
  })

  test('a header in Latin-1 comes back octet for octet', async () => {
    const octets = Buffer.from(`Subject: ${'caf\xe9 '.repeat(40)}\r\n\tx\rx\nx\0=\r\n`, 'latin1')
    const { content } = composeReport(facts({ sevenBit: true, returned: returnedOf([octets], 'headers', false) }))
    const { attachments } = await simpleParser(content)
    expect(isAscii(content)).toBe(true)
    expect(attachments.at(-1)?.content.toString('latin1')).toBe(octets.toString('latin1'))
  })
})

test('a message that was not tried itself has no date of an attempt', async () => {
  const [tried, untried] = [await compose(), await compose({ isTried: false })]
  expect(tried.read.status[1]).toHaveProperty('Last-Attempt-Date')
  expect(untried.read.status[1]).not.toHaveProperty('Last-Attempt-Date')
})
