/**
 * What is said of a message that did not arrive: where it is, and why it stays there.
 */
import { expect, test } from 'vitest'
import { isOver } from '../../src/cli/arrival.js'
import { endsAny, whereabouts } from '../../src/cli/whereabouts.js'
import { validateChain } from '../../src/config/load.js'
import type { ChainConfig } from '../../src/config/types.js'
import type { BouncedEvent, DeferredEvent, JournalEvent, QueueEvent } from '../../src/journal/event.js'
import type { MessageHistory } from '../../src/journal/journal.js'
import { MemoryJournal } from '../../src/journal/memory.js'
import { deferred, delivered, failed, queueId, received } from '../chain/events.js'

const [b, c] = ['b@example.test', 'c@example.test']
const [first, second, third] = [queueId('1'), queueId('2'), queueId('3')]
const time = '2026-11-24T10:00:00.000Z'
const refused = '550 5.1.1 No such mailbox (at rcpt)'
const at = { time, mta: 'gateway', id: first, recipients: [b] }

function chain(clock?: object): ChainConfig {
  const mtas = ['gateway', 'filter', 'mailbox'].map((name, index) => ({ name, address: `127.86.3.${index + 1}` }))
  const read = validateChain({ mtas, ...(clock ? { clock } : {}) })
  if (!read.ok) throw new Error(JSON.stringify(read.mistakes))
  return read.config
}

function hand(event: QueueEvent['event'], recipients: readonly string[] = [b]): QueueEvent {
  return { ...at, event, recipients }
}

function bounced(problem: string, report: string | null = '9'): BouncedEvent {
  const made = report === null ? null : queueId(report)
  const what = { report: made, digest: made && 'abc', to: made && 'a@example.test', by: made && 'mailbox' } as const
  return { ...at, event: 'bounced', problem, ...what }
}

function untried(attempts: number): DeferredEvent {
  return { ...at, event: 'deferred', problem: 'ECONNREFUSED (at connect)', attempts, nextAttemptAt: time }
}

function historyOf(events: readonly JournalEvent[]): MessageHistory {
  const journal = new MemoryJournal()
  for (const event of [received('gateway', first, [b, c]), ...events]) journal.append(event)
  const history = journal.find(first)
  if (!history) throw new Error('no history')
  return history
}

const greylisted = deferred('gateway', first, [b], '450 4.7.1 Greylisted (at rcpt)')
const passedOn = { ...received('filter', second, [b]), previous: first }
const relayed = { ...at, event: 'relayed', to: { address: '127.86.3.2', port: 25 }, reply: '250 2.0.0 Ok' } as const

test.each<[string, readonly JournalEvent[], string]>([
  ['queued', [], 'at gateway: queued'],
  ['queued further on', [passedOn, relayed], 'at filter: queued'],
  ['deferred', [greylisted], `at gateway: 450 4.7.1 Greylisted (at rcpt), to be tried again at ${time}`],
  [
    'not tried at all',
    [untried(0)],
    `at gateway: waits for filter, which does not answer: ECONNREFUSED (at connect), to be tried again at ${time}`,
  ],
  [
    'not tried again',
    [greylisted, untried(1)],
    `at gateway: waits for filter, which does not answer: ECONNREFUSED (at connect), to be tried again at ${time}`,
  ],
  ['held', [hand('held')], 'held by hand at gateway'],
  [
    'held while it was tried',
    [hand('held'), greylisted],
    'held by hand at gateway, deferred before: 450 4.7.1 Greylisted (at rcpt)',
  ],
  ['released', [hand('held'), hand('released')], 'at gateway: queued'],
  ['dropped', [greylisted, hand('dropped')], `dropped by hand at gateway, at ${time}`],
  [
    'dropped before its report was made',
    [failed('gateway', first, [b], refused), hand('dropped', [])],
    `dropped by hand at gateway, at ${time}`,
  ],
  ['failed', [failed('gateway', first, [b], refused)], `at gateway: ${refused}, its report not made yet`],
  ['bounced', [bounced(refused)], `bounced by gateway: ${refused}, report 9000000000 to a@example.test`],
  ['bounced, and nobody told', [bounced(refused, null)], `bounced by gateway: ${refused}, nobody was told`],
  [
    'expired',
    [bounced('554 5.4.7 Delivery time expired: 450 No (at rcpt)', null)],
    'expired at gateway: 554 5.4.7 Delivery time expired: 450 No (at rcpt), nobody was told',
  ],
  ['lost to the journal', [relayed], 'handed on by gateway: 250 2.0.0 Ok, and the journal knows no more of it'],
])('a message that is %s', (_, events, where) => {
  expect(whereabouts(b, historyOf(events), chain()).where).toBe(where)
  // what happened to the other recipient is another matter
  expect(whereabouts(c, historyOf(events.filter(event => event !== relayed)), chain()).where).toBe('at gateway: queued')
})

test('times of a chain with a clock of its own are mail time', () => {
  const clock = { start: '2026-01-01T00:00:00Z', speed: 60 }
  expect(whereabouts(b, historyOf([greylisted]), chain(clock)).where).toMatch(/tried again at \S+Z mail time$/)
})

test.each<[string, JournalEvent]>([
  ['delivered', delivered('gateway', first, b)],
  ['bounced', bounced(refused)],
  ['dropped', hand('dropped')],
])('nobody waits for one that is %s', (_, end) => {
  const others = delivered('gateway', first, c)
  expect(endsAny(end)).toBe(true)
  expect(isOver(historyOf([end]))).toBe(false)
  expect(isOver(historyOf([end, others]))).toBe(true)
})

test('a copy that is dropped takes nothing from one that arrives', () => {
  const twin = { ...received('filter', third, [b]), previous: first }
  const events = [passedOn, twin, { ...hand('dropped'), id: second }, delivered('filter', third, b)]
  expect(isOver(historyOf([...events, delivered('gateway', first, c)]))).toBe(true)
  expect(whereabouts(b, historyOf(events.slice(0, 2)), chain())).toMatchObject({ mta: 'filter' })
})
