/**
 * Events as `watch` shows them: aligned, each message's way followed, whatever the events bring.
 */
import { describe, expect, it } from 'vitest'
import { makeStyle } from '../../src/report/style.js'
import { Watch, type WatchFilter } from '../../src/report/watch.js'
import type { WatchedEvent } from '../../src/report/watch-tracks.js'

const mtas = [
  { name: 'submission', address: '127.0.0.11' },
  { name: 'mx', address: '127.0.0.12' },
  { name: 'mailbox', address: '127.0.0.113' },
]

function shown(events: readonly WatchedEvent[], filter: WatchFilter = {}, colour = false): (string | null)[] {
  const watch = new Watch(mtas, filter, makeStyle(colour))
  return events.map(event => watch.take(event)).flatMap(({ wanted, text }) => (wanted ? [text] : []))
}

const at = (time: string, mta: string, id: string): Pick<WatchedEvent, 'time' | 'mta' | 'id'> => ({
  time: `2026-11-24T${time}Z`,
  mta,
  id,
})
const received = (time: string, mta: string, id: string, previous: string | null, more = {}): WatchedEvent => ({
  event: 'received',
  ...at(time, mta, id),
  previous,
  protocol: 'ESMTP',
  reversePath: 'a@example.test',
  recipients: ['b@example.test'],
  ...more,
})

const way: readonly WatchedEvent[] = [
  received('10:00:00.120', 'submission', 'AAAAAAAAAA', null),
  received('10:00:00.122', 'mx', 'BBBBBBBBBB', 'AAAAAAAAAA', { protocol: 'UTF8SMTP' }),
  { event: 'relayed', ...at('10:00:00.123', 'submission', 'AAAAAAAAAA'), recipients: ['b@example.test'] },
  {
    event: 'deferred',
    ...at('10:00:00.125', 'mx', 'BBBBBBBBBB'),
    recipients: ['b@example.test'],
    problem: '450 4.7.1 Greylisted (at rcpt)',
    nextAttemptAt: '2026-11-24T10:01:00.125Z',
  },
  {
    event: 'fault',
    time: '2026-11-24T10:01:00.124Z',
    mta: 'mailbox',
    previous: 'BBBBBBBBBB',
    rule: 'mailbox-1',
    stage: 'data',
    action: 'delay 1s',
    reply: null,
    recipients: ['b@example.test', 'c@example.test', 'd@example.test'],
  },
  received('10:01:00.125', 'mailbox', 'CCCCCCCCCC', 'BBBBBBBBBB'),
  { event: 'delivered', ...at('10:01:00.126', 'mailbox', 'CCCCCCCCCC'), recipient: 'b@example.test' },
]

describe('a message on its way', () => {
  it('is a line a hop, under the id of its first copy, with delays', () => {
    expect(shown(way).filter(line => line !== null)).toEqual([
      '10:00:00.120  AAAAAAAAAA     1  submission  127.0.0.11   ESMTP                   a@example.test → b@example.test',
      '10:00:00.122  AAAAAAAAAA     2  mx          127.0.0.12   UTF8SMTP         +2 ms',
      '10:00:00.125  AAAAAAAAAA     ·  mx          deferred for b@example.test until 10:01:00: 450 4.7.1 Greylisted (at rcpt)',
      '10:01:00.124  AAAAAAAAAA     ·  mailbox     fault mailbox-1 at data for b@example.test, c@example.test, d@example.test: delay 1s',
      '10:01:00.125  AAAAAAAAAA     3  mailbox     127.0.0.113  ESMTP           +1 min',
      '10:01:00.126  AAAAAAAAAA     ✔  mailbox     delivered to b@example.test, 1 min in all',
    ])
  })

  it('whose beginning was not seen has no number, and no delay that would be wrong', () => {
    expect(shown(way.slice(1)).filter(line => line !== null)[0]).toBe(
      '10:00:00.122  AAAAAAAAAA     ?  mx          127.0.0.12   UTF8SMTP                a@example.test → b@example.test',
    )
    expect(shown(way.slice(1)).at(-1)).toBe('10:01:00.126  AAAAAAAAAA     ✔  mailbox     delivered to b@example.test')
  })

  it('has the day told where mail time comes to another one', () => {
    const late = {
      event: 'failed',
      time: '2026-11-29T10:00:00.000Z',
      mta: 'mx',
      id: 'BBBBBBBBBB',
      recipients: ['b@example.test'],
      problem: 'expired',
    }
    expect(shown([...way.slice(0, 2), late]).at(-1)).toBe(
      '── 2026-11-29\n10:00:00.000  AAAAAAAAAA     ✘  mx          failed for b@example.test: expired',
    )
  })
})

it.each<[WatchedEvent, string]>([
  [
    { event: 'refused', mta: 'mx', stage: 'rcpt', reply: '550 5.7.1 No', recipients: [] },
    'refused at rcpt: 550 5.7.1 No',
  ],
  [
    { event: 'bounced', mta: 'mx', report: 'RRRRRRRRRR', to: 'a', problem: '550', recipients: ['b'] },
    'bounced for b, reported to a as RRRRRRRRRR: 550',
  ],
  [
    { event: 'bounced', mta: 'mx', report: null, problem: '550', recipients: ['b'] },
    'bounced for b, without a report: 550',
  ],
  [
    { event: 'reported', mta: 'mx', report: 'RRRRRRRRRR', to: 'a', action: 'delayed' },
    'reported delayed to a as RRRRRRRRRR',
  ],
  [{ event: 'held', mta: 'mx', recipients: ['b', 'c'] }, 'held for b, c'],
  [{ event: 'set-aside', mta: 'mx', key: 'k', reason: 'r' }, 'set aside k: r'],
  [{ event: 'gap', first: 7 }, 'events up to 6 are lost: they came faster than they were read'],
])('%j', (event, words) => {
  expect(shown([event])[0]?.slice('10:00:00.120  AAAAAAAAAAAA  '.length + 16)).toBe(words)
})

describe('the filter', () => {
  const other = received('10:00:01.000', 'submission', 'DDDDDDDDDD', null, {
    reversePath: null,
    recipients: ['x@other.test'],
  })

  it.each<[WatchFilter, number]>([
    [{}, 8],
    [{ mta: 'mx' }, 2],
    [{ from: 'a@*' }, 7],
    [{ from: '<>' }, 1],
    [{ to: '*@EXAMPLE.test' }, 7],
    [{ to: '*@other.test', from: 'a@*' }, 0],
    [{ mta: 'submission', to: 'x@other.test' }, 1],
  ])('%j lets %i through', (filter, count) => {
    expect(shown([...way, other], filter)).toHaveLength(count)
  })

  it('lets a gap through, whatever it is', () => {
    expect(shown([{ event: 'gap', first: 7 }], { mta: 'mx', from: 'x', to: 'y' })).toHaveLength(1)
  })
})

describe('nothing that an event brings', () => {
  const evil = '\u001B[2J\u202Eevil\r\n'

  it('reaches the terminal as it is, nor begins a line', () => {
    const events = [
      'received',
      'deferred',
      'fault',
      'refused',
      'failed',
      'bounced',
      'reported',
      'delivered',
      'held',
      evil,
    ].map(event => ({
      event,
      time: evil,
      mta: evil,
      id: evil,
      previous: null,
      protocol: evil,
      reversePath: evil,
      recipients: [evil],
      recipient: evil,
      stage: evil,
      rule: evil,
      action: evil,
      reply: evil,
      problem: evil,
      nextAttemptAt: evil,
      report: evil,
      to: evil,
    }))
    for (const line of shown(events)) expect(line?.replace(/^── .*\n/, '')).not.toMatch(/[\u0000-\u001F\u202E]/)
  })

  it('grows the line, or the memory, without end', () => {
    const long = 'x'.repeat(10_000)
    const watch = new Watch(mtas, {}, makeStyle(false))
    const lines = Array.from(
      { length: 30_000 },
      (_, n) =>
        watch.take(
          received('10:00:00.000', 'mx', `${n}`, null, {
            protocol: 'X',
            reversePath: n < 10 ? long : 'a',
            recipients: [n < 10 ? long : 'b'],
          }),
        ).text,
    )
    for (const line of lines.slice(0, 10)) expect(line?.length).toBeLessThan(400)
    // the oldest is forgotten: a copy of it has no number any more
    expect(watch.take(received('10:00:00.000', 'mx', 'next', '1')).text).toContain('  ?  mx')
    expect(watch.take(received('10:00:00.000', 'mx', 'last', '29999')).text).toContain('  2  mx')
  })

  it('is coloured where colours are wanted', () => {
    expect(shown(way, {}, true).join('')).toContain('\u001B[32m')
    expect(shown(way).join('')).not.toContain('\u001B')
  })
})
