/**
 * Stamps beside fields as they are found in mail (names, addresses and dates changed), for the programs that can't be had
 * to write some: what they say and in which order, and the folds where those are known.
 */
import { describe, expect, test } from 'vitest'
import { parseMailbox } from '../../src/mail/address.js'
import type { StampFacts } from '../../src/trace/stamp/facts.js'
import { writeStamp } from '../../src/trace/stamp/stamp.js'

const user = parseMailbox('user@example.org')
if (!user) throw new Error('no mailbox')

const usual: StampFacts = {
  helo: 'h1.example',
  clientName: null,
  clientAddress: '192.0.2.208',
  hostname: 'h2.example',
  address: '192.0.2.29',
  protocol: 'ESMTP',
  id: 'x',
  recipients: [user],
  reversePath: null,
  date: new Date('2024-01-02T03:04:05Z'),
  zone: '+0000',
}

/** At 03:04:05 in that zone. */
function at(zone: string): Pick<StampFacts, 'zone' | 'date'> {
  return { zone, date: new Date(`2024-01-02T03:04:05${zone.slice(0, 3)}:${zone.slice(3)}`) }
}

function unfolded(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

const several = [user, user]

describe('says what a field of the wild says', () => {
  test.each<[string, Partial<StampFacts>, string]>([
    [
      'exchange',
      {
        helo: 'User',
        clientAddress: '192.0.2.206',
        hostname: 'h1.example',
        address: '192.0.2.226',
        version: '15.2.858.5',
        ...at('+0800'),
      },
      'from User (192.0.2.206) by h1.example (192.0.2.226) with Microsoft SMTP Server id 15.2.858.5 via Frontend Transport; Tue, 2 Jan 2024 03:04:05 +0800',
    ],
    [
      'exchange-online',
      { hostname: 'h2.mail.protection.outlook.com' },
      'from h1.example (192.0.2.208) by h2.mail.protection.outlook.com (192.0.2.29) with Microsoft SMTP Server id 15.20.7292.17 via Frontend Transport; Tue, 2 Jan 2024 03:04:05 +0000',
    ],
    [
      'postfix',
      {
        helo: 'User',
        clientAddress: '192.0.2.13',
        hostname: 'h1.example',
        protocol: 'SMTP',
        id: '8E909742751',
        recipients: several,
        ...at('+0300'),
        zoneName: 'MSK',
      },
      'from User (unknown [192.0.2.13]) by h1.example (Postfix) with SMTP id 8E909742751; Tue, 2 Jan 2024 03:04:05 +0300 (MSK)',
    ],
    [
      'sendmail',
      {
        clientName: 'h2.example',
        clientAddress: '192.0.2.115',
        hostname: 'h3.example',
        version: '8.14.7/8.14.7',
        id: '242TDyld739491',
        ...at('-0400'),
      },
      'from h1.example (h2.example [192.0.2.115]) by h3.example (8.14.7/8.14.7) with ESMTP id 242TDyld739491 for <user@example.org>; Tue, 2 Jan 2024 03:04:05 -0400',
    ],
    [
      'sendmail',
      { clientAddress: '192.0.2.51', protocol: 'SMTP', version: '8.9.3/8.9.3', id: 'DCA31313', recipients: several },
      'from h1.example ([192.0.2.51]) by h2.example (8.9.3/8.9.3) with SMTP id DCA31313; Tue, 2 Jan 2024 03:04:05 GMT',
    ],
    [
      'exim',
      {
        helo: 'h2.example',
        clientName: 'h1.example',
        clientAddress: '127.0.0.1',
        version: '4.05',
        id: '94EUnA-8653Ea-56',
        recipients: several,
        ...at('-0500'),
      },
      'from h1.example ([127.0.0.1] helo=h2.example) by h2.example with esmtp (Exim 4.05) id 94EUnA-8653Ea-56; Tue, 02 Jan 2024 03:04:05 -0500',
    ],
    [
      'exim',
      {
        clientName: 'h1.example',
        clientAddress: '192.0.2.112',
        hostname: 'h1.example',
        version: '4.10',
        id: '86mG9Z-5582Sh-26',
        ...at('+0100'),
      },
      'from h1.example ([192.0.2.112]) by h1.example with esmtp (Exim 4.10) id 86mG9Z-5582Sh-26 for user@example.org; Tue, 02 Jan 2024 03:04:05 +0100',
    ],
    [
      'powermta',
      {
        helo: 'localhost',
        clientAddress: '192.0.2.138',
        hostname: 'h1.example',
        version: 'v3.5r15',
        id: 'h13ska0ko6cn',
        reversePath: user,
        ...at('-0300'),
      },
      'from localhost (192.0.2.138) by h1.example (PowerMTA(TM) v3.5r15) id h13ska0ko6cn for <user@example.org>; Tue, 2 Jan 2024 03:04:05 -0300 (envelope-from <user@example.org>)',
    ],
  ])('%s', (stamp, facts, field) => {
    expect(unfolded(writeStamp(stamp, { ...usual, ...facts }))).toBe(`Received: ${field}`)
  })
})

describe('folds as a field of the wild is folded', () => {
  test.each<[string, Partial<StampFacts>, readonly string[]]>([
    [
      'exchange-online',
      { helo: 'relay.h1.example', hostname: 'BL02EPF0001A0FE.mail.protection.outlook.com', address: '192.0.2.105' },
      [
        'from relay.h1.example (192.0.2.208) by',
        ' BL02EPF0001A0FE.mail.protection.outlook.com (192.0.2.105) with Microsoft SMTP',
        ' Server id 15.20.7292.17 via Frontend Transport; Tue, 2 Jan 2024 03:04:05',
        ' +0000',
      ],
    ],
    [
      'qmail',
      { helo: 'User', clientAddress: '192.0.2.221', hostname: '0' },
      [
        '(qmail 121 invoked from network); 2 Jan 2024 03:04:05 -0000',
        'Received: from unknown (HELO User) (192.0.2.221)',
        '  by 0 with SMTP; 2 Jan 2024 03:04:05 -0000',
      ],
    ],
    [
      'gmail',
      { clientName: 'h1.example', id: 'i5si6886367eeg.235.2024.01.02.03.04.05', recipients: several, ...at('-0800') },
      [
        'from h1.example (h1.example. [192.0.2.208])',
        '        by h2.example with ESMTP id i5si6886367eeg.235.2024.01.02.03.04.05;',
        '        Tue, 02 Jan 2024 03:04:05 -0800 (PST)',
      ],
    ],
    [
      'gmail',
      { helo: '[172.16.2.101]', ...at('-0700') },
      [
        'from ?172.16.2.101? ([192.0.2.208])',
        '        by h2.example with ESMTP id x',
        '        for <user@example.org>;',
        '        Tue, 02 Jan 2024 03:04:05 -0700 (PDT)',
      ],
    ],
    [
      'iis',
      { helo: 'web5', clientAddress: '192.0.2.114', hostname: 'nas1', version: '5.0.2195.2966', ...at('-0500') },
      ['from web5 ([192.0.2.114]) by nas1 with Microsoft SMTPSVC(5.0.2195.2966);', '\t Tue, 2 Jan 2024 03:04:05 -0500'],
    ],
    [
      'kumomta',
      { id: '459cb2c1903011f19f1302c9fa07781d' },
      [
        'from h1.example (192.0.2.208)',
        '  by h2.example (KumoMTA 192.0.2.29) ',
        '  with ESMTP id 459cb2c1903011f19f1302c9fa07781d for <user@example.org>;',
        '  Tue, 2 Jan 2024 03:04:05 +0000',
      ],
    ],
    [
      'ses',
      { clientName: 'h1.example', id: 'eehuir1ejdq47mmk0bfhl19jj9ttrp7kp3pmuk81' },
      [
        'from h1.example (h1.example [192.0.2.208])',
        ' by h2.example with SMTP id eehuir1ejdq47mmk0bfhl19jj9ttrp7kp3pmuk81',
        ' for user@example.org;',
        ' Tue, 02 Jan 2024 03:04:05 +0000 (UTC)',
      ],
    ],
    [
      'sendgrid',
      { id: 'Hm-93m4YR7qK3Sh1Thencg', recipients: several, date: new Date('2024-01-02T03:04:05.896Z') },
      [
        'from h1.example (unknown)',
        '\tby h2.example (SG) with ESMTP',
        '\tid Hm-93m4YR7qK3Sh1Thencg',
        '\tTue, 02 Jan 2024 03:04:05.896 +0000 (UTC)',
      ],
    ],
  ])('%s', (stamp, facts, field) => {
    expect(writeStamp(stamp, { ...usual, ...facts })).toBe(`Received: ${field.join('\r\n')}\r\n`)
  })
})
