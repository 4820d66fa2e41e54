import { readdir, readFile } from 'node:fs/promises'
import { beforeAll, expect, test } from 'vitest'
import type { Hop } from '../../src/index.js'
import { asDelivered, belowOurFields, expectPass } from './support/delivered.js'
import { readReceivedFields, type Reading, type SentMessage, sendRandom } from './support/python.js'
import { type Arrived, type ReceivingChain, startReceivingChain } from './support/receiving-chain.js'

const count = 200

let receiving: ReceivingChain
let sent: SentMessage[]
let arrived: Arrived[]
let fixtures: Arrived[]
let readings: Reading[]
beforeAll(async () => {
  receiving = await startReceivingChain('127.71.3')
  return () => receiving.close()
})
beforeAll(async () => {
  sent = await sendRandom(receiving.server, 20_261_124, count)
  arrived = await receiving.arrivals(count)
  fixtures = await sendFixtures()
  readings = await readReceivedFields([...arrived, ...fixtures].map(({ file }) => file))
})

/** Their Received fields are of many MTAs. */
async function sendFixtures(): Promise<Arrived[]> {
  const folder = new URL('../../fixtures/messages/', import.meta.url)
  const names = (await readdir(folder)).filter(name => name.endsWith('.eml'))
  const envelope = { from: 'a@example.test', to: 'b@example.test' }
  for (const name of names) await receiving.chain.send({ envelope, content: await readFile(new URL(name, folder)) })
  return receiving.arrivals(names.length)
}

/** All Received fields as our verdicts have them, the topmost first. */
function ourFields(): Hop[][] {
  return [...arrived, ...fixtures].map(({ verdict: { path, claimed } }) => [...claimed, ...path].toReversed())
}

test('random messages of smtplib arrive octet for octet, and pass', () => {
  const byId = new Map(arrived.map(message => [message.verdict.path[0]?.id, message]))
  expect(byId.size).toBe(count)
  for (const { kind, content, reply } of sent) {
    const message = byId.get(/^250 2\.0\.0 Ok: queued as (\w+)$/.exec(reply)?.[1])
    if (!message) throw new Error(`a message of kind "${kind}" did not arrive: ${reply}`)
    expectPass(message.verdict)
    expect(belowOurFields(message.content).toString('latin1'), kind).toBe(asDelivered(content).toString('latin1'))
  }
})

test('they are of every kind, with claims and without', () => {
  expect(new Set(sent.map(({ kind }) => kind)).size).toBe(6)
  expect(new Set(sent.map(({ content }) => content.toString('latin1'))).size).toBeGreaterThan(count * 0.9)
  const octets = new Set(sent.flatMap(({ content }) => [...content]))
  expect(octets.size).toBe(255)
  expect(arrived.filter(({ verdict }) => verdict.claimed.length > 0).length).toBeGreaterThan(count / 4)
})

const policies = ['SMTP', 'compat32'] as const

test.each(policies)("Python's email parser, policy %s, reads the same Received fields in the same order", policy => {
  const theirs = readings.map(reading => reading[policy].map(({ by, id }) => ({ by, id })))
  expect(theirs).toEqual(ourFields().map(hops => hops.map(({ by, id }) => ({ by: by.name, id }))))
})

test.each(policies)("Python's email.utils, policy %s, reads the same date in each stamp", policy => {
  const theirs = readings.map(reading => reading[policy].map(({ date }) => date))
  expect(theirs).toEqual(ourFields().map(hops => hops.map(({ date }) => Date.parse(date ?? '') / 1000)))
})
