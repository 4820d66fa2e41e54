/**
 * Only CRLF.CRLF ends the content (RFC 5321 4.1.1.4). What some servers take for it must not let a client put a second
 * message into the content of a first (SMTP smuggling), however the octets are cut into segments.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { RawClient } from '../support/raw-client.js'
import { type Running, start } from './recording-listener.js'
import { sendMessage, toData } from './talk.js'

const smuggled = 'MAIL FROM:<x@x.test>\r\nRCPT TO:<y@x.test>\r\nDATA\r\nS: 2\r\n\r\n2\r\n.\r\n'
const before = 'S: 1\r\n\r\n1'
const bare = '550 5.5.2 Bare CR, bare LF or NUL in the message, lines must end with CRLF'

/** Each has a bare CR, a bare LF or a NUL: the message is refused. */
const refused = [
  '\n.\n',
  '\n.\r',
  '\n.\r\n',
  '\r.\n',
  '\r.\r',
  '\r.\r\n',
  '\r\n.\n',
  '\r\n.\r',
  '\r\n.\r\r\n',
  '\r\r\n.\r\r\n',
  '\r\n\0.\r\n',
  '\r\n.\0\r\n',
  '\r\n.\r\0\n',
  '\n\n.\n\n',
  '\r\n\n.\r\n',
  '\r\n\r.\r\n',
  '\n..\r\n',
  '\r\n..\n',
  '\0\r\n.\0\r\n',
]

/** Proper lines that begin with a dot, as they go over the wire and as they are: the message is taken. */
const taken: readonly [wire: string, content: string][] = [
  ['\r\n..\r\n', '\r\n.\r\n'],
  ['\r\n. \r\n', '\r\n \r\n'],
  ['\r\n...\r\n', '\r\n..\r\n'],
  ['\r\n .\r\n', '\r\n .\r\n'],
]

type Segments = readonly [name: string, send: (client: RawClient, octets: Buffer) => Promise<void>]

const whole: Segments = ['whole', (client, octets) => client.write(octets)]
const singly: Segments = ['one octet a segment', (client, octets) => client.writeOctetByOctet(octets)]
const split: Segments = ['split after ..', (client, octets) => writeSplit(client, octets, octets.indexOf('..') + 2)]

async function writeSplit(client: RawClient, octets: Buffer, at: number): Promise<void> {
  await client.write(octets.subarray(0, at))
  // the server has a turn of the event loop to read it alone
  await turn()
  await turn()
  await client.write(octets.subarray(at))
}

/** Sends the variant with a second message behind it; resolves with the replies up to the one to QUIT. */
async function attack({ client }: Attacker, variant: string, [, send]: Segments): Promise<string[]> {
  await toData(client)
  await send(client, Buffer.from(`${before}${variant}${smuggled}`, 'latin1'))
  const dot = await client.reply()
  const marker = await client.command('NOOP marker')
  return [dot, marker].map(({ lines: [line = ''] }) => line)
}

interface Attacker {
  readonly client: RawClient
  readonly record: Running['record']
}

async function attacker(): Promise<Attacker> {
  const { record, greeted } = await start({ limits: { errors: 1000 } })
  return { record, client: await greeted() }
}

describe.each([whole, singly, split])('the end of the data, sent %s', (...segments) => {
  it.each(refused)('is not %j: one message, refused', async variant => {
    const attacking = await attacker()
    expect(await attack(attacking, variant, segments)).toEqual([bare, '250 2.0.0 Ok'])
    expect(attacking.record.opened).toHaveLength(1)
    expect(attacking.record).toMatchObject({ taken: [], discarded: 1 })
  })

  it.each(taken)('is not %j: one message, taken', async (variant, content) => {
    const attacking = await attacker()
    expect(await attack(attacking, variant, segments)).toEqual(['250 2.0.0 Ok: queued', '250 2.0.0 Ok'])
    expect(attacking.record.contents).toEqual([before + content + smuggled.slice(0, -3)])
  })
})

describe('the end of the data, split at every position', () => {
  it.each([...refused, ...taken.map(([wire]) => wire)])('is not %j', async variant => {
    const attacking = await attacker()
    const said = new Set<string>()
    for (let at = 1; at < before.length + variant.length + 3; at++) {
      const here: Segments = ['', (client, octets) => writeSplit(client, octets, at)]
      said.add((await attack(attacking, variant, here)).join())
    }
    // all the same, however it was split
    expect([...said]).toEqual([`${refused.includes(variant) ? bare : '250 2.0.0 Ok: queued'},250 2.0.0 Ok`])
    expect(new Set(attacking.record.contents).size).toBe(refused.includes(variant) ? 0 : 1)
  })

  it('is \\r\\n.\\r\\n', async () => {
    const { client, record } = await attacker()
    const wire = Buffer.from(`${before}\r\n.\r\n`)
    for (let at = 1; at < wire.length; at++) {
      await toData(client)
      await writeSplit(client, wire, at)
      expect((await client.reply()).code).toBe(250)
    }
    expect(new Set(record.contents)).toEqual(new Set([`${before}\r\n`]))
  })
})

describe('content', () => {
  it.each([
    ['nothing at all', '', ''],
    ['an empty line', '\r\n', '\r\n'],
    ['a first line of a dot', '..\r\n', '.\r\n'],
    ['a first line of two dots', '...\r\n', '..\r\n'],
    ['a first line that begins with a dot', '..a\r\n', '.a\r\n'],
    ['lines of dots only', '..\r\n..\r\n...\r\n', '.\r\n.\r\n..\r\n'],
    ['dots inside a line', 'a.\r\na..\r\n', 'a.\r\na..\r\n'],
    ['a line whose dot the client has not doubled', '.a\r\n.b.\r\n', 'a\r\nb.\r\n'],
    ['all octets but CR, LF and NUL', `${everyOctet()}\r\n`, `${everyOctet()}\r\n`],
    ['a line of 100,000 octets', `${'x'.repeat(100_000)}\r\n`, `${'x'.repeat(100_000)}\r\n`],
  ])('of %s arrives octet for octet', async (_name, wire, content) => {
    const { client, record } = await attacker()
    expect(await sendMessage(client, wire)).toBe('250 2.0.0 Ok: queued')
    await toData(client)
    if (wire.length < 1000) await client.writeOctetByOctet(Buffer.from(`${wire}.\r\n`, 'latin1'))
    else await client.write(Buffer.from(`${wire}.\r\n`, 'latin1'))
    expect((await client.reply()).code).toBe(250)
    expect(record.contents).toEqual([content, content])
  })

  it('keeps a first dot that came in a segment of its own', async () => {
    const { client, record } = await attacker()
    for (const pieces of [
      ['..', '\r\n', '.\r\n'],
      ['.', '.', '\r\n.\r\n'],
      ['..\r', '\n.\r\n'],
    ]) {
      await toData(client)
      for (const piece of pieces) {
        await client.write(piece)
        await turn()
        await turn()
      }
      expect((await client.reply()).code).toBe(250)
    }
    expect(record.contents).toEqual(['.\r\n', '.\r\n', '.\r\n'])
  })
})

function everyOctet(): string {
  return String.fromCharCode(...Array.from({ length: 256 }, (_, octet) => octet)).replace(/[\0\r\n]/g, '')
}
