/**
 * What is queued is there at the next start: after a stop, after a kill, also where its MTA is gone meanwhile.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Chain } from '../../src/chain/chain.js'
import { startChain } from '../../src/chain/start.js'
import type { ChainInput } from '../../src/config/schema.js'
import type { JournalEvent } from '../../src/journal/event.js'
import { Database } from '../../src/queue/database.js'
import { Child } from '../queue/child.js'
import { temporaryFolder } from '../queue/spools.js'
import { bounded } from '../support/bounded.js'

const running = new URL('./running.ts', import.meta.url)

interface Started {
  readonly chain: Chain
  /** Resolves once so many events of that kind have happened. */
  happened(kind: JournalEvent['event'], count: number): Promise<void>
}

/** A chain on disk whose MTAs have these names. */
async function start(folder: string, names: readonly string[], changes: Partial<ChainInput> = {}): Promise<Started> {
  const events: JournalEvent[] = []
  let heard = (): void => undefined
  const onEvent = (event: JournalEvent): void => {
    events.push(event)
    heard()
  }
  const mtas = names.map((name, at) => ({ name, address: `127.77.1.${at + 1}` }))
  const chain = await startChain({ mtas, spool: 'disk', mailbox: 'maildir', ...changes }, { folder, onEvent })
  onTestFinished(() => chain.close())
  const wait = async (kind: string, count: number): Promise<void> => {
    while (events.filter(({ event }) => event === kind).length < count) {
      await new Promise<void>(resolve => {
        heard = resolve
      })
    }
  }
  return {
    chain,
    happened: (kind, count) =>
      bounded(
        15_000,
        () => wait(kind, count),
        () => `events: ${JSON.stringify(events)}`,
      ),
  }
}

/** A file in the way of a mailbox: what is for it stays queued. */
function block(folder: string, recipient: string): string {
  mkdirSync(join(folder, 'mailbox'), { recursive: true })
  writeFileSync(join(folder, 'mailbox', recipient), '')
  return join(folder, 'mailbox', recipient)
}

function messagesIn(folder: string, recipient: string): string[] {
  const place = join(folder, 'mailbox', recipient, 'new')
  return readdirSync(place).map(name => readFileSync(join(place, name), 'latin1'))
}

const mail = { from: 'a@example.test', to: ['b@example.test', 'c@example.test'], subject: 'Hi', text: 'x' }

test('what is queued when the chain stops is delivered after the next start, to those who have it not', async () => {
  const folder = temporaryFolder()
  const obstacle = block(folder, 'b@example.test')
  const first = await start(folder, ['a', 'b'])
  await first.chain.send(mail)
  await first.happened('deferred', 1)
  await first.chain.close()
  expect(messagesIn(folder, 'c@example.test')).toHaveLength(1)

  const second = await start(folder, ['a', 'b'])
  expect(second.chain.leftovers).toMatchObject({ setAside: [], homeless: [] })
  await second.happened('deferred', 1)
  expect(second.chain.mtas.map(({ queued }) => queued.map(({ attempts }) => attempts))).toEqual([[], [2]])
  await second.chain.close()

  rmSync(obstacle)
  const third = await start(folder, ['a', 'b'])
  await third.happened('delivered', 1)
  expect(third.chain.mtas.flatMap(({ queued }) => queued)).toEqual([])
  await third.chain.close()
  for (const recipient of mail.to) expect(messagesIn(folder, recipient)).toHaveLength(1)
  const fourth = await start(folder, ['a', 'b'])
  expect(fourth.chain.mtas.flatMap(({ queued }) => queued)).toEqual([])
})

test('what a killed chain has taken over arrives after the next start', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder()
  const taken = new Map<string, string>()
  block(folder, 'blocked@example.test')
  for (const kill of [1, 2]) {
    const child = await Child.start(running, folder, `${kill * 1000}`)
    let heard = 0
    await child.lines(line => {
      const [n = '', to = ''] = line.split(' ')
      taken.set(n, to)
      if (++heard === kill * 9) void child.kill()
    })
  }
  rmSync(join(folder, 'mailbox', 'blocked@example.test'))
  const { chain } = await start(folder, ['a', 'b'])
  const queues = (): number[] => chain.mtas.map(({ queued }) => queued.length)
  const empty = async (signal: AbortSignal): Promise<void> => {
    while (queues().some(length => length > 0) && !signal.aborted) await new Promise(setImmediate)
  }
  await bounded(30_000, empty, () => `still queued: ${queues().join(', ')}`)

  expect(chain.leftovers).toMatchObject({ setAside: [], homeless: [] })
  for (const recipient of ['b@example.test', 'blocked@example.test']) {
    const found = messagesIn(folder, recipient)
    const numbers = found.map(message => /^Subject: n(\d+)\r$/m.exec(message)?.[1] ?? '')
    const missing = [...taken].filter(([n, to]) => to === recipient && !numbers.includes(n))
    expect(missing).toEqual([])
    for (const [at, message] of found.entries()) {
      const lines = message.split('\r\n').filter(line => line === `message ${numbers[at]}`)
      expect(lines).toHaveLength(Number(numbers[at]) % 4 === 0 ? 20_000 : 1)
    }
  }
  expect(taken.size).toBeGreaterThanOrEqual(27)
})

test('messages of an MTA that is gone stay in the spool and are told, until it is back', async () => {
  const folder = temporaryFolder()
  const obstacle = block(folder, 'b@example.test')
  const before = await start(folder, ['a', 'last'])
  await before.chain.send({ ...mail, to: 'b@example.test' })
  await before.happened('deferred', 1)
  const [queued] = before.chain.mtas[1]?.queued ?? []
  await before.chain.close()
  rmSync(obstacle)

  for (let times = 0; times < 2; times++) {
    const without = await start(folder, ['a', 'other'])
    expect(without.chain.leftovers.setAside).toEqual([])
    expect(without.chain.leftovers.homeless).toMatchObject([{ id: queued?.id, mta: 'last' }])
    expect(without.chain.mtas.flatMap(mta => mta.queued)).toEqual([])
    await without.chain.close()
  }
  const back = await start(folder, ['a', 'last'])
  await back.happened('delivered', 1)
  expect(back.chain.leftovers.homeless).toEqual([])
})

test('a message that can not be read back is told, and does not stop the others', async () => {
  const folder = temporaryFolder()
  const obstacle = block(folder, 'b@example.test')
  const before = await start(folder, ['only'])
  for (let n = 0; n < 2; n++) await before.chain.send({ ...mail, to: 'b@example.test' })
  await before.happened('deferred', 2)
  await before.chain.close()
  rmSync(obstacle)
  const database = new Database(join(folder, 'spool'))
  const [key = ''] = database.keys('item/')
  await database.put(key, Buffer.from('{'))
  await database.close()

  const after = await start(folder, ['only'])
  expect(after.chain.leftovers.setAside).toEqual([{ mta: '', key: `aside/${key}`, reason: 'not JSON' }])
  await after.happened('delivered', 1)
  await after.chain.close()
  const journal = readFileSync(join(folder, 'journal.jsonl'), 'utf8')
  expect(journal).toContain(`"event":"set-aside"`)
  expect(messagesIn(folder, 'b@example.test')).toHaveLength(1)
})
