import { beforeEach, expect, test } from 'vitest'
import { belowOurFields, expectPass } from './support/delivered.js'
import { requireProgram, run } from './support/program.js'
import { type ReceivingChain, startReceivingChain } from './support/receiving-chain.js'

/** What smtp-source makes of -l 4096: so many octets, and the last line's end. */
const line = (number: number): string => `${number % 10}`.padEnd(78, 'X')
const payload = [...Array.from({ length: 51 }, (_, index) => line(index + 1)), 'X'.repeat(16), ''].join('\r\n')

let receiving: ReceivingChain
beforeEach(async () => {
  receiving = await startReceivingChain('127.71.2')
  return () => receiving.close()
})

async function load(messages: number, ...options: readonly string[]): Promise<void> {
  const { address, port } = receiving.server
  const envelope = ['-M', 'source.test', '-f', 'a@example.test', '-t', 'b@example.test']
  const size = ['-s', '20', '-m', `${messages}`, '-l', '4096']
  await run(requireProgram('smtp-source', 'postfix'), [...options, ...size, ...envelope, `inet:${address}:${port}`])
}

async function expectAll(messages: number): Promise<void> {
  const arrived = await receiving.arrivals(messages)
  for (const { verdict } of arrived) expectPass(verdict)
  const sent = arrived.map(({ content }) => belowOurFields(content).toString())
  expect(new Set(sent.map(text => /^Message-Id: <(.+)>\r$/m.exec(text)?.[1]))).toHaveLength(messages)
  for (const text of sent) expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe(payload)
}

test('500 messages over 20 sessions all arrive, each of them once', async () => {
  await load(500, '-d')
  await expectAll(500)
})

test('messages with a connection each all arrive, each of them once', async () => {
  await load(200)
  await expectAll(200)
})
