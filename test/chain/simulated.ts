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

type Mta = ChainInput['mtas'][number]
type FaultRule = NonNullable<Mta['faults']>[number]

/** `different`: what the gateway has beside name and address; `faults`: what the filter behind it does. */
export function five(
  host: number,
  different: Partial<Mta> = {},
  faults: readonly FaultRule[] = [],
): ChainInput['mtas'] {
  const names = ['submission', 'outbound', 'gateway', 'filter', 'mailbox']
  return names.map((name, at) => ({
    name,
    address: `127.82.${host}.${at + 1}`,
    ...(name === 'gateway' ? different : {}),
    ...(name === 'filter' ? { faults: [...faults] } : {}),
  }))
}

export function greylisting(when: Partial<FaultRule> = {}): FaultRule {
  return { at: 'rcpt', reply: '450 4.7.1 Greylisted', ...when }
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
