/**
 * What clients say and where they come from: each case differs from the first in a thing or two.
 */

export interface Case {
  readonly name: string
  readonly verb: 'EHLO' | 'HELO'
  readonly helo: string
  /** One of `clients`. */
  readonly client: string
  readonly reversePath: string
  readonly recipients: readonly string[]
  /** Behind MAIL's path. */
  readonly parameters: readonly string[]
}

export const clients = { known: '127.63.0.9', unknown: '127.63.0.10', forged: '127.63.0.11', six: '::1' }

export const zone = {
  addresses: { 'client.test': clients.known, 'forged.test': '192.0.2.1' },
  names: { [clients.known]: 'client.test', [clients.forged]: 'forged.test' },
}

const plain: Case = {
  name: 'EHLO with its own name',
  verb: 'EHLO',
  helo: 'client.test',
  client: clients.known,
  reversePath: 'a@example.test',
  recipients: ['b@example.org'],
  parameters: [],
}

const odd = [
  'other.test (forged.test [192.0.2.1])',
  'other.test(',
  'other.test)',
  'a;b',
  'a_b.test',
  'by',
  '"a b"',
  'a<b@example.test>',
  '[127.63.0.9',
  'unknown',
  'localhost',
  "o'hara",
  'a\\',
  'a!b',
  'a,b',
  'a=b',
  'user@other.test',
  '[IPv6:::1]',
]

export const cases: readonly Case[] = [
  plain,
  { ...plain, name: 'EHLO with another name', helo: 'other.test' },
  { ...plain, name: 'HELO with its own name', verb: 'HELO' },
  { ...plain, name: 'HELO with another name', verb: 'HELO', helo: 'other.test' },
  { ...plain, name: 'its own name in capitals', helo: 'CLIENT.Test' },
  { ...plain, name: 'a name without a dot', helo: 'client' },
  { ...plain, name: 'a client without a name', helo: 'other.test', client: clients.unknown },
  { ...plain, name: 'HELO of a client without a name', verb: 'HELO', helo: 'other.test', client: clients.unknown },
  { ...plain, name: 'a client whose name has another address', helo: 'forged.test', client: clients.forged },
  {
    ...plain,
    name: 'another name of a client whose name has another address',
    helo: 'other.test',
    client: clients.forged,
  },
  { ...plain, name: 'its own address', helo: '[127.63.0.9]' },
  { ...plain, name: 'the address of a client without a name', helo: '[127.63.0.10]', client: clients.unknown },
  { ...plain, name: 'another address', helo: '[192.0.2.1]' },
  { ...plain, name: 'another address of a client without a name', helo: '[192.0.2.1]', client: clients.unknown },
  { ...plain, name: 'an address without brackets', helo: '127.63.0.9' },
  { ...plain, name: 'a client without a name over IPv6', helo: 'other.test', client: clients.six },
  { ...plain, name: 'HELO over IPv6', verb: 'HELO', helo: 'other.test', client: clients.six },
  { ...plain, name: 'its own IPv6 address', helo: '[IPv6:::1]', client: clients.six },
  { ...plain, name: 'an IPv6 address without its tag', helo: '[::1]', client: clients.six },
  { ...plain, name: 'two recipients', recipients: ['b@example.org', 'c@example.org'] },
  { ...plain, name: 'null reverse-path', reversePath: '' },
  { ...plain, name: 'eight bits', parameters: ['BODY=8BITMIME'] },
  { ...plain, name: 'SMTPUTF8', reversePath: 'ä@example.test', parameters: ['SMTPUTF8'] },
  { ...plain, name: 'SMTPUTF8 to an address beyond ASCII', recipients: ['ö@example.org'], parameters: ['SMTPUTF8'] },
  { ...plain, name: 'a quoted recipient', recipients: ['"b c"@example.org'] },
  { ...plain, name: 'a recipient with a subdomain in capitals', recipients: ['B.C@Sub.Example.ORG'] },
  { ...plain, name: 'a long name', helo: `${'a'.repeat(60)}.${'b'.repeat(60)}.test` },
  { ...plain, name: 'a long recipient', recipients: [`${'b'.repeat(60)}@${'c'.repeat(50)}.example.org`] },
  ...odd.flatMap(helo => [
    { ...plain, name: `HELO name ${helo}`, helo },
    { ...plain, name: `HELO name ${helo} of a client without a name`, helo, client: clients.unknown },
  ]),
]
