/**
 * MAIL and RCPT as clients write them (RFC 5321 4.1.1.2, 4.1.1.3, 4.1.2), over the wire: what the MTA makes of a path.
 */
import { describe, expect, it } from 'vitest'
import { mail, rcpt } from './path-replies.js'
import { start } from './recording-listener.js'
import { dialogue } from './talk.js'

const localTooLong = `${'x'.repeat(250)}@y.test`

describe('a path', () => {
  it.each([
    '<b@example.test>',
    ' <b@example.test>',
    '<"a b"@example.test>',
    '<"a@x"@example.test>',
    '<"a\\"b"@example.test>',
    '<"a\\\\"@example.test>',
    '<""@example.test>',
    "<!#$%&'*+/=?^_`{|}~-@example.test>",
    '<a.b.c@example.test>',
    '<b@[192.0.2.1]>',
    '<b@[IPv6:2001:db8::1]>',
    '<b@localhost>',
    '<b@under_score.test>',
    '<@relay.test:b@example.test>',
    '<@one.test,@two.test:b@example.test>',
    `<${'x'.repeat(254 - 7)}@y.test>`,
  ])('is taken: %s', async path => {
    expect(await mail(path)).toBe('250 2.1.0')
    expect(await rcpt(path)).toBe('250 2.1.5')
  })

  it.each([
    'b@example.test',
    '<b@example.test',
    'b@example.test>',
    '<<b@example.test>>',
    '<b@example.test>x',
    '<b@example.test><c@example.test>',
    '<b>',
    '<@example.test>',
    '<b@>',
    '<b@@example.test>',
    '<a@b@example.test>',
    '<.b@example.test>',
    '<b.@example.test>',
    '<a..b@example.test>',
    '<b@.example.test>',
    '<b@example..test>',
    '<b@-example.test>',
    '<b c@example.test>',
    '<"b@example.test>',
    '<b"@example.test>',
    '<"a"b@example.test>',
    '<"a<b"@example.test>',
    '<"a>b"@example.test>',
    '<b@[192.0.2]>',
    '<b@[192.0.2.256]>',
    '<b@[2001:db8::1]>',
    '<b@[IPv6:192.0.2.1]>',
    '<b@[192.0.2.1>',
    '<@relay.test:>',
    '<@relay.test>',
    '<relay.test:b@example.test>',
    `<${localTooLong}>`,
    '<b\0@example.test>',
    '<b\x01@example.test>',
    '<b\x7f@example.test>',
    '<b@example.test\r>',
    '<b@example.test>\r',
    '<b@example\t.test>',
    '<"a\tb"@example.test>',
    '<"a\0b"@example.test>',
    '<"a\\\x01b"@example.test>',
    '<b\u200b@example.test>',
    '<b\u0085@example.test>',
    '<b@example\ufeff.test>',
    Buffer.from([0x3c, 0x62, 0xff, 0x40, 0x78, 0x2e, 0x79, 0x3e]),
    Buffer.from([0x3c, 0x62, 0xc0, 0x80, 0x40, 0x78, 0x2e, 0x79, 0x3e]),
    Buffer.from([0x3c, 0x62, 0xed, 0xa0, 0x80, 0x40, 0x78, 0x2e, 0x79, 0x3e]),
  ])('is refused: %j', async path => {
    expect(await mail(path, ' SMTPUTF8')).toBe('501 5.1.7')
    expect(await rcpt(path, ' SMTPUTF8')).toBe('501 5.1.3')
  })

  it('may be null in MAIL alone (RFC 5321 4.5.5)', async () => {
    expect(await mail('<>')).toBe('250 2.1.0')
    expect(await rcpt('<>')).toBe('501 5.1.3')
  })

  it.each(['<postmaster>', '<Postmaster>', '<POSTMASTER>'])('may be %s alone (RFC 5321 4.1.1.3)', async path => {
    expect(await rcpt(path)).toBe('250 2.1.5')
  })

  it.each(['<ü@example.test>', '<b@ü.test>', '<"ü x"@example.test>', '<🙂@example.test>'])(
    'beyond US-ASCII needs SMTPUTF8 (RFC 6531 3.5): %s',
    async path => {
      expect(await mail(path)).toBe('553 5.6.7')
      expect(await rcpt(path)).toBe('553 5.6.7')
      expect(await mail(path, ' SMTPUTF8')).toBe('250 2.1.0')
      expect(await rcpt(path, ' SMTPUTF8')).toBe('250 2.1.5')
    },
  )

  it('is handed on as the client wrote it, without its source route', async () => {
    const { greeted, record } = await start()
    const client = await greeted()
    await client.command('mail from:<@one.test,@two.test:"A b"@Example.TEST>')
    await dialogue(client, ['Rcpt To:<"c\\"@d"@x.test>', 'rcpt to: <@one.test:E@[IPv6:2001:DB8::1]>', 'DATA'])
    await client.command('.')
    expect(record.taken[0]?.transaction.envelope).toEqual({
      reversePath: '"A b"@Example.TEST',
      recipients: ['"c\\"@d"@x.test', 'E@[IPv6:2001:DB8::1]'].map(mailbox => ({
        mailbox,
        notify: null,
        originalRecipient: null,
      })),
      eightBit: false,
      smtpUtf8: false,
      ret: null,
      envelopeId: null,
    })
  })
})
