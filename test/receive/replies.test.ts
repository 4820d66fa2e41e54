/**
 * Every reply that can go out, as it stands on the wire: its code and its enhanced code (RFC 5321 4.2, RFC 2034,
 * RFC 3463). The greeting, the answers to EHLO and HELO and 354 carry no enhanced code.
 */
import { expect, it } from 'vitest'
import type { Effect, FaultPoint } from '../../src/fault/ask.js'
import { formatReply, isEnhancedCode, type Reply, reply } from '../../src/mail/reply.js'
import * as replies from '../../src/receive/replies.js'
import { hostname, reach, start } from './recording-listener.js'
import { dialogue, sendMessage } from './talk.js'

type Options = NonNullable<Parameters<typeof start>[0]>
type Case = readonly [says: string, when: () => Promise<string>]

const mail = 'MAIL FROM:<a@example.test>'
const rcpt = 'RCPT TO:<b@example.test>'

/** The reply to the last of the lines, after EHLO. */
function to(lines: readonly string[], options: Options = {}): () => Promise<string> {
  return async () => {
    const { greeted } = await start(options)
    return (await dialogue(await greeted(), lines)).at(-1) ?? ''
  }
}

/** The reply to the final dot of this content. */
function toDot(content: string, options: Options = {}): () => Promise<string> {
  return async () => {
    const { greeted } = await start(options)
    return sendMessage(await greeted(), content)
  }
}

async function greeting(): Promise<string> {
  const { port } = await start()
  return (await (await reach(port)).reply()).lines.join()
}

async function answerTo(line: string): Promise<string> {
  const { client } = await start()
  return (await (await client()).command(line)).lines.join()
}

async function oneTooMany(): Promise<string> {
  const { client, port } = await start({ limits: { connections: 1 } })
  await client()
  return (await (await reach(port)).reply()).lines.join()
}

/** What is said last, unasked. */
function unasked(options: Options): () => Promise<string> {
  return async () => {
    const { client } = await start(options)
    return (await (await client()).reply()).lines.join()
  }
}

async function shutdown(): Promise<string> {
  const { client, listener } = await start()
  const idle = await client()
  void listener.close()
  return (await idle.reply()).lines.join()
}

async function fatal(line: string): Promise<string> {
  const { greeted } = await start()
  const client = await greeted()
  const said = (await client.command(line)).lines.join()
  await client.closed
  return said
}

async function afterRefusedGreeting(): Promise<string> {
  const refusal: Effect = { kind: 'reply', reply: reply(554, null, 'No mail here') }
  const faults: FaultPoint = { has: () => true, fire: ({ stage }) => (stage === 'connect' ? refusal : null) }
  const { client } = await start({ faults })
  return (await (await client()).command('EHLO client.test')).lines.join()
}

async function afterErrors(): Promise<string> {
  const { greeted } = await start({ limits: { errors: 2 } })
  const client = await greeted()
  await dialogue(client, ['x', 'x', 'x'])
  return (await client.reply()).lines.join()
}

function fails(): never {
  throw new Error('no space left')
}

const place = { write: () => null, take: () => Promise.resolve(reply(250, '2.0.0', 'Ok: queued')), discard: () => {} }
const rejects = (): Promise<never> => Promise.reject(new Error('no space left'))

const cases: readonly Case[] = [
  [`220 ${hostname} ESMTP`, greeting],
  [
    `250-${hostname} greets [127.0.0.1],250-PIPELINING,250-8BITMIME,250-SMTPUTF8,250-ENHANCEDSTATUSCODES,250-DSN,250 SIZE 50000000`,
    () => answerTo('EHLO client.test'),
  ],
  [`250 ${hostname} greets [127.0.0.1]`, () => answerTo('HELO client.test')],
  ['501 5.5.4 Bad hostname syntax, expected one domain or address literal', () => answerTo('EHLO')],
  ['501 5.5.4 Bad hostname syntax, expected one domain or address literal', () => answerTo('HELO')],
  ['503 5.5.1 The session was refused, send QUIT', afterRefusedGreeting],
  ['503 5.5.1 Send HELO or EHLO first', () => answerTo(mail)],
  ['250 2.1.0 Sender ok', to([mail])],
  ['503 5.5.1 A transaction is open already, send RSET first', to([mail, mail])],
  ['501 5.1.7 Bad sender address syntax, expected MAIL FROM:<local@domain>', to(['MAIL FROM:a@example.test'])],
  ['553 5.6.7 Internationalised address needs SMTPUTF8', to(['MAIL FROM:<ü@example.test>'])],
  ['552 5.3.4 Message too large, at most 1000 octets', to([`${mail} SIZE=1001`], { limits: { messageSize: 1000 } })],
  ['501 5.5.4 SIZE wants a number of octets', to([`${mail} SIZE=many`])],
  ['501 5.5.4 BODY is 7BIT or 8BITMIME', to([`${mail} BODY=BINARYMIME`])],
  ['501 5.5.4 SMTPUTF8 takes no value', to([`${mail} SMTPUTF8=yes`])],
  ['501 5.5.4 Bad parameter syntax', to([`${mail} =`])],
  ['501 5.5.4 Parameter SIZE given twice', to([`${mail} SIZE=1 size=1`])],
  ['501 5.5.4 RET is FULL or HDRS', to([`${mail} RET=ALL`])],
  ['501 5.5.4 ENVID wants xtext, at most 100 octets', to([`${mail} ENVID=a+0D`])],
  ['250 2.1.5 Recipient ok', to([mail, rcpt])],
  ['503 5.5.1 Send MAIL first', to([rcpt])],
  ['501 5.1.3 Bad recipient address syntax, expected RCPT TO:<local@domain>', to([mail, 'RCPT TO:<>'])],
  ['553 5.6.7 Internationalised address needs SMTPUTF8', to([mail, 'RCPT TO:<ü@example.test>'])],
  ['555 5.5.4 Unknown parameter AUTH', to([mail, `${rcpt} AUTH=<>`])],
  [
    '501 5.5.4 NOTIFY is NEVER alone, or SUCCESS, FAILURE and DELAY parted by commas',
    to([mail, `${rcpt} NOTIFY=NEVER,DELAY`]),
  ],
  ['501 5.5.4 ORCPT wants type;address in xtext, at most 500 octets', to([mail, `${rcpt} ORCPT=b@x.test`])],
  ['550 5.7.1 Not a recipient of this MTA, relaying denied', to([mail, rcpt], { accepts: () => false })],
  [
    '452 4.5.3 Too many recipients, at most 1 in a transaction',
    to([mail, rcpt, 'RCPT TO:<c@example.test>'], { limits: { recipients: 1 } }),
  ],
  ['503 5.5.1 Send MAIL first', to(['DATA'])],
  ['503 5.5.1 Send RCPT first', to([mail, 'DATA'])],
  ['554 5.5.1 No valid recipients', to([mail, rcpt, 'DATA'], { accepts: () => false })],
  ['354 End data with <CR><LF>.<CR><LF>', to([mail, rcpt, 'DATA'])],
  ['452 4.3.1 The message could not be stored, try again later', to([mail, rcpt, 'DATA'], { open: fails })],
  ['250 2.0.0 Ok: queued', toDot('S: 1\r\n')],
  [
    '452 4.3.1 The message could not be stored, try again later',
    toDot('S: 1\r\n', { open: () => ({ ...place, take: rejects }) }),
  ],
  ['552 5.3.4 Message too large, at most 5 octets', toDot('S: 1\r\n', { limits: { messageSize: 5 } })],
  ['550 5.5.2 Bare CR, bare LF or NUL in the message, lines must end with CRLF', toDot('S:\n1\r\n')],
  [
    '554 5.4.6 Too many hops, more than 1 Received fields: the message loops',
    toDot('Received: 2\r\nReceived: 1\r\n', { limits: { hops: 1 } }),
  ],
  ['250 2.0.0 Ok', to(['NOOP'])],
  ['250 2.0.0 Ok', to(['RSET'])],
  ['214 2.0.0 See RFC 5321', to(['HELP'])],
  ['252 2.0.0 Not verified, send the message and see', to(['VRFY b@example.test'])],
  ['501 5.5.4 Syntax: VRFY address', to(['VRFY'])],
  ...['DATA', 'RSET', 'QUIT'].map(
    (command): Case => ['501 5.5.4 This command takes no parameters', to([mail, rcpt, `${command} now`])],
  ),
  ...['AUTH', 'BURL', 'EXPN', 'ETRN', 'LHLO', 'SAML', 'SEND', 'SOML', 'STARTTLS', 'TURN'].map(
    (command): Case => [`502 5.5.1 ${command} not supported`, to([`${command.toLowerCase()} PLAIN`])],
  ),
  ['500 5.5.1 BDAT not supported', to([mail, rcpt, 'BDAT 5 LAST'])],
  ...['', ' ', 'MAILER', 'XCLIENT ADDR=192.0.2.1', 'XFORWARD', 'WIZ', 'SHELL', 'KILL', '__proto__', 'handler_MAIL'].map(
    (command): Case => ['500 5.5.2 Command not recognised', to([command])],
  ),
  ['451 4.3.0 Internal error', to([mail, rcpt], { accepts: fails })],
  ['221 2.0.0 Bye', () => fatal('QUIT')],
  ['421 4.7.0 This is SMTP, not HTTP', () => fatal('GET / HTTP/1.1')],
  ['421 4.5.2 Command line too long', () => fatal('x'.repeat(40_000))],
  ['421 4.7.0 Too many errors, closing connection', afterErrors],
  ['421 4.3.2 Too many connections, try again later', oneTooMany],
  ['421 4.3.2 Shutting down, try again later', shutdown],
  ['421 4.4.2 Idle too long, closing connection', unasked({ limits: { idleTime: 20 } })],
  ['421 4.4.2 The session takes too long, closing connection', unasked({ limits: { sessionTime: 20 } })],
]

it.each(cases)('%s', async (says, when) => {
  expect(await when()).toBe(says)
})

it('has every fixed reply in the table', () => {
  const fixed = Object.values(replies).filter(value => typeof value === 'object' && 'code' in value)
  const said = new Set(cases.map(([says]) => says))
  expect(fixed).toContain(replies.tooManyErrors)
  expect(fixed.map(formatReply).filter(line => !said.has(line))).toEqual([])
})

it('carries an enhanced code of the class of the code, where it carries one', () => {
  const without = cases
    .filter(([says]) => !/^(\d)\d\d \1\.\d{1,3}\.\d{1,3} /.test(says))
    .map(([says]) => says.slice(0, 3))
  expect(without).toEqual(['220', '250', '250', '354'])
})

it('gives an enhanced code to whatever else smtp-server might say, and does not say it', () => {
  const said: Reply[] = [299, 421, 450, 499, 500, 554].map(code => replies.translate(code, 'at /etc/passwd'))
  expect(said.map(({ code, enhanced }) => [code, enhanced?.[0]])).toEqual([
    [299, '2'],
    [421, '4'],
    [450, '4'],
    [499, '4'],
    [500, '5'],
    [554, '5'],
  ])
  expect(said.every(({ enhanced }) => enhanced !== null && isEnhancedCode(enhanced))).toBe(true)
  expect(said.filter(({ text }) => text.includes('passwd'))).toEqual([])
})

it('says nothing that could split a reply', () => {
  expect(replies.replyLine(reply(550, '5.1.1', 'a\r\n250 2.0.0 b\0\n\r\t\u0085\u2028ü🙂'))).toBe(
    '550 5.1.1 a??250 2.0.0 b????????\r\n',
  )
})

it('stays within 512 octets (RFC 5321 4.5.3.1.5), whatever the client wrote', async () => {
  const long = 'X'.repeat(3000)
  const { greeted } = await start()
  const lines = [
    `${mail} ${long}`,
    `${mail} ${long} ${long.slice(0, 900)}`,
    `${mail} ${'Y'.repeat(900)} ${'Y'.repeat(900)}`,
  ]
  for (const said of await dialogue(await greeted(), [...lines, long, `VRFY ${long}`, `HELO ${long}`])) {
    expect(said.length).toBeLessThanOrEqual(510)
  }
})
