import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { Flights } from '../../src/chain/flights.js'
import { Transcripts } from '../../src/chain/transcripts.js'
import { Waiting } from '../../src/chain/waiting.js'
import { EventLog } from '../../src/journal/log.js'
import { ManualClock } from '../support/manual-clock.js'
import { queueId, received } from './events.js'

const server = { address: '127.0.0.2', port: 25 }
const client = { address: '127.0.0.1', port: 40_000 }
const [first, second] = [queueId('1'), queueId('2')]

function kept(): Transcripts {
  return new Transcripts(new ManualClock(), new Flights())
}

/** One message of so many octets, as that copy. */
function hear(transcripts: Transcripts, id: typeof first, size: number): void {
  const heard = transcripts.hear('a', client)
  heard.write(Buffer.alloc(size / 2))
  heard.write(Buffer.alloc(size / 2))
  heard.taken(id)
}

describe('a transcript', () => {
  test.each(['QUIT', 'RSET', 'EHLO x', 'helo x'])('%s is of no transaction', command => {
    const transcripts = kept()
    const session = transcripts.session('a', server, client)
    session.command(Buffer.from('MAIL FROM:<>'))
    transcripts.hear('a', client).taken(first)
    session.reply('250 2.0.0 Ok\r\n')
    session.command(Buffer.from(command))
    session.reply('221 2.0.0 Bye\r\n')
    expect(transcripts.lines('a').map(({ id }) => id)).toEqual([first, first, null, null])
  })

  test('a connection that ends takes its transaction with it: the port is given out again', () => {
    const transcripts = kept()
    const session = transcripts.session('a', server, client)
    session.command(Buffer.from('MAIL FROM:<>'))
    session.closed()
    transcripts.session('a', server, client).reply('220 a ESMTP\r\n')
    transcripts.hear('a', client).taken(first)
    expect(transcripts.lines('a').map(({ session: number, id }) => [number, id])).toEqual([
      [1, null],
      [1, null],
      [2, null],
    ])
  })

  test('keeps the newest lines of each MTA', () => {
    const transcripts = kept()
    const session = transcripts.session('a', server, client)
    for (let n = 1; n <= 25_000; n++) session.command(Buffer.from(`NOOP ${n}`))
    transcripts.session('b', server, client).command(Buffer.from('NOOP'))
    const lines = transcripts.lines('a')
    expect([lines.length, lines[0]?.text, lines.at(-1)?.text]).toEqual([10_000, 'NOOP 15001', 'NOOP 25000'])
    expect(transcripts.lines('b')).toHaveLength(1)
  })

  test('lets go of the lines of a transaction that never ends', async () => {
    const transcripts = kept()
    const session = transcripts.session('a', server, client)
    session.command(Buffer.from('MAIL FROM:<>'))
    const oldest = new WeakRef(transcripts.lines('a')[0] ?? {})
    for (let n = 1; n <= 25_000; n++) session.command(Buffer.from('NOOP'))
    // what a WeakRef was made of stays until the turn is over
    await new Promise(resolve => setImmediate(resolve))
    setFlagsFromString('--expose-gc')
    runInNewContext('gc')()
    expect(oldest.deref()).toBeUndefined()
    transcripts.hear('a', client).taken(first)
    expect(transcripts.lines('a').every(({ id }) => id === first)).toBe(true)
  })

  test('shows octets that are no UTF-8 as they are', () => {
    const transcripts = kept()
    transcripts.session('a', server, client).command(Buffer.from([0x4e, 0xfc]))
    expect(transcripts.lines('a')[0]?.text).toBe('Nü')
  })
})

describe('contents', () => {
  test('are kept up to 64 MB, the newest of them', () => {
    const transcripts = kept()
    const ids = Array.from({ length: 20 }, (_, n) => queueId(String(10 + n)))
    for (const id of ids) hear(transcripts, id, 4_000_000)
    expect(ids.map(id => transcripts.content(id)?.length ?? null)).toEqual([
      ...Array<null>(4).fill(null),
      ...Array<number>(16).fill(4_000_000),
    ])
  })

  test('that are large are let go as they come in', () => {
    const transcripts = kept()
    hear(transcripts, first, 4_000_002)
    hear(transcripts, second, 10)
    expect([transcripts.content(first), transcripts.content(second)?.length]).toEqual([null, 10])
  })
})

test('who has waited to the end listens no more', async () => {
  const log = new EventLog(10)
  let listening = 0
  const subscribe = log.subscribe.bind(log)
  log.subscribe = listener => {
    listening++
    const stop = subscribe(listener)
    return () => {
      listening--
      stop()
    }
  }
  const waiting = new Waiting(log, { count: () => 0, lines: () => [] })
  const [event, missed] = [waiting.waitFor('received', {}), waiting.waitFor('held', { timeout: 0 })]
  expect(listening).toBe(2)
  log.append(received('a', first, []))
  await Promise.allSettled([event, missed])
  expect(listening).toBe(0)
})
