/**
 * A chain's queues by hand, as a program uses them.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { type Chain, type JournalEvent, type QueuedMessage, type QueueFilter, startChain } from '../../src/index.js'
import { freshAddress } from '../support/fresh-address.js'

interface Running {
  readonly chain: Chain
  /** Resolves with the queue id of the message once that has happened to it at the first MTA. */
  readonly untilSent: (to: string, event: 'deferred' | 'bounced' | 'received') => Promise<string>
}

/** `limits`: of the second MTA, which takes mail for example.test alone. */
async function chainOfTwo(limits: object = {}): Promise<Running> {
  const seen: JournalEvent[] = []
  let look = (): void => undefined
  const second = { name: 'second', address: freshAddress(), recipients: ['*@example.test'], limits }
  const chain = await startChain(
    { mtas: [{ name: 'first', address: freshAddress() }, second] },
    {
      onEvent(event) {
        seen.push(event)
        look()
      },
    },
  )
  onTestFinished(() => chain.close())
  return {
    chain,
    async untilSent(to, kind) {
      await chain.send({ from: 'a@example.test', to, text: 'Hi' })
      for (;;) {
        const found = seen.find(event => {
          return event.event === kind && event.mta === 'first' && event.recipients.includes(to)
        })
        if (found && 'id' in found) return found.id
        await new Promise<void>(resolve => {
          look = resolve
        })
      }
    },
  }
}

async function listed(chain: Chain, filter?: QueueFilter): Promise<QueuedMessage[]> {
  const messages: QueuedMessage[] = []
  for await (const message of chain.queue.list(filter)) messages.push(message)
  return messages
}

it('a message that was refused for good leaves the queue once its sender was told', async () => {
  const { chain, untilSent } = await chainOfTwo()
  const id = await untilSent('b@elsewhere.test', 'bounced')
  await expect.poll(() => listed(chain)).toEqual([])
  expect(await chain.queue.drop(id)).toBe('unknown')
})

it('nothing is done to a message while it is being sent, but it is held right after', async () => {
  const { chain, untilSent } = await chainOfTwo({ connections: 1 })
  const only = connect(chain.mtas[1]?.port ?? 0, chain.mtas[1]?.config.address)
  onTestFinished(() => void only.destroy())
  await once(only, 'data')
  const id = await untilSent('b@example.test', 'deferred')
  expect(await chain.queue.retry(id)).toBe('done')
  expect(chain.queue.find(id)?.state).toBe('active')
  expect(chain.queue.destinations('first')).toMatchObject([{ name: 'second', active: 1, problem: null }])
  expect(await chain.queue.retry(id)).toBe('running')
  expect(await chain.queue.drop(id)).toBe('running')
  expect(await chain.queue.hold(id)).toBe('done')
  await expect.poll(() => chain.queue.find(id)?.state).toBe('held')
  expect(await listed(chain, { state: 'held', mta: 'first', from: 'A@*', to: '*' })).toHaveLength(1)
  expect(await chain.queue.retry(id)).toBe('held')
  only.destroy()
  await once(only, 'close')
})

it('of what no queue has it says so', async () => {
  const { chain } = await chainOfTwo()
  const { queue } = chain
  expect(await queue.retry('0000000000')).toBe('unknown')
  expect(await queue.hold('')).toBe('unknown')
  expect(await queue.release('x')).toBe('unknown')
  expect(await queue.drop('0000000000')).toBe('unknown')
  expect(queue.export('0000000000')).toBeNull()
  expect(queue.find('0000000000')).toBeNull()
  expect(queue.destinations('third')).toEqual([])
  expect(await listed(chain, { mta: 'third' })).toEqual([])
})

it('a long message is exported piece by piece', async () => {
  const { chain } = await chainOfTwo({ connections: 1 })
  const only = connect(chain.mtas[1]?.port ?? 0, chain.mtas[1]?.config.address)
  onTestFinished(() => void only.destroy())
  await once(only, 'data')
  const content = `Subject: long\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(4_000)}`
  await chain.send({ envelope: { from: 'a@example.test', to: 'b@example.test' }, content })
  const [message] = await listed(chain)
  const pieces = [...(chain.queue.export(message?.item.id ?? '') ?? [])]
  expect(pieces.length).toBeGreaterThan(1)
  expect(Buffer.concat(pieces).toString()).toBe(`${message?.item.stamp}${content}`)
})
