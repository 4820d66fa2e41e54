import { describe, expect, it } from 'vitest'
import { readReceived } from '../../src/trace/received.js'
import type { ReceivedBy, ReceivedFrom } from '../../src/trace/types.js'

type Shape = readonly [writer: string, field: string, from: Partial<ReceivedFrom>, by: Partial<ReceivedBy>, rest: Rest]
interface Rest {
  readonly via?: string
  readonly with?: string
  readonly id?: string
  readonly for?: string
  /** 2024-01-02T03:04:05Z less the zone, unless it says otherwise. */
  readonly date: string
}

const day = 'Tue, 2 Jan 2024 03:04:05'

/** The 30 commonest shapes of Received fields in two corpora, 92 % of 72,720 fields, the commonest first; a missing key is null. */
const shapes: readonly Shape[] = [
  [
    'Exchange Online',
    `from h1.example (192.0.2.208) by h2.mail.protection.outlook.com (192.0.2.29) with Microsoft SMTP Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.7292.17 via Frontend Transport; ${day} +0000`,
    { helo: 'h1.example', address: '192.0.2.208' },
    { name: 'h2.mail.protection.outlook.com', address: '192.0.2.29' },
    { with: 'Microsoft SMTP Server', id: '15.20.7292.17', via: 'Frontend Transport', date: '2024-01-02T03:04:05Z' },
  ],
  [
    'Exchange',
    `from h1.example (192.0.2.63) by h2.example (192.0.2.131) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256) id 15.1.2176.14; ${day} +0300`,
    { helo: 'h1.example', address: '192.0.2.63' },
    { name: 'h2.example', address: '192.0.2.131' },
    { with: 'Microsoft SMTP Server', id: '15.1.2176.14', date: '2024-01-02T00:04:05Z' },
  ],
  [
    'Postfix, of a client without reverse DNS',
    `from User (unknown [192.0.2.13]) by h1.example (Postfix) with SMTP id 8E909742751; ${day} +0300 (MSK)`,
    { helo: 'User', address: '192.0.2.13' },
    { name: 'h1.example' },
    { with: 'SMTP', id: '8E909742751', date: '2024-01-02T00:04:05Z' },
  ],
  [
    'Exchange Online, by HTTPS',
    `from h1.prod.outlook.com (::1) by h2.prod.outlook.com with HTTPS; ${day} +0000`,
    { helo: 'h1.prod.outlook.com', address: '::1' },
    { name: 'h2.prod.outlook.com' },
    { with: 'HTTPS', date: '2024-01-02T03:04:05Z' },
  ],
  [
    'Sendmail',
    `from me (localhost [127.0.0.1]) by tyyyyail (8.11.4/8.11.4) with ESMTP id b612w1e10754; ${day} -0300 (EST)`,
    { helo: 'me', name: 'localhost', address: '127.0.0.1' },
    { name: 'tyyyyail' },
    { with: 'ESMTP', id: 'b612w1e10754', date: '2024-01-02T06:04:05Z' },
  ],
  [
    'fetchmail by IMAP, which names the server that it asked',
    `from phobos [127.0.0.1] by localhost with IMAP (fetchmail-5.9.0) for user@example.org (single-drop); ${day} +0100 (IST)`,
    { name: 'phobos', address: '127.0.0.1' },
    { name: 'localhost' },
    { with: 'IMAP', for: 'user@example.org', date: '2024-01-02T02:04:05Z' },
  ],
  [
    'Exchange, of a client with an odd HELO',
    `from User (192.0.2.206) by h1.example (192.0.2.226) with Microsoft SMTP Server id 15.2.858.5 via Frontend Transport; ${day} +0800`,
    { helo: 'User', address: '192.0.2.206' },
    { name: 'h1.example', address: '192.0.2.226' },
    { with: 'Microsoft SMTP Server', id: '15.2.858.5', via: 'Frontend Transport', date: '2024-01-01T19:04:05Z' },
  ],
  [
    'Sendmail, of a client without reverse DNS',
    `from h1.example ([192.0.2.51]) by h2.example (8.9.3/8.9.3) with SMTP id DCA31313; ${day} GMT`,
    { helo: 'h1.example', address: '192.0.2.51' },
    { name: 'h2.example' },
    { with: 'SMTP', id: 'DCA31313', date: '2024-01-02T03:04:05Z' },
  ],
  [
    'Gmail, inside',
    `by 2001:db8::5 with SMTP id g1gpx9030018ufc; ${day} -0800 (PST)`,
    {},
    { name: '2001:db8::5', address: '2001:db8::5' },
    { with: 'SMTP', id: 'g1gpx9030018ufc', date: '2024-01-02T11:04:05Z' },
  ],
  [
    'Sendmail, of a user of its own',
    `(from user@example.org) by h1.example (8.9.3/8.9.3) id GCB06143; ${day} +0100`,
    { ident: 'user' },
    { name: 'h1.example' },
    { id: 'GCB06143', date: '2024-01-02T02:04:05Z' },
  ],
  [
    'Postfix, of a user of its own',
    `by recsv05 (Postfix, from userid 0) id 0C2FC9239C; ${day} +0200 (CEST)`,
    {},
    { name: 'recsv05' },
    { id: '0C2FC9239C', date: '2024-01-02T01:04:05Z' },
  ],
  [
    'Exim, where HELO is not the name',
    `from h1.example ([127.0.0.1] helo=h2.example) by h2.example with esmtp (Exim 4.05) id 94EUnA-8653Ea-56; ${day} -0500`,
    { helo: 'h2.example', name: 'h1.example', address: '127.0.0.1' },
    { name: 'h2.example' },
    { with: 'esmtp', id: '94EUnA-8653Ea-56', date: '2024-01-02T08:04:05Z' },
  ],
  [
    'Exchange, inside',
    `from h1.example ([::1]) by h1.example ([::1]) with mapi id 15.01.2375.018; ${day} +0200`,
    { helo: 'h1.example', address: '::1' },
    { name: 'h1.example', address: '::1' },
    { with: 'mapi', id: '15.01.2375.018', date: '2024-01-02T01:04:05Z' },
  ],
  [
    'qmail, from the network',
    '(qmail 4441 invoked from network); 2 Jan 2024 03:04:05 -0000',
    {},
    {},
    { date: '2024-01-02T03:04:05Z' },
  ],
  [
    'qmail, of a client without reverse DNS',
    'from unknown (HELO User) (192.0.2.221) by 0 with SMTP; 2 Jan 2024 03:04:05 -0000',
    { helo: 'User', address: '192.0.2.221' },
    { name: '0' },
    { with: 'SMTP', date: '2024-01-02T03:04:05Z' },
  ],
  [
    'qmail, of a user',
    '(qmail 20975 invoked by uid 0); 2 Jan 2024 03:04:05 -0000',
    {},
    {},
    { date: '2024-01-02T03:04:05Z' },
  ],
  [
    'Sendmail, of a name that does not lead back',
    `from h1.example (h2.example [192.0.2.118] (may be forged)) by h3.example (8.9.3/8.9.3) with ESMTP id AED27215; ${day} +0100`,
    { helo: 'h1.example', name: 'h2.example', address: '192.0.2.118' },
    { name: 'h3.example' },
    { with: 'ESMTP', id: 'AED27215', date: '2024-01-02T02:04:05Z' },
  ],
  [
    'Exim, where HELO is the name or the address: it does not say which',
    `from h1.example ([192.0.2.112]) by h1.example with esmtp (Exim 4.10) id 86mG9Z-5582Sh-26 for user@example.org; ${day} +0100`,
    { name: 'h1.example', address: '192.0.2.112' },
    { name: 'h1.example' },
    { with: 'esmtp', id: '86mG9Z-5582Sh-26', for: 'user@example.org', date: '2024-01-02T02:04:05Z' },
  ],
  [
    "Gmail's interface, which names a project",
    `from 77463558223 named unknown by h1.google.com with HTTPREST; ${day} -0800`,
    {},
    { name: 'h1.google.com' },
    { with: 'HTTPREST', date: '2024-01-02T11:04:05Z' },
  ],
  [
    'fetchmail by POP3',
    `from h1.example [192.0.2.116] by localhost with POP3 (fetchmail-5.9.0) for user@example.org (single-drop); ${day} +0100 (CET)`,
    { name: 'h1.example', address: '192.0.2.116' },
    { name: 'localhost' },
    { with: 'POP3', for: 'user@example.org', date: '2024-01-02T02:04:05Z' },
  ],
  [
    'Sendmail with TLS',
    `from h1.example (h2.example [192.0.2.115]) by h3.example (8.14.7/8.14.7) with ESMTP id 242TDyld739491 (version=TLSv1/SSLv3 cipher=ECDHE-RSA-AES256-GCM-SHA384 bits=256 verify=NO) for <user@example.org>; ${day} -0400`,
    { helo: 'h1.example', name: 'h2.example', address: '192.0.2.115' },
    { name: 'h3.example' },
    { with: 'ESMTP', id: '242TDyld739491', for: 'user@example.org', date: '2024-01-02T07:04:05Z' },
  ],
  [
    'Gmail',
    `from h1.example (h1.example [192.0.2.71]) by h2.google.com with ESMTPS id h3.example (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256); ${day} -0800 (PST)`,
    { helo: 'h1.example', name: 'h1.example', address: '192.0.2.71' },
    { name: 'h2.google.com' },
    { with: 'ESMTPS', id: 'h3.example', date: '2024-01-02T11:04:05Z' },
  ],
  [
    'Exchange 5.5',
    `from plain (h1.example [192.0.2.34]) by h2.example with SMTP (Microsoft Exchange Internet Mail Service Version 5.5.2650.21) id F26DBETG; ${day} -0500`,
    { helo: 'plain', name: 'h1.example', address: '192.0.2.34' },
    { name: 'h2.example' },
    { with: 'SMTP', id: 'F26DBETG', date: '2024-01-02T08:04:05Z' },
  ],
  [
    'SendGrid, without a semicolon',
    'by recvd-799bfc5-4dlzv with SMTP id wkifp-549buj6-4cpkc-0-483174D3-9E 2024-07-06 11:26:01.684308116 +0000 UTC m=+757385.270866697',
    {},
    { name: 'recvd-799bfc5-4dlzv' },
    { with: 'SMTP', id: 'wkifp-549buj6-4cpkc-0-483174D3-9E', date: '2024-07-06T11:26:01.684Z' },
  ],
  [
    'Exim, of a client without reverse DNS',
    `from [192.0.2.35] (helo=there) by weasel with smtp (Exim 3.33 #2) id 78BEop-3126T3-01; ${day} +0100`,
    { helo: 'there', address: '192.0.2.35' },
    { name: 'weasel' },
    { with: 'smtp', id: '78BEop-3126T3-01', date: '2024-01-02T02:04:05Z' },
  ],
  [
    'SMTPSVC, of a file',
    `from mail pickup service by mail1 with Microsoft SMTPSVC; ${day} -0400`,
    {},
    { name: 'mail1' },
    { with: 'Microsoft SMTPSVC', date: '2024-01-02T07:04:05Z' },
  ],
  [
    'PowerMTA',
    `from localhost (192.0.2.138) by h1.example id psm3rx07yg5z for <user@example.org>; ${day} -0300 (envelope-from <user@example.org>)`,
    { helo: 'localhost', address: '192.0.2.138' },
    { name: 'h1.example' },
    { id: 'psm3rx07yg5z', for: 'user@example.org', date: '2024-01-02T06:04:05Z' },
  ],
  [
    'Yahoo, inside',
    'from [192.0.2.196] by h1.example with NNFMP; 2 Jan 2024 03:04:05 -0000',
    { address: '192.0.2.196' },
    { name: 'h1.example' },
    { with: 'NNFMP', date: '2024-01-02T03:04:05Z' },
  ],
  [
    'qmail by QMQP',
    'from unknown (192.0.2.2) by 0 with QMQP; 2 Jan 2024 03:04:05 -0000',
    { address: '192.0.2.2' },
    { name: '0' },
    { with: 'QMQP', date: '2024-01-02T03:04:05Z' },
  ],
  [
    'SMTPSVC',
    `from web5 ([192.0.2.114]) by nas1 with Microsoft SMTPSVC(5.0.2195.2966); ${day} -0500`,
    { helo: 'web5', address: '192.0.2.114' },
    { name: 'nas1' },
    { with: 'Microsoft SMTPSVC', date: '2024-01-02T08:04:05Z' },
  ],
]

describe('the 30 commonest shapes', () => {
  it('are 30', () => expect(shapes).toHaveLength(30))

  it.each(shapes)('%s: %s', (_writer, field, from, by, { date, with: text, ...rest }) => {
    const read = readReceived(field)
    expect(read.from).toEqual({ helo: null, name: null, address: null, ident: null, ...from })
    expect(read.by).toEqual({ name: null, address: null, ...by })
    expect(read).toMatchObject({ via: null, id: null, for: null, ...rest })
    expect(read.with?.text).toBe(text)
    expect(read.date?.instant).toEqual(new Date(date))
  })
})
