/**
 * What breaks other readers of headers, each with where that was seen and what a careful reader finds.
 */
import { describe, expect, it } from 'vitest'
import { readReceived } from '../../src/trace/received.js'
import { readTrace } from '../../src/trace/trace.js'

interface Break {
  readonly what: string
  readonly seen: string
  readonly field: string
  readonly because: string
  readonly found: object
}

const date = 'Tue, 24 Nov 2026 10:00:00 +0000'
const instant = new Date('2026-11-24T10:00:00Z')

const breaks: readonly Break[] = [
  {
    what: 'a field that is a comment alone',
    seen: 'MHA#335, mikel/mail#202',
    field: '(qmail 1234 invoked by uid 1001); 24 Nov 2026 10:00:00 -0000',
    because: 'RFC 5322 3.6.7 allows it: the hop has a date and nothing else',
    found: { from: { helo: null, name: null, address: null }, by: { name: null }, dialect: 'qmail', date: { instant } },
  },
  {
    what: 'no ; before a date with nanoseconds and a monotonic clock',
    seen: 'mail-parser#71, MimeKit#587',
    field: 'by recvd-1 with SMTP id recvd-1-5F 2026-11-24 10:00:00.684308116 +0000 UTC m=+757385.270866697',
    because: 'the date is no part of the id, and m=+ is no part of the date',
    found: { id: 'recvd-1-5F', date: { instant: new Date('2026-11-24T10:00:00.684Z') }, dialect: 'sendgrid' },
  },
  {
    what: 'a comment with a path behind the date',
    seen: 'nodemailer/mailparser#108',
    field: `from a.example ([192.0.2.1]) by mx.example id psm3rx07yg5z for <b@c.example>; ${date} (envelope-from <a@b.example>)`,
    because: 'a comment may stand behind the date, and this one gives the reverse-path',
    found: { date: { instant }, envelopeFrom: 'a@b.example', for: 'b@c.example' },
  },
  {
    what: 'a version in the id',
    seen: 'MailHops#9, decode-spam-headers#19',
    field: `from a.example (192.0.2.1) by mx.example (192.0.2.2) with Microsoft SMTP Server id 15.1.225.42; ${date}`,
    because: "an address is one in the server's notes, never in an id",
    found: { from: { address: '192.0.2.1' }, by: { address: '192.0.2.2' }, id: '15.1.225.42' },
  },
  {
    what: 'a version of four numbers beside by',
    seen: 'MailHops#9',
    field: `from a.example ([192.0.2.1]) by mx.example (Program 8.11.6.1) with ESMTP id 1; ${date}`,
    because: 'it stands behind a word, so it is no address',
    found: { from: { address: '192.0.2.1' }, by: { name: 'mx.example', address: null } },
  },
  {
    what: 'an address that HELO claims, in front of the comment',
    seen: 'rspamd#1727',
    field: `from [198.51.100.9] (a.example [192.0.2.1]) by mx.example (Postfix) with ESMTP id 1; ${date}`,
    because: 'what the client says counts only where the server says nothing',
    found: { from: { helo: '[198.51.100.9]', name: 'a.example', address: '192.0.2.1' } },
  },
  {
    what: "Exim's helo= with an address",
    seen: 'rspamd#1575',
    field: `from [192.0.2.1] (helo=198.51.100.9 ident=evil) by mx.example with esmtp (Exim 4.96) id 1abCdE-0001Xy-2Z; ${date}`,
    because: 'helo= and ident= are what the client says',
    found: { from: { helo: '198.51.100.9', name: null, address: '192.0.2.1', ident: 'evil' } },
  },
  {
    what: 'an ident that looks like an address',
    seen: 'rspamd#1575',
    field: `from a.example ([192.0.2.1]:2500 ident=198.51.100.9) by mx.example with esmtp (Exim 4.96) id 1abCdE-0001Xy-2Z; ${date}`,
    because: 'the port and the ident are no part of the address',
    found: { from: { helo: null, name: 'a.example', address: '192.0.2.1', ident: '198.51.100.9' } },
  },
  {
    what: 'an IPv4-mapped address with a tag',
    seen: 'rspamd#2275',
    field: `from a.example (a.example [IPv6:::ffff:192.0.2.1]) by mx.example with esmtp; ${date}`,
    because: 'it is that IPv4 address (RFC 4291 2.5.5.2)',
    found: { from: { address: '192.0.2.1' } },
  },
  {
    what: 'an IPv6 address with a zone',
    seen: 'rspamd#2452',
    field: `from a.example ([fe80::755c:1705%11]) by mx.example ([fe80::1%eth0]) with mapi id 14.03.0123.003; ${date}`,
    because: "a zone is the server's own business",
    found: { from: { address: 'fe80::755c:1705' }, by: { address: 'fe80::1' } },
  },
  {
    what: 'an address in double brackets, with a port',
    seen: 'Haraka#1038',
    field: `from [192.0.2.1] ([[192.0.2.1:12140]) by mx.example (ecelerity 4.2 r(:)) with ESMTP id A1/B2; ${date}`,
    because: 'the brackets and the port are no part of the address',
    found: { from: { helo: null, name: null, address: '192.0.2.1' } },
  },
  {
    what: 'bare IPv6 addresses in parentheses',
    seen: 'zbateson/mail-mime-parser#180',
    field: `from a.prod.outlook.com (2603:10A6:10:2cd::1) by b.prod.outlook.com (2603:10a6::2) with Microsoft SMTP Server id 15.20.1.2; ${date}`,
    because: 'half of the IPv6 literals found are written without brackets or tag',
    found: { from: { address: '2603:10a6:10:2cd::1' }, by: { address: '2603:10a6::2' }, dialect: 'exchange-online' },
  },
  {
    what: 'esmtpsa in small letters',
    seen: 'rspamd#1976',
    field: `from [192.0.2.1] (helo=a) by mx.example with esmtpsa (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96) id 1abCdE-0001Xy-2Z; ${date}`,
    because: 'RFC 5234 2.3: literals of a grammar are case-insensitive',
    found: {
      with: { text: 'esmtpsa', protocol: 'ESMTPSA', tls: true, auth: true },
      tls: { version: 'TLS1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
    },
  },
  {
    what: 'unknown for a name',
    seen: 'zbateson/mail-mime-parser#104',
    field: `from User (unknown [192.0.2.1]) by mx.example (Postfix) with SMTP id 8E909742751; ${date}`,
    because: 'unknown is what Postfix writes where it knows no name',
    found: { from: { helo: 'User', name: null, address: '192.0.2.1' }, with: { tls: false, auth: false } },
  },
  {
    what: 'an id that ends with a keyword',
    seen: 'mail-parser#108',
    field: `from a.example ([192.0.2.1]) by mx.example with ESMTP id 4YnX-By for <b@c.example>; ${date}`,
    because: 'a keyword is a whole word',
    found: { by: { name: 'mx.example' }, id: '4YnX-By', for: 'b@c.example' },
  },
  {
    what: 'two from clauses',
    seen: 'mail-parser PR#43',
    field: `from real.example ([192.0.2.1]) from fake.example ([198.51.100.9]) by mx.example with ESMTP id 1; ${date}`,
    because: 'the first counts, and the other one is kept apart',
    found: {
      from: { helo: 'real.example', address: '192.0.2.1' },
      repeated: [{ clause: 'from', position: 32, text: 'fake.example ([198.51.100.9])' }],
    },
  },
  {
    what: 'for <multiple recipients>',
    seen: 'mikel/mail#600',
    field: `from a.example ([192.0.2.1]) by mx.example with ESMTP id 1 for <multiple recipients>; ${date}`,
    because: 'what stands in < > is one word, no path though it is',
    found: { for: 'multiple recipients', date: { instant } },
  },
  {
    what: 'a date that is folded',
    seen: 'stalwart/mail-parser#81',
    field: 'from a.example ([192.0.2.1]) by mx.example with ESMTP id 1; Tue, 24\r\n\tNov 2026 10:00:00 +0000',
    because: 'blanks may stand between all its parts (RFC 5322 3.3)',
    found: { date: { instant, offset: 0 }, issues: [] },
  },
  {
    what: 'with and by in a comment on encryption',
    seen: "MHA's way of splitting",
    field: `from a.example (a.example [192.0.2.1]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) by X25519) by mx.example (Postfix) with ESMTPS id 1; ${date}`,
    because: 'keywords count only outside of comments',
    found: {
      by: { name: 'mx.example' },
      with: { text: 'ESMTPS', tls: true, auth: false },
      tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
    },
  },
  {
    what: 'names that begin as a zone or a keyword does',
    seen: "MHA's way of splitting",
    field: `from utcorp.example (utcorp.example [192.0.2.1]) by bywater.example with ESMTP id forty for <from@via.example>; ${date}`,
    because: 'utcorp is not UTC, bywater not by',
    found: { from: { helo: 'utcorp.example' }, by: { name: 'bywater.example' }, id: 'forty', for: 'from@via.example' },
  },
  {
    what: '; and by in a comment',
    seen: 'MHA, mail-parser',
    field: `from a.example (a.example [192.0.2.1]) by mx.example (by; fake.example) with ESMTP id 1; ${date} (by; y)`,
    because: 'nothing in a comment ends anything',
    found: { by: { name: 'mx.example' }, id: '1', date: { instant }, issues: [] },
  },
  {
    what: 'an apostrophe',
    seen: 'mailauth',
    field: `from o'hara.example (o'hara.example [192.0.2.1]) by mx.example with ESMTP id 1; ${date}`,
    because: 'an apostrophe quotes nothing (RFC 5322 3.2.3)',
    found: { from: { helo: "o'hara.example", address: '192.0.2.1' }, by: { name: 'mx.example' } },
  },
  {
    what: 'a quoted parenthesis in a comment',
    seen: 'mailauth',
    field: `from a.example (\\) by fake.example [192.0.2.1]) by mx.example with ESMTP id 1; ${date}`,
    because: 'a backslash quotes it (RFC 5322 3.2.2)',
    found: { by: { name: 'mx.example' }, date: { instant } },
  },
  {
    what: 'a comment that is not closed',
    seen: 'mailauth',
    field: `from a.example (a.example [192.0.2.1] by fake.example with ESMTP id 1; ${date}`,
    because: 'nobody can say what stands outside of it: no hop is guessed',
    found: { from: { address: null }, by: { name: null }, with: null, id: null, date: null },
  },
  {
    what: 'a quoted ; in a path',
    seen: 'MHA (last ;), mail-parser (first ;)',
    field: `from a.example ([192.0.2.1]) by mx.example with ESMTP id 1 for <"a; b"@c.example>; ${date} (x; y)`,
    because: 'a quoted string holds it (RFC 5321 4.1.2)',
    found: { for: '"a; b"@c.example', date: { instant } },
  },
  {
    what: 'a clause called __proto__',
    seen: 'readers that make keys of words',
    field: `from a.example ([192.0.2.1]) by mx.example __proto__ evil with ESMTP id 1; ${date}`,
    because: 'words never become keys',
    found: { by: { name: 'mx.example', address: null }, id: '1' },
  },
]

describe('what breaks other readers', () => {
  it.each(breaks)('$what ($seen): $because', ({ field, because, found }) => {
    expect(readReceived(field), because).toMatchObject(found)
    expect(({} as Record<string, unknown>)['evil'], 'no prototype is changed').toBeUndefined()
  })

  it('clocks out of order (cyberdefenders#20): no delay of 23 hours, for a delay is signed', () => {
    const fields = [
      'Received: from b by c; Tue, 24 Nov 2026 09:59:58 +0000',
      'Received: from a by b; Tue, 24 Nov 2026 10:00:00 +0000',
      '',
      '',
    ]
    expect(readTrace(fields.join('\r\n')).hops.map(({ delayMs }) => delayMs)).toEqual([null, -2000])
  })
})
