/**
 * The story of a message: what really happened at each hop, and what was said.
 */
import { expect, it } from 'vitest'
import { spokenOf } from '../../../src/report/story/dialogue.js'
import type { Attempt } from '../../../src/report/story/types.js'
import { chainOf, plain, refusing, tell } from '../telling.js'

const greylisting = { faults: [{ at: 'rcpt' as const, greylist: '10m' }] }

function saidBy(from: 'client' | 'server' | 'event', attempt: Attempt | undefined): string[] {
  const lines = attempt?.dialogues.flatMap(dialogue => dialogue.lines) ?? []
  return lines.filter(line => line.from === from).map(({ text }) => text)
}

it('is hop for hop what was said, and what the copy is known by', async () => {
  const chain = await chainOf()
  const { story } = await tell(chain, plain)
  expect(story.verdict).toBe('pass')
  expect(story.hops.map(({ mta, sender, position }) => [mta, sender, position])).toEqual([
    ['first', null, 1],
    ['second', 'first', 2],
    ['last', 'second', 3],
  ])
  for (const hop of story.hops) {
    const [attempt, ...others] = hop.attempts
    expect(others).toEqual([])
    expect(attempt).toMatchObject({ number: 1, rules: [], nextAttemptAt: null })
    expect(saidBy('client', attempt)).toEqual([
      expect.stringMatching(/^MAIL FROM:<a@example\.test> SIZE=\d+$/),
      'RCPT TO:<b@example.test>',
      'DATA',
      `(${hop.size} octets of content)`,
    ])
    expect(saidBy('server', attempt).at(-1)).toBe(`250 2.0.0 Ok: queued as ${hop.id}`)
    expect(attempt?.dialogues[0]?.connection).toBe('new')
    expect(attempt?.dialogues[0]?.opening[0]?.text).toBe(`220 ${hop.mta}.chain.test ESMTP`)
    expect({ reason: hop.reason, vain: hop.vain, reports: hop.reports }).toEqual({
      reason: null,
      vain: [],
      reports: [],
    })
  }
  expect(story.ends).toMatchObject([{ recipient: 'b@example.test', kind: 'delivered', mta: 'last', words: '' }])
})

it('tells failed attempts with their replies, their rule and the reason of the delay', async () => {
  const chain = await chainOf([{}, greylisting])
  const { story } = await tell(chain, plain)
  const hop = story.hops[1]
  expect(hop?.attempts.map(({ number, time }) => [number, time.slice(11, 19)])).toEqual([
    [1, '09:00:00'],
    [2, '09:01:00'],
    [3, '09:06:00'],
    [4, '09:21:00'],
  ])
  expect(hop?.tookMs).toBeGreaterThanOrEqual(21 * 60_000)
  expect(hop?.reason).toBe('450 4.7.1 Greylisted, try again later (3 times)')
  const [first, , third, last] = hop?.attempts ?? []
  expect(first).toMatchObject({
    answers: [{ kind: 'deferred', recipients: ['b@example.test'] }],
    rules: ['second-1: 450 4.7.1 Greylisted, try again later'],
    nextAttemptAt: expect.stringMatching(/T09:01:00/),
  })
  expect(saidBy('server', third)).toContain('450 4.7.1 Greylisted, try again later')
  expect(last?.rules).toEqual([])
  // the connection was opened once, and kept
  expect(hop?.attempts.map(({ dialogues }) => dialogues[0]?.connection)).toEqual(['new', 'kept', 'kept', 'kept'])
})

it('has sessions that came to no transaction at the attempts they belong to', async () => {
  const chain = await chainOf([{}, { faults: [{ at: 'connect', drop: true, first: 2 }] }])
  const { story } = await tell(chain, plain)
  const attempts = story.hops[1]?.attempts ?? []
  expect(attempts.map(({ number, rules }) => [number, rules])).toEqual([
    [1, ['second-1: drop']],
    [2, ['second-1: drop']],
    [3, []],
  ])
  expect(attempts.map(attempt => saidBy('event', attempt))).toEqual([
    ['drop by a fault rule', 'closed'],
    ['drop by a fault rule', 'closed'],
    [],
  ])
})

it('tells who did not get it at the MTA that gave up, and what its sender was told', async () => {
  const reply = '550 5.1.1 No such mailbox'
  const chain = await chainOf([{}, refusing(reply, { match: { recipient: 'c@*' } })])
  const { story } = await tell(chain, { ...plain, to: ['b@example.test', 'c@example.test'] })
  const [first, second] = story.hops
  expect(story.verdict).toBe('fail')
  // one attempt: taken for one, refused for the other
  expect(second?.recipients).toEqual(['b@example.test'])
  expect(second?.attempts.flatMap(({ answers }) => answers.map(({ kind, recipients }) => [kind, recipients]))).toEqual(
    expect.arrayContaining([
      ['taken', ['b@example.test']],
      ['failed', ['c@example.test']],
    ]),
  )
  expect(first?.reports).toEqual([
    expect.stringMatching(/^gave up for c@example\.test and told a@example\.test: report \w{10}$/),
  ])
  expect(story.ends).toMatchObject([
    { recipient: 'b@example.test', kind: 'delivered' },
    { recipient: 'c@example.test', kind: 'bounced', mta: 'first', words: expect.stringContaining(reply) },
  ])
})

it('has attempts that led to no copy at the MTA that made them', async () => {
  const chain = await chainOf([{}, refusing('554 5.7.1 No')])
  const { story } = await tell(chain, plain)
  expect(story.hops.map(({ mta }) => mta)).toEqual(['first'])
  const vain = story.hops[0]?.vain ?? []
  expect(vain).toHaveLength(1)
  expect(vain[0]).toMatchObject({ number: 1, answers: [{ kind: 'failed' }], rules: ['second-1: 554 5.7.1 No'] })
  expect(saidBy('server', vain[0])).toContain('554 5.7.1 No')
})

it('cuts many attempts in the middle, and says how many', async () => {
  const chain = await chainOf([{}, refusing('450 4.2.0 Later')], { retry: { after: ['1m'], expire: '1h' } })
  const { story } = await tell(chain, plain)
  const [hop] = story.hops
  expect(hop?.vain).toHaveLength(12)
  expect(hop?.vainLeft).toBeGreaterThan(40)
  expect(hop?.vain[0]?.number).toBe(1)
  expect(hop?.vain.at(-1)?.answers[0]?.said).toMatch(/^554 5\.4\.7 /)
})

it('tells what the first MTA said where it took nothing', async () => {
  const chain = await chainOf([refusing('550 5.7.1 Not you')])
  const { story } = await tell(chain, plain)
  expect(story.hops).toEqual([])
  expect(story.refused).toHaveLength(1)
  expect(saidBy('server', story.refused[0])).toContain('550 5.7.1 Not you')
  expect(story.refused[0]?.answers).toEqual([
    { kind: 'failed', recipients: ['b@example.test'], said: '550 5.7.1 Not you' },
  ])
  expect(story.refused[0]?.rules).toEqual(['first-1: 550 5.7.1 Not you'])
  expect(story.ends).toMatchObject([{ kind: 'missing', words: 'not delivered to b@example.test' }])
})

it('keeps two messages on one connection apart', async () => {
  const chain = await chainOf()
  await tell(chain, { ...plain, to: ['before@example.test'] })
  const { story } = await tell(chain, plain)
  for (const { attempts } of story.hops) {
    expect(saidBy('client', attempts[0])).toContain('RCPT TO:<b@example.test>')
    expect(saidBy('client', attempts[0])).not.toContain('RCPT TO:<before@example.test>')
    expect(attempts[0]?.dialogues[0]?.connection).toBe('kept')
  }
})

it('leaves out what is not kept any more, and still has the hops', async () => {
  const chain = await chainOf([{}, greylisting])
  const { story } = await tell(chain, plain, { different: { linesOf: () => [] } })
  expect(story.hops.map(({ mta }) => mta)).toEqual(['first', 'second', 'last'])
  expect(story.hops.flatMap(({ attempts }) => attempts.flatMap(({ dialogues }) => dialogues))).toEqual([])
  expect(story.hops[1]?.reason).toBe('450 4.7.1 Greylisted, try again later (3 times)')
})

it('cuts a dialogue with many recipients, and keeps its end', async () => {
  const chain = await chainOf()
  const to = Array.from({ length: 60 }, (_, at) => `r${at}@example.test`)
  const { story } = await tell(chain, { ...plain, to })
  const dialogue = story.hops[1]?.attempts[0]?.dialogues[0]
  expect(dialogue?.lines).toHaveLength(60)
  expect(dialogue?.left).toBe(66)
  expect(dialogue?.lines.at(-1)?.text).toMatch(/^250 2\.0\.0 Ok: queued as /)
})

it('cuts a message that was parted into many copies, and says how many', async () => {
  const chain = await chainOf([{}, { limits: { recipients: 1 } }])
  const to = Array.from({ length: 60 }, (_, at) => `r${at}@example.test`)
  const { story } = await tell(chain, { ...plain, to })
  expect(story.hops).toHaveLength(100)
  expect(story.hopsLeft).toBe(21)
  expect(story.ends.every(({ kind }) => kind === 'delivered')).toBe(true)
})

it('leaves out that a kept connection was closed later, not that one was broken off', () => {
  const client = { address: '127.0.0.1', port: 1 }
  const known = { session: 1, client, time: new Date(0), id: null, previous: null }
  const line = (from: 'client' | 'server' | 'event', text: string) => ({ ...known, transaction: 1, from, text })
  const closed = line('event', 'closed')
  const [taken] = spokenOf([line('client', 'DATA'), line('server', '250 2.0.0 Ok: queued as X'), closed])
  expect(taken?.lines.map(({ text }) => text)).toEqual(['DATA', '250 2.0.0 Ok: queued as X'])
  const [broken] = spokenOf([line('client', 'DATA'), line('event', 'drop by a fault rule'), closed])
  expect(broken?.lines).toHaveLength(3)
})
