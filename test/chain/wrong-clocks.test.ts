/**
 * Whole chains whose MTAs have clocks and zones of their own, and what verdicts say of them and of slow hops.
 */
import { describe, expect, test } from 'vitest'
import { check } from '../../src/index.js'
import { began, chainOf, five, greylisting, mail, minute, start } from './simulated.js'

describe('an MTA whose clock is wrong', () => {
  test.each([
    ['90s', '+0530', '05:31:3', 'fast'],
    ['-90s', '-0330', '20:28:3', 'slow'],
  ])('by %s, in zone %s', async (skew, zone, time, word) => {
    const { chain, events } = await chainOf({ mtas: five(13, { skew, zone }), clock: { start } })
    const [arrived] = await (await chain.send(mail)).delivered()
    const content = arrived?.content ?? new Uint8Array()
    expect(Buffer.from(content).toString()).toContain(time)
    expect(Buffer.from(content).toString()).toContain(zone)
    const third = events.filter(event => event.event === 'received')[2]
    expect(Date.parse(third?.time ?? '') - began).toBeLessThan(minute)
    const expected = chain.expectedPath(arrived)
    const proved = await check(content, expected, { journal: chain.journal })
    expect(proved.verdict).toBe('pass')
    expect(proved.findings).toMatchObject([{ code: 'clock-skew', severity: 'info', position: 3, field: 2 }])
    expect(proved.findings[0]?.message).toBe(`The clock of gateway is 1 min 30 s ${word}, as the chain says.`)
    for (const { delayMs } of proved.path) expect(Math.abs(delayMs ?? 0)).toBeLessThan(minute)
    expect((await check(content, expected)).findings).toMatchObject([{ code: 'clock-skew', position: 3 }])
    const unaware = { ...expected, hops: expected.hops.map(hop => ({ ...hop, skew: 0 })) }
    expect((await check(content, unaware, { journal: chain.journal })).findings).toMatchObject([{ code: 'date' }])
    expect((await check(content, unaware)).findings).toMatchObject([{ code: 'time-backwards' }])
  })
})

test('a verdict tells why a hop took long', async () => {
  const { chain } = await chainOf({
    mtas: five(14, {}, [greylisting({ first: 2 })]),
    clock: { start, speed: 'jump' },
    retry: { after: ['20m'] },
  })
  const [arrived] = await (await chain.send(mail)).delivered()
  const verdict = await check(arrived?.content ?? '', chain.expectedPath(arrived), { journal: chain.journal })
  expect(verdict.verdict).toBe('pass')
  expect(verdict.findings).toMatchObject([{ code: 'delayed', severity: 'info', position: 4, field: 1 }])
  expect(verdict.findings[0]?.message).toBe(
    '40 min at gateway: 450 4.7.1 Greylisted by filter (rule filter-1), 3rd attempt',
  )
})
