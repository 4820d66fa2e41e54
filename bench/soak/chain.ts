/**
 * The chain of a soak: five MTAs, at each of which everything goes wrong now and then, by the seed.
 */
import type { ChainInput } from '../../src/config/schema.js'
import type { FaultInput } from '../../src/config/fault-schema.js'
import { makeRandom } from '../../src/fault/random.js'

/** A second is an hour: retries, warnings and expiry come within the run. */
const speed = 3600
const start = Date.parse('2026-01-01T00:00:00Z')
const hour = 3_600_000

export const port = 2525
export const addresses = [1, 2, 3, 4, 5].map(n => `127.87.2.${n}`)

export function soakChain(seed: number, seconds: number): ChainInput {
  const names = ['submission', 'outbound', 'gateway', 'filter', 'mailbox']
  return {
    port,
    seed,
    clock: { start: new Date(start).toISOString(), speed },
    mtas: names.map((name, at) => ({
      name,
      address: addresses[at] ?? '',
      bounces: at % 2 === 0 ? 'mailbox' : 'route',
      faults: [...outages(makeRandom(seed, `outages of ${name}`), seconds), ...faults(makeRandom(seed, name))],
    })),
    // the waits of a stall are wire time
    limits: { replyTime: '2s', connectTime: '1s', relayIdleTime: '1s', drainTime: '5s' },
    retry: { after: ['1m', '5m', '15m', '1h', '3h'], expire: '1d', warn: '4h' },
    journal: { size: '4GB' },
  }
}

/** Now and then an MTA is away for some hours, that is seconds. */
function outages(random: () => number, seconds: number): FaultInput[] {
  return Array.from({ length: Math.ceil(seconds / 60) }, (_, minute): FaultInput => {
    const from = start + (minute * 60 + random() * 50) * hour
    const until = from + (1 + random() * 9) * hour
    return { at: 'connect', drop: true, from: new Date(from).toISOString(), until: new Date(until).toISOString() }
  })
}

function faults(random: () => number): FaultInput[] {
  return usual.map(([often, rule]) => {
    // half as often up to one and a half times
    const probability = Number((often * (0.5 + random())).toFixed(5))
    return 'greylist' in rule ? rule : { ...rule, probability }
  })
}

/** How often each is, about. */
const usual: readonly (readonly [number, FaultInput])[] = [
  [0.02, { at: 'connect', drop: true }],
  [0.02, { at: 'connect', reset: true }],
  [0.03, { at: 'connect', reply: '421 4.3.2 Too busy' }],
  [0.003, { at: 'connect', reply: '554 5.3.2 No service' }],
  [0.01, { at: 'connect', stall: true }],
  [0.1, { at: 'connect', delay: '1ms..50ms' }],
  [0.02, { at: 'helo', reply: '451 4.3.0 Try later' }],
  [0.002, { at: 'helo', reply: '550 5.7.0 Not you' }],
  [0.01, { at: 'helo', drop: true }],
  [0.1, { at: 'helo', hide: ['PIPELINING', 'SIZE'] }],
  [0.1, { at: 'helo', hide: 'DSN' }],
  [0.02, { at: 'mail', reply: '451 4.3.0 Try later' }],
  [0.003, { at: 'mail', reply: '550 5.7.1 Not from you' }],
  [0.01, { at: 'mail', drop: true }],
  [0.01, { at: 'mail', reset: true }],
  [1, { at: 'rcpt', greylist: '5m', match: { recipient: 'grey*@example.test' } }],
  [0.04, { at: 'rcpt', reply: '450 4.2.0 Mailbox busy' }],
  [0.01, { at: 'rcpt', reply: '550 5.1.1 No such mailbox' }],
  [0.005, { at: 'rcpt', reply: '421 4.3.2 Closing' }],
  [0.01, { at: 'rcpt', drop: true }],
  [0.003, { at: 'rcpt', stall: true }],
  [0.02, { at: 'data', reply: '451 4.3.0 Try later' }],
  [0.003, { at: 'data', reply: '554 5.6.0 No' }],
  [0.01, { at: 'data', drop: true }],
  [0.01, { at: 'data', reset: true }],
  [0.003, { at: 'data', throttle: '15kB/s' }],
  [0.02, { at: 'message', reply: '452 4.3.1 Full' }],
  [0.004, { at: 'message', reply: '554 5.6.0 Not that' }],
  [0.01, { at: 'message', drop: true }],
  [0.01, { at: 'message', reset: true }],
  [0.003, { at: 'message', stall: true }],
  [0.006, { at: 'message', drop: true, keep: true }],
  [0.006, { at: 'message', reset: true, keep: true }],
  [0.003, { at: 'message', stall: true, keep: true }],
  [0.05, { at: 'message', delay: '1ms..100ms' }],
]
