/**
 * What the checker tells of an honest message: clocks that are known to be wrong, and deferrals behind a slow hop.
 */
import { describe, expect, test } from 'vitest'
import { check } from '../../src/check/check.js'
import type { MessageVerdict } from '../../src/check/types.js'
import type { DeferredEvent, FaultEvent, MessageEvent } from '../../src/journal/event.js'
import { chainOf, deliver, type Delivered, journalOf, queueId, type Way } from '../support/delivered-message.js'

function notesOf({ findings }: MessageVerdict): string[] {
  return findings.map(({ code, severity, position, field }) => `${code} ${severity} ${position} ${field}`)
}

/** Each MTA's skew, in seconds. */
function withSkews(...seconds: readonly number[]): Partial<Way> {
  return { mtas: chainOf(5).map((mta, at) => ({ ...mta, skew: (seconds[at] ?? 0) * 1000 })) }
}

describe('a clock that is known to be wrong', () => {
  test.each([
    ['slow', [0, 0, -90, 0, 0], ['3 2'], ['3 2']],
    ['fast', [0, 0, 90, 0, 0], ['3 2'], ['3 2']],
    // nothing stands before the first, nor behind the last
    ['slow at the first MTA', [-90, 0, 0, 0, 0], ['1 4'], []],
    ['fast at the first MTA', [90, 0, 0, 0, 0], ['1 4'], ['1 4']],
    ['slow at the last MTA', [0, 0, 0, 0, -90], ['5 0'], ['5 0']],
    ['fast at the last MTA', [0, 0, 0, 0, 90], ['5 0'], []],
    ['one fast, the next slow', [0, 90, -90, 0, 0], ['3 2', '2 3'], ['3 2', '2 3']],
    ['equally fast', [90, 90, 90, 90, 90], ['5 0', '4 1', '3 2', '2 3', '1 4'], []],
    ['too little to show', [0, 0.9, 0, -0.9, 0], [], []],
  ])('is a note: %s', async (_, seconds, withJournal, alone) => {
    const { content, expected, journal } = deliver(withSkews(...seconds))
    const proved = await check(content, expected, { journal })
    expect(proved.verdict).toBe('pass')
    expect(notesOf(proved)).toEqual(withJournal.map(place => `clock-skew info ${place}`))
    const read = await check(content, expected)
    expect(read.verdict).toBe('pass')
    expect(notesOf(read)).toEqual(alone.map(place => `clock-skew info ${place}`))
  })

  test('says how wrong, and what is right', async () => {
    const { content, expected, journal } = deliver(withSkews(0, 0, -90, 0, 0))
    expect((await check(content, expected, { journal })).findings).toMatchObject([
      {
        message: 'The clock of mta3 is 1 min 30 s slow, as the chain says.',
        expected: '2026-11-24T10:00:03Z',
        found: '2026-11-24T09:58:33Z',
      },
    ])
  })

  test('does not change the delays that the journal tells', async () => {
    const { content, expected, journal } = deliver(withSkews(0, 0, -90, 0, 0))
    const { path } = await check(content, expected, { journal })
    expect(path.map(({ delayMs }) => delayMs)).toEqual([null, 1700, 1700, 1700, 1700])
  })
})

/** The attempt of that number, at the MTA of that index. */
function deferral({ events }: Delivered, at: number, attempts: number, different: Partial<DeferredEvent> = {}) {
  const [copy, next] = [events[at], events[at + 1] ?? events[at]]
  if (!copy || !next) throw new Error(`no copy at ${at}`)
  const { mta, id, recipients } = copy
  const problem = '450 4.7.1 Greylisted (at rcpt)'
  const time = copy.time
  const event: DeferredEvent = {
    event: 'deferred',
    time,
    mta,
    id,
    recipients,
    problem,
    attempts,
    nextAttemptAt: time,
    ...different,
  }
  return { event, before: events[at + 1] }
}

/** A rule of the fourth MTA that fired when this attempt was made. */
function faultFor({ id, time, recipients }: DeferredEvent, action: string, reply: string | null): FaultEvent {
  const client = { address: '127.0.0.13', port: 40_003, helo: 'mta3.chain.test' }
  const what = { rule: 'mta4-1', stage: 'rcpt', action, reply } as const
  return { event: 'fault', time, mta: 'mta4', client, previous: id, reversePath: 'a@example.test', recipients, ...what }
}

/** The journal with these among its events, each before what came of it, or at the end. */
async function notesWith(
  delivered: Delivered,
  deferrals: readonly { event: DeferredEvent; before: MessageEvent | undefined }[],
  faults: readonly FaultEvent[] = [],
) {
  const history = await delivered.journal.history(delivered.events[0]?.id ?? '')
  if (!history) throw new Error('no history')
  let { events } = history
  for (const { event, before } of deferrals) {
    const index = before ? events.indexOf(before) : events.length - 1
    events = events.toSpliced(index, 0, event)
  }
  return check(delivered.content, delivered.expected, { journal: journalOf([{ ...history, events, faults }]) })
}

describe('a hop that took long', () => {
  const slow = { stepMs: 20 * 60_000 }

  test('is explained by the deferrals before it', async () => {
    const delivered = deliver(slow)
    const verdict = await notesWith(delivered, [deferral(delivered, 2, 1), deferral(delivered, 2, 2)])
    expect(notesOf(verdict)).toEqual(['delayed info 4 1'])
    expect(verdict.findings[0]?.message).toBe('20 min at mta3: 450 4.7.1 Greylisted by mta4, 3rd attempt')
    expect(verdict.verdict).toBe('pass')
  })

  test.each([
    [1, '2nd'],
    [3, '4th'],
    [10, '11th'],
    [20, '21st'],
  ])('counts %i deferrals', async (attempts, ordinal) => {
    const delivered = deliver(slow)
    const { findings } = await notesWith(delivered, [deferral(delivered, 0, attempts)])
    expect(findings[0]?.message).toContain(`, ${ordinal} attempt`)
  })

  test('has nobody to name where nobody answered', async () => {
    const delivered = deliver(slow)
    const problem = 'ECONNREFUSED (at connect)'
    const { findings } = await notesWith(delivered, [deferral(delivered, 2, 1, { problem })])
    expect(findings[0]?.message).toBe('20 min at mta3: ECONNREFUSED, 2nd attempt')
  })

  test('is a wait where the next MTA did not answer others, and none was tried', async () => {
    const delivered = deliver(slow)
    const problem = 'ECONNREFUSED (at connect)'
    const { findings } = await notesWith(delivered, [deferral(delivered, 2, 0, { problem })])
    expect(findings[0]?.message).toBe('20 min at mta3: waited for mta4, which did not answer (ECONNREFUSED)')
    const tried = [deferral(delivered, 2, 1), deferral(delivered, 2, 1, { problem })]
    expect((await notesWith(delivered, tried)).findings[0]?.message).toMatch(/: waited for mta4, which/)
  })

  test.each([
    ['reply', '450 4.7.1 Greylisted', {}, '450 4.7.1 Greylisted by mta4 (rule mta4-1)'],
    ['drop', null, { problem: 'ECONNRESET (at rcpt)' }, 'ECONNRESET (rule mta4-1: drop)'],
    // it fired, but is not what the deferral tells of
    ['reply', '451 Other', {}, '450 4.7.1 Greylisted by mta4'],
    ['drop', null, {}, '450 4.7.1 Greylisted by mta4'],
    ['delay 2s', null, { problem: 'ECONNRESET (at rcpt)' }, 'ECONNRESET'],
  ])('names the fault rule behind it: %s %s', async (action, reply, different, why) => {
    const delivered = deliver(slow)
    const { event, before } = deferral(delivered, 2, 1, different)
    const fault = faultFor(event, action, reply)
    const { findings } = await notesWith(delivered, [{ event, before }], [fault])
    expect(findings[0]?.message).toBe(`20 min at mta3: ${why}, 2nd attempt`)
    for (const other of [
      { ...fault, previous: queueId(999) },
      { ...fault, time: '2027-01-01T00:00:00.000Z' },
    ]) {
      expect((await notesWith(delivered, [{ event, before }], [other])).findings[0]?.message).not.toContain('rule')
    }
  })

  test('is not blamed on a rule of an earlier attempt', async () => {
    const delivered = deliver(slow)
    const [first, second] = [deferral(delivered, 2, 1), deferral(delivered, 2, 2)]
    const later = { ...second.event, time: new Date(Date.parse(first.event.time) + 60_000).toISOString() }
    const fault = faultFor(first.event, 'reply', '450 4.7.1 Greylisted')
    const deferrals = [first, { ...second, event: later }]
    expect((await notesWith(delivered, deferrals, [fault])).findings[0]?.message).not.toContain('rule')
    const again = { ...fault, time: later.time }
    expect((await notesWith(delivered, deferrals, [fault, again])).findings[0]?.message).toContain('(rule mta4-1)')
  })

  test('is the last one where the delivery itself was deferred', async () => {
    const delivered = deliver(slow)
    const problem = '451 4.2.0 ENOSPC (at message)'
    const verdict = await notesWith(delivered, [deferral(delivered, 4, 1, { problem }), deferral(delivered, 0, 1)])
    expect(notesOf(verdict)).toEqual(['delayed info 5 0', 'delayed info 2 3'])
    expect(verdict.findings[0]?.message).toBe('0 ms at mta5: 451 4.2.0 ENOSPC, 2nd attempt')
  })

  test.each([
    ['of other recipients', { recipients: ['other@example.test'] }],
    ['of another copy', { id: queueId(999) }],
  ])('is not explained by deferrals %s', async (_, different) => {
    const delivered = deliver(slow)
    expect(notesOf(await notesWith(delivered, [deferral(delivered, 2, 1, different)]))).toEqual([])
  })

  test('is not explained by what was deferred afterwards', async () => {
    const delivered = deliver(slow)
    const { event } = deferral(delivered, 2, 1)
    // but then it will come once more
    const notes = notesOf(await notesWith(delivered, [{ event, before: undefined }]))
    expect(notes).toEqual(['duplicate warning 4 1'])
  })

  test('stays unexplained from the message alone', async () => {
    const { content, expected } = deliver(slow)
    expect(notesOf(await check(content, expected))).toEqual([])
  })
})
