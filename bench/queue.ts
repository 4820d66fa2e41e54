/**
 * A full queue: the next MTA answers nothing, messages of 4 KB queue up before it, the chain is started anew with all of
 * them, the next MTA is back and the queue drains: `npm run bench:queue`. `MESSAGES` changes the amount. Ends with
 * status 1 where memory, arrival or the number of dials is not what it should be.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { load } from './measure.js'
import { Arrivals } from './arrivals.js'
import { type Memory, MemoryWatch, Up } from './up.js'

const messages = Number(process.env['MESSAGES'] ?? 100_000)
const mostMemory = 300
const [first, second, port] = ['127.87.1.1', '127.87.1.2', 2525]
// nobody waits a minute for the probe after each of the first failures, so dials are as often as they can be
const chain = {
  port,
  mtas: [
    { name: 'first', address: first },
    { name: 'second', address: second, faults: [{ at: 'connect', drop: true }] },
  ],
  journal: { size: '4GB' },
}

const rows: string[] = []
const breaches: string[] = []

function tell(what: string, value: string): void {
  rows.push(`| ${what} | ${value} |`)
  console.log(`${what}: ${value}`)
}

function expected(what: string, holds: boolean): void {
  if (!holds) breaches.push(what)
}

function shown({ own, files, peak }: Memory): string {
  return `${own.toFixed(0)} + ${files.toFixed(0)} (peak ${peak.toFixed(0)})`
}

async function timed(work: Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work
  return (performance.now() - started) / 1000
}

function tellMemory(memory: Memory, when: string): void {
  tell(`memory ${when}, own + mapped files, MB`, shown(memory))
  expected(`peak memory ${when} is at most ${mostMemory} MB`, memory.peak <= mostMemory)
}

async function fill(up: Up, arrivals: Arrivals): Promise<void> {
  tellMemory(await up.memory(), 'at the start')
  const watch = new MemoryWatch(up)
  const seconds = await timed(load(first, port, messages))
  await arrivals.read()
  tell('taken, messages/s', (messages / seconds).toFixed(0))
  tellMemory(await watch.end(), 'at most while the queue fills')
  tell(`dials of the next MTA in ${seconds.toFixed(0)} s`, String(arrivals.dials))
  // the first ones go out together before any of them has failed; then one at a time, after 1, 5, 15 minutes
  expected('the next MTA is not dialled by every message', arrivals.dials <= 20 + 3 + seconds / 60)
}

async function restart(up: Up): Promise<Up> {
  tell('stopping, s', (await timed(up.stop())).toFixed(1))
  const again = await Up.start(up.folder, chain)
  tell('start with all queued until it answers, s', (again.startMs / 1000).toFixed(1))
  tellMemory(await again.memory(), 'after that start')
  return again
}

async function drain(up: Up, arrivals: Arrivals): Promise<void> {
  await up.command('fault', 'clear')
  const watch = new MemoryWatch(up)
  const started = performance.now()
  const times: number[] = []
  const asked = up.command('queue', 'retry', '--all').then(() => performance.now() - started)
  for (let seen = performance.now(); arrivals.delivered < messages; await wait(20)) {
    const before = arrivals.delivered
    await arrivals.read()
    if (arrivals.delivered > before) seen = performance.now()
    for (let n = before; n < arrivals.delivered; n++) times.push(performance.now() - started)
    if (performance.now() - seen > 30_000) break
  }
  tell('`queue retry --all`, s', ((await asked) / 1000).toFixed(1))
  tell('arrived', String(arrivals.delivered))
  expected('all have arrived', arrivals.delivered === messages)
  tellRate('drained, messages/s', times)
  tellMemory(await watch.end(), 'at most while it drains')
  tell('places that a message was overtaken by, median / most', arrivals.displacement())
  const left = JSON.stringify(JSON.parse(await up.command('status', '--json')))
  expected('nothing is queued', !/"(?:active|ready|waiting|deferred|held|failed)":[1-9]/.test(left))
}

/** Overall, and of ten parts the first, the middle and the last. */
function tellRate(what: string, times: readonly number[]): void {
  const rate = (from: number, to: number): string => {
    const [begin, end] = [times[Math.floor(from * messages) - 1] ?? 0, times[Math.floor(to * messages) - 1] ?? NaN]
    return ((((to - from) * messages) / (end - begin)) * 1000).toFixed(0)
  }
  tell(`${what} (first tenth, middle, last)`, `${rate(0, 1)} (${rate(0, 0.1)}, ${rate(0.45, 0.55)}, ${rate(0.9, 1)})`)
}

const folder = await mkdtemp(join(tmpdir(), 'mta-chain-queue-'))
console.log(`Node ${process.version}, ${cpus().length} cores, ${messages} messages of 4 KB, 20 connections`)
let up = await Up.start(folder, chain)
const arrivals = await Arrivals.open(join(up.state, 'journal.jsonl'))
try {
  await fill(up, arrivals)
  up = await restart(up)
  await drain(up, arrivals)
} finally {
  await up.stop()
  await arrivals.close()
  await rm(folder, { recursive: true, force: true })
}
console.log(`\n| ${messages} queued messages | |\n| --- | --- |\n${rows.join('\n')}`)
for (const breach of breaches) console.error(`not so: ${breach}`)
process.exitCode = breaches.length > 0 ? 1 : 0
