/**
 * Chains of five MTAs with a clock of their own, closed with the test.
 */
import { onTestFinished } from 'vitest'
import { type Chain, type ChainInput, type JournalEvent, readTrace, startChain } from '../../src/index.js'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour
export const start = '2026-01-01T00:00:00Z'
export const began = Date.parse(start)
export const mail = {
  envelope: { from: 'a@example.test', to: 'b@example.test' },
  content: 'Subject: Tea\r\n\r\nAt four.\r\n',
}

interface Started {
  readonly chain: Chain
  readonly events: JournalEvent[]
}

export function five(host: number, different: Partial<ChainInput['mtas'][number]> = {}): ChainInput['mtas'] {
  const names = ['submission', 'outbound', 'gateway', 'filter', 'mailbox']
  return names.map((name, at) => ({
    name,
    address: `127.82.${host}.${at + 1}`,
    ...(name === 'gateway' ? different : {}),
  }))
}

export async function chainOf(input: ChainInput, options: Parameters<typeof startChain>[1] = {}): Promise<Started> {
  const events: JournalEvent[] = []
  const chain = await startChain(input, { onEvent: event => events.push(event), ...options })
  onTestFinished(() => chain.close())
  return { chain, events }
}

export async function delivered(chain: Chain): Promise<Uint8Array> {
  const [arrived] = await (await chain.send(mail)).delivered()
  return arrived?.content ?? new Uint8Array()
}

/** When each hop is dated, in milliseconds since the start, oldest first. */
export function datesOf(content: Uint8Array): number[] {
  return readTrace(content).hops.map(({ received }) => (received.date?.instant.getTime() ?? 0) - began)
}
