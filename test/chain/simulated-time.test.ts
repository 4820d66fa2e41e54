/**
 * Whole chains on a clock of their own: what days of retries do, in milliseconds, and what stamps and verdicts say of it.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { ChainInput } from '../../src/index.js'
import { ManualClock } from '../support/manual-clock.js'
import { connect } from '../support/raw-client.js'
import { began, chainOf, datesOf, day, delivered, five, greylisting, hour, mail, minute, start } from './simulated.js'

describe('a clock that jumps', () => {
  test('passes four days of retries at once, and the dates show them', async () => {
    const times = 36
    const after = ['1m', '5m', '15m', '1h', '3h']
    const { chain, events } = await chainOf({
      mtas: five(1, {}, [greylisting({ first: times })]),
      clock: { start, speed: 'jump' },
      retry: { after, expire: '5d' },
    })
    const real = performance.now()
    const dates = datesOf(await delivered(chain))
    const waited = 81 * minute + (times - 4) * 3 * hour
    expect(dates.map(date => Math.round(date / minute))).toEqual([0, 0, 0, waited / minute, waited / minute])
    expect(waited / day).toBeGreaterThan(4)
    expect(performance.now() - real).toBeLessThan(20_000)
    const deferred = events.filter(event => event.event === 'deferred')
    expect(deferred.map(({ attempts }) => attempts)).toEqual(Array.from({ length: times }, (_, at) => at + 1))
  })

  test('expires what never gets through, after the time that was set', async () => {
    const { chain, events } = await chainOf({
      mtas: five(2, {}, [greylisting()]),
      clock: { start, speed: 'jump' },
      retry: { after: ['1h'], expire: '4d' },
    })
    const sent = await chain.send(mail)
    await expect(sent.delivered()).rejects.toThrow('5.4.7 Delivery time expired')
    const failed = events.find(event => event.event === 'failed')
    expect(Math.round((Date.parse(failed?.time ?? '') - began) / minute)).toBe((4 * day) / minute)
    expect(events.filter(({ event }) => event === 'fault')).toHaveLength(97)
  })

  test('stands by while a message moves, so that no delay is but a wait in a queue', async () => {
    const { chain, events } = await chainOf({
      mtas: five(3, {}, [greylisting({ match: { recipient: 'slow@*' } })]),
      clock: { start, speed: 'jump' },
      retry: { after: ['1h'], expire: '365d' },
    })
    // one waits all the time: each jump that is too early shows in the others' dates
    await chain.send({ ...mail, envelope: { ...mail.envelope, to: 'slow@example.test' } })
    await vi.waitUntil(() => events.some(({ event }) => event === 'deferred'))
    for (let n = 0; n < 10; n++) {
      const dates = datesOf(await delivered(chain))
      expect((dates.at(-1) ?? 0) - (dates[0] ?? 0)).toBeLessThan(minute)
    }
  })

  test('stands by while a client has a transaction open', async () => {
    const { chain, events } = await chainOf({
      mtas: five(4, {}, [greylisting({ first: 1 })]),
      clock: { start, speed: 'jump' },
    })
    const client = await connect({ host: '127.82.4.1', port: chain.mtas[0]?.port ?? 0 })
    onTestFinished(() => client.reset())
    await client.reply()
    await client.command('EHLO client.test')
    await client.command('MAIL FROM:<c@example.test>')
    const sent = await chain.send(mail)
    await vi.waitUntil(() => events.some(({ event }) => event === 'deferred'))
    expect(chain.clock.now().getTime() - began).toBeLessThan(minute)
    await client.command('RSET')
    await sent.delivered()
    expect(chain.clock.now().getTime() - began).toBeGreaterThanOrEqual(minute)
  })

  test('stands by for a client that goes away in a transaction, no longer', async () => {
    const { chain } = await chainOf({ mtas: five(5), clock: { start, speed: 'jump' } })
    const client = await connect({ host: '127.82.5.1', port: chain.mtas[0]?.port ?? 0 })
    await client.reply()
    await client.command('EHLO client.test')
    await client.command('MAIL FROM:<c@example.test>')
    await client.reset()
    await chain.idle()
  })
})

describe('a program', () => {
  test('moves the real clock on, and finds done what was due on the way', async () => {
    const { chain, events } = await chainOf({ mtas: five(6, {}, [greylisting({ first: 2 })]) })
    await chain.send(mail)
    await chain.idle()
    expect(events.filter(({ event }) => event === 'deferred')).toHaveLength(1)
    await chain.clock.advance('59s')
    expect(events.filter(({ event }) => event === 'deferred')).toHaveLength(1)
    await chain.clock.advance('2s')
    expect(events.filter(({ event }) => event === 'deferred')).toHaveLength(2)
    await chain.clock.advance('15m')
    expect(events.filter(({ event }) => event === 'delivered')).toHaveLength(1)
  })

  test('moves on right after it sent: what is in flight is waited for first', async () => {
    const { chain, events } = await chainOf({ mtas: five(7, {}, [greylisting({ first: 2 })]) })
    await chain.send(mail)
    await chain.clock.advance('1h')
    expect(events.filter(({ event }) => event === 'delivered')).toHaveLength(1)
  })

  test('is told what is no time', async () => {
    const { chain } = await chainOf({ mtas: five(8) })
    for (const time of ['15', '-1m', '', -1, Number.NaN]) {
      await expect(chain.clock.advance(time)).rejects.toThrow(TypeError)
    }
  })

  test('is not moved on beyond years of four digits, by several moves at once neither', async () => {
    const { chain } = await chainOf({ mtas: five(15) }, { clock: new ManualClock(new Date('9985-01-01T00:00:00Z')) })
    const moves = await Promise.allSettled([chain.clock.advance('3650d'), chain.clock.advance('3650d')])
    expect(moves.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    await expect(chain.clock.advance('3650d')).rejects.toThrow('expected a time within the year 9999')
    expect(chain.clock.now().getUTCFullYear()).toBe(9994)
  })

  test('may bring a clock of its own, which it moves itself or through the chain', async () => {
    const clock = new ManualClock(new Date(start))
    const { chain, events } = await chainOf(
      { mtas: five(9, {}, [greylisting({ first: 2 })]), clock: { speed: 'jump' } },
      { clock },
    )
    await chain.send(mail)
    await chain.idle()
    expect(chain.clock.now()).toEqual(new Date(start))
    await clock.advance(minute)
    await vi.waitUntil(() => events.filter(({ event }) => event === 'deferred').length === 2)
    await chain.clock.advance(5 * minute)
    expect(events.findLast(({ event }) => event === 'delivered')?.time).toBe('2026-01-01T00:06:00.000Z')
  })

  test('closes a chain that waits, and is not kept', async () => {
    const { chain, events } = await chainOf({ mtas: five(10, {}, [greylisting()]), clock: { start, speed: 'jump' } })
    await chain.send(mail)
    await vi.waitUntil(() => events.filter(({ event }) => event === 'deferred').length > 2)
    await chain.close()
    await Promise.all([chain.idle(), chain.clock.advance('1h')])
  })
})

test('a fast clock shortens the waits', async () => {
  const { chain } = await chainOf({
    mtas: five(11, {}, [greylisting({ first: 2 })]),
    clock: { start, speed: 3600 },
    retry: { after: ['3m'] },
  })
  const dates = datesOf(await delivered(chain))
  expect((dates[3] ?? 0) - (dates[2] ?? 0)).toBeGreaterThanOrEqual(6 * minute - 1000)
})

test('a restart goes on where the clock was, and expires nothing late', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mta-chain-time-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const input: ChainInput = {
    mtas: five(12, {}, [greylisting()]),
    spool: 'disk',
    clock: { start, speed: 1 },
    retry: { after: ['1h'], expire: '2d' },
  }
  const first = await chainOf(input, { folder })
  await first.chain.clock.advance('1d')
  await first.chain.send(mail)
  await first.chain.idle()
  await first.chain.close()
  const second = await chainOf(input, { folder })
  expect(second.chain.clock.now().getTime()).toBeGreaterThanOrEqual(began + day)
  await second.chain.clock.advance('2d')
  expect(second.events.map(({ event }) => event)).toContain('failed')
})
