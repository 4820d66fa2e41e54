/**
 * Measures a chain of five MTAs, and the stack's floor in the same run, turn by turn: `npm run bench`.
 * A ratio of one run holds while single figures follow the machine's mood.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { BenchChain, type Throughput } from './chain.js'
import { load, median, usageOf } from './measure.js'

const mtas = 5
const messages = Number(process.env['MESSAGES'] ?? 5000)
const rounds = Number(process.env['ROUNDS'] ?? 3)

async function floor(): Promise<Throughput> {
  const child = fork(join(import.meta.dirname, 'floor.mjs'), [String(mtas), String(messages)])
  await once(child, 'message')
  const { cpu } = await usageOf(child)
  const started = performance.now()
  await Promise.all([load('127.42.0.1', 2525, messages), once(child, 'message')])
  const seconds = (performance.now() - started) / 1000
  const after = await usageOf(child)
  child.disconnect()
  await once(child, 'exit')
  return { perSecond: messages / seconds, cpuPerThousand: ((after.cpu - cpu) / messages) * 1000, peak: after.peak }
}

const chains: BenchChain[] = []

async function chainRound(): Promise<Throughput & { readonly startMs: number; readonly latencyMs: number }> {
  const chain = await BenchChain.start(mtas)
  chains.push(chain)
  try {
    await chain.latencies(20)
    const latencyMs = median(await chain.latencies(40))
    return { ...(await chain.throughput(messages)), startMs: chain.startMs, latencyMs }
  } finally {
    await chain.stop()
  }
}

console.log(
  `Node ${process.version}, ${cpus().length} cores, ${mtas} MTAs, ${messages} messages of 4 KB, 20 connections, ${rounds} rounds`,
)
const results: { bottom: Throughput; chain: Awaited<ReturnType<typeof chainRound>> }[] = []
for (let round = 1; round <= rounds; round++) {
  const bottom = await floor()
  const chain = await chainRound()
  results.push({ bottom, chain })
  const ratio = chain.perSecond / bottom.perSecond
  console.log(
    `round ${round}: floor ${bottom.perSecond.toFixed(0)}/s, chain ${chain.perSecond.toFixed(0)}/s, ratio ${ratio.toFixed(2)}`,
  )
}

const of = (pick: (result: (typeof results)[number]) => number, digits = 0): string =>
  median(results.map(pick)).toFixed(digits)
console.log(`
| median of ${rounds} rounds | floor | chain |
|---|---|---|
| messages/s end to end | ${of(r => r.bottom.perSecond)} | ${of(r => r.chain.perSecond)} |
| ratio to the floor | 1 | ${of(r => r.chain.perSecond / r.bottom.perSecond, 2)} |
| processor time for 1,000 messages, s | ${of(r => r.bottom.cpuPerThousand, 2)} | ${of(r => r.chain.cpuPerThousand, 2)} |
| peak memory, MB | ${of(r => r.bottom.peak)} | ${of(r => r.chain.peak)} |
| until all five greet, ms | | ${of(r => r.chain.startMs)} |
| one warm message, ms | | ${of(r => r.chain.latencyMs, 1)} |`)

await Promise.all(chains.map(chain => chain.remove()))
