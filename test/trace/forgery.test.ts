/**
 * What a client can choose (its HELO, its ident, its certificate, its reverse DNS, the envelope) and what a reader must
 * not make of it, in the fields that real programs write.
 */
import { describe, expect, it } from 'vitest'
import { readReceived } from '../../src/trace/received.js'

const date = 'Tue, 2 Jan 2024 03:04:05 +0000'
const postfix = `by mx.example.org (Postfix) with ESMTPS id 4ABCDEF123; ${date}`
const exim = `by mx.example.org with esmtp (Exim 4.92) id 1rKXyz-0001Ab-2C; ${date}`
const qmail = 'by 0 with SMTP; 2 Jan 2024 03:04:05 -0000'
const tls = '(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))'
const peer = '203.0.113.9'

type Forgery = readonly [what: string, field: string, found: object]

const forgeries: readonly Forgery[] = [
  [
    "an ident is the client's to its end",
    `from host.example ([${peer}] ident=x [10.0.0.7]) ${exim}`,
    { from: { helo: null, name: 'host.example', address: peer, ident: 'x [10.0.0.7]' } },
  ],
  [
    'a HELO with a literal in it is a HELO',
    `from host.example ([${peer}] helo=x [9.9.9.9]) ${exim}`,
    { from: { helo: 'x [9.9.9.9]', name: 'host.example', address: peer } },
  ],
  [
    'the literal in front of the comment is the connection',
    `from [${peer}] (helo=foo ident=x [9.9.9.9]) ${exim}`,
    { from: { helo: 'foo', name: null, address: peer } },
  ],
  [
    'HELO in an ident is no HELO',
    `from host.example ([${peer}] ident=x HELO mail.trusted.example) ${exim}`,
    { from: { helo: null, address: peer } },
  ],
  [
    'helo= behind ident= is no HELO either',
    `from host.example ([${peer}] ident=x helo=mail.trusted.example) ${exim}`,
    { from: { helo: null, address: peer, ident: 'x helo=mail.trusted.example' } },
  ],
  [
    "Sendmail's ident may look like Exim's comment: then nobody can say",
    `from a.example ([9.9.9.9] ident=x@b.example [${peer}]) by mx.example.org (8.14.4/8.14.4) with ESMTP id x; ${date}`,
    { from: { helo: 'a.example', address: null } },
  ],
  [
    "a certificate is the client's",
    `from mail.example (unknown [${peer}]) ${tls} (Client CN "x", Issuer "a HELO b" (not verified)) ${postfix}`,
    { from: { helo: 'mail.example', name: null, address: peer }, with: { tls: true, auth: false } },
  ],
  [
    'a certificate gives no address',
    `from mail.example (unknown [${peer}]) ${tls} (Client CN "x", Issuer "y [9.9.9.9] helo=e" (not verified)) ${postfix}`,
    { from: { helo: 'mail.example', name: null, address: peer, ident: null } },
  ],
  [
    'a certificate gives no reverse-path',
    `from mail.example (unknown [${peer}]) ${tls} (Client CN "x", Issuer ", envelope-from ceo@trusted.example ") ${postfix}`,
    { from: { address: peer }, envelopeFrom: null },
  ],
  [
    "who authenticated is a user's name",
    `from mail.example (unknown [${peer}]) (Authenticated sender: bob HELO x) ${postfix}`,
    { from: { helo: 'mail.example', name: null, address: peer }, with: { auth: true } },
  ],
  ...[
    `(mail.example ${peer})`,
    `(mail.example/${peer})`,
    `(${peer}, mail.example)`,
    `(mail.example (${peer}))`,
    `(mail.example [203.0.113.999])`,
    '([UNIX: localhost])',
    '(unknown)',
  ].map(
    (note): Forgery => [
      'a literal in HELO is no address where the server noted anything',
      `from [10.0.0.7] ${note} by mx.example.org with ESMTP id abc; ${date}`,
      { from: { helo: '[10.0.0.7]', address: null } },
    ],
  ),
  ['Postfix always notes the connection', `from [9.9.9.9] ${postfix}`, { from: { helo: '[9.9.9.9]', address: null } }],
  [
    'Exchange always notes the connection',
    `from 9.9.9.9 by mx.example.org with Microsoft SMTP Server id 15.1.2.3; ${date}`,
    { from: { helo: '9.9.9.9', address: null } },
  ],
  [
    'reverse DNS may be called helo',
    `from [9.9.9.9] (helo [${peer}]) ${postfix}`,
    { from: { helo: '[9.9.9.9]', address: peer } },
  ],
  [
    'reverse DNS may be called account',
    `from [9.9.9.9] (account [IPv6:2001:db8::9]) by mx.example.org (8.14.4/8.14.4) with ESMTP id abc; ${date}`,
    { from: { helo: '[9.9.9.9]', name: 'account', address: '2001:db8::9' } },
  ],
  [
    "qmail's HELO tells of no encryption",
    `from unknown (HELO encrypted) (${peer}) ${qmail}`,
    { from: { helo: 'encrypted', address: peer }, with: { tls: null }, tls: null },
  ],
  [
    "qmail's HELO tells of no authentication",
    `from unknown (EHLO authenticated) (${peer}) ${qmail}`,
    { from: { helo: 'authenticated', address: peer }, with: { auth: null } },
  ],
  [
    "qmail's HELO gives no reverse-path",
    `from unknown (HELO envelope-from:ceo@trusted.example) (${peer}) ${qmail}`,
    { from: { address: peer }, envelopeFrom: null },
  ],
  [
    "Exim's HELO tells of no encryption",
    `from [${peer}] (helo=a version=TLS1_3 cipher=FAKE) by mx.example.org with smtp (Exim 4.92) id 1rKXyz-0001Ab-2C; ${date}`,
    { from: { helo: 'a version=TLS1_3 cipher=FAKE', address: peer }, with: { tls: false }, tls: null },
  ],
  [
    "qmail's ident may look like a HELO",
    `from unknown (HELO x) (helo=trusted@${peer}) ${qmail}`,
    { from: { helo: 'x', address: peer, ident: 'helo=trusted' } },
  ],
  [
    "qmail's ident may look like Exim's",
    `from unknown (HELO x) (ident=root@${peer}) ${qmail}`,
    { from: { helo: 'x', address: peer, ident: 'ident=root' } },
  ],
  [
    'a service may run a program that writes otherwise',
    `from trusted.example (evil.example [${peer}]) by mx1.yahoo.com (8.14.4/8.14.4) with ESMTP id x; ${date}`,
    { from: { helo: 'trusted.example', name: 'evil.example', address: peer }, dialect: 'yahoo' },
  ],
  [
    "an id like Exim's does not make a HELO a name",
    `from trusted.example (unknown [${peer}]) by mx.example.org with ESMTP id 1rKXyz-0001Ab-2C; ${date}`,
    { from: { helo: 'trusted.example', name: null, address: peer } },
  ],
  [
    'a service may run a program that writes otherwise, also where that knows no name',
    `from trusted.example ([${peer}]) by mx1.yahoo.com (8.14.4/8.14.4) with ESMTP id x; ${date}`,
    { from: { helo: 'trusted.example', name: null, address: peer }, dialect: 'yahoo' },
  ],
  [
    'where the server denies a name, the word is none',
    `from trusted.example (unknown [${peer}]) by mx.example.org with esmtp id 1rKXyz-0001Ab-2C; ${date}`,
    { from: { helo: 'trusted.example', name: null, address: peer } },
  ],
  [
    'qmail writes no [ ]',
    `from trusted.example ([${peer}]) by mx.example.org with SMTP; 2 Jan 2024 03:04:05 -0000`,
    { from: { helo: 'trusted.example', name: null, address: peer } },
  ],
  [
    'a mark behind recipients is none',
    `from trusted.example (unknown [${peer}]) by mx.example.org with ESMTP for <u@example.org> (qmail x); ${date}`,
    { from: { helo: 'trusted.example', name: null, address: peer } },
  ],
  [
    'a mark in the envelope sender is none',
    `from h.example ([${peer}] helo=h) by mx.example.org with esmtp (envelope-from <"a) (Postfix) (b"@e.example>) id 1rKXyz-0001Ab-2C; ${date}`,
    { from: { helo: 'h', name: 'h.example', address: peer }, dialect: 'exim' },
  ],
  [
    'what says TLS is not said to be without',
    `from [192.168.1.2] ([${peer}]) by fwd75.t-online.de with (TLSv1.3:TLS_AES_256_GCM_SHA384 encrypted) esmtp id 1qvAbc-0001de-2F; ${date}`,
    {
      from: { helo: '[192.168.1.2]', name: null, address: peer },
      with: { tls: true },
      tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
    },
  ],
]

describe('a client can not have the reader say', () => {
  it.each(forgeries)('%s: %s', (what, field, found) => expect(readReceived(field), what).toMatchObject(found))
})

describe('60 kB of what is costly to look for are read at once', () => {
  const pieces = [
    'invoked from network[',
    'encrypted ',
    'a/',
    'si',
    'si1.',
    'ident=',
    'HELO ',
    'helo=x ',
    '"EHLO ',
    'TLS:',
  ]
  const around = [
    ['(qmail ', ')'],
    ['from a (', ')'],
    ['from a ([1.1.1.1] helo=', ')'],
    ['from a by b with ', ' encrypted y'],
    ['from a by b id ', ''],
    ['from a by b with ESMTP (', ')'],
  ] as const

  it.each(pieces)('%j', piece => {
    // read in more than linear time, these take longer than a test may
    for (const [start, end] of around) {
      const field = `${start}${piece.repeat(60_000 / piece.length)}${end}; ${date}`
      expect(readReceived(field).raw).toHaveLength(field.length)
    }
  })
})
