/**
 * What a 250 is worth, asked of the system: between the final dot and the reply the message's octets were written and
 * flushed. strace(1) writes down what a chain of one MTA asks for.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { connect, type RawClient } from '../support/raw-client.js'
import { requireProgram } from './support/program.js'
import { readSystemCalls, type SystemCall } from './support/system-calls.js'

const program = fileURLToPath(new URL('./support/traced-chain.ts', import.meta.url))
const traced = 'trace=openat,read,readv,write,writev,pwrite64,pwritev,fdatasync,fsync,msync,rename,close'

/** Runs the chain while `send` does its work; resolves with what the chain asked the system for meanwhile. */
async function trace(address: string, send: (port: number) => Promise<void>): Promise<SystemCall[]> {
  const strace = requireProgram('strace', 'strace')
  const folder = mkdtempSync(join(tmpdir(), 'mta-chain-strace-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const output = join(folder, 'trace')
  const options = ['-f', '-y', '-s', '100000', '-e', traced, '-o', output]
  const command = [process.execPath, '--import', 'tsx', program, join(folder, 'state'), address]
  const child = spawn(strace, [...options, ...command], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  const [line]: unknown[] = await once(createInterface(child.stdout), 'line')
  await send(Number(/\d+$/.exec(String(line))?.[0]))
  await waitForDelivery(join(folder, 'state'))
  child.stdin.end()
  expect(await ended).toEqual([0, null])
  return readSystemCalls(readFileSync(output, 'latin1'))
}

async function waitForDelivery(state: string): Promise<void> {
  const journal = (): string => readFileSync(join(state, 'journal.jsonl'), 'utf8')
  const count = (event: string): number => journal().split(`"event":"${event}"`).length
  while (count('delivered') < count('received')) await new Promise(resolve => setTimeout(resolve, 20))
  expect(readdirSync(state)).toContain('spool')
}

async function ready(address: string, port: number): Promise<RawClient> {
  const client = await connect({ host: address, port, patience: 60_000 })
  await client.reply()
  for (const line of ['EHLO client.test', 'MAIL FROM:<a@example.test>', 'RCPT TO:<b@example.test>', 'DATA']) {
    await client.command(line)
  }
  return client
}

/** Sends a message with that mark in it; the mark is what the trace is searched for. */
async function sendMarked(client: RawClient, mark: string): Promise<void> {
  await client.write(`Subject: ${mark}\r\n\r\nx\r\n.\r\n`)
  const { code, text } = await client.reply()
  expect(`${code} ${text}`).toMatch(/^250 Ok: queued as /)
}

const isSocket = ({ args }: SystemCall): boolean => /^\d+<(?:TCP|socket)/.test(args)
const isSpool = ({ args }: SystemCall): boolean => /^\d+<[^>]*\/spool\/data\.mdb>/.test(args)
const isWrite = ({ name }: SystemCall): boolean => /^(?:p?writev?|pwrite64)$/.test(name)
const isFlush = ({ name, result }: SystemCall): boolean => /^(?:fdatasync|fsync|msync)$/.test(name) && result === '0'

function isQueuedReply(call: SystemCall): boolean {
  return isWrite(call) && isSocket(call) && call.args.includes('250 2.0.0 Ok: queued')
}

function only(calls: readonly SystemCall[], what: string): SystemCall {
  const [call, ...others] = calls
  if (!call || others.length > 0) throw new Error(`${what}: ${calls.length} system calls`)
  return call
}

/** The descriptor whose writes are flushed by themselves. */
function flushingDescriptor(calls: readonly SystemCall[]): string {
  const opened = calls.filter(({ name, args }) => name === 'openat' && /data\.mdb".*O_DSYNC/.test(args))
  return only(opened, 'opened with O_DSYNC').result
}

const address = '127.77.5.1'

/**
 * Each message's content and item were written, flushed and made part of the spool between its dot and its reply.
 * Returns which flush it was for each.
 */
function expectFlushed(calls: readonly SystemCall[], marks: readonly string[]): number[] {
  const meta = flushingDescriptor(calls)
  const replies = calls.filter(isQueuedReply)
  expect(replies).toHaveLength(marks.length)
  return marks.map(mark => {
    const octets = `Subject: ${mark}\\r\\n\\r\\nx\\r\\n.\\r\\n`
    const dot = calls.find(({ name, args }) => name.startsWith('read') && args.includes(octets))
    // the reply goes out where the dot came in
    const socket = dot?.args.slice(0, dot.args.indexOf('>')) ?? 'none'
    const reply = replies.find(({ args }) => args.startsWith(socket))
    const id = /queued as (\w+)/.exec(reply?.args ?? '')?.[1] ?? ''
    const between = calls.filter(({ began, ended }) => dot && reply && began > dot.ended && ended < reply.began)
    const stored = [mark, `item/${id}`].map(text =>
      find(between, 0, isWrite, isSpool, ({ args }) => args.includes(text)),
    )
    const flushed = find(between, Math.max(...stored), isFlush, isSpool)
    expect(find(between, flushed, isWrite, ({ args }) => args.startsWith(meta))).toBeLessThan(Number.POSITIVE_INFINITY)
    return flushed
  })
}

/** Where the first such call ended that began after a place; infinity where there is none. */
function find(calls: readonly SystemCall[], after: number, ...are: readonly ((call: SystemCall) => boolean)[]): number {
  const found = calls.find(call => call.began > after && are.every(is => is(call)))
  return found?.ended ?? Number.POSITIVE_INFINITY
}

test('a message is in the spool, flushed, before it is answered 250', async () => {
  const marks = ['mark-one', 'mark-two', 'mark-three']
  const calls = await trace(address, async port => {
    for (const mark of marks) await sendMarked(await ready(address, port), mark)
  })
  expectFlushed(calls, marks)
})

test('the journal has a receipt before it is answered 250, and a delivery before the spool forgets the message', async () => {
  const calls = await trace(address, async port => sendMarked(await ready(address, port), 'mark'))
  const journaled = (event: string) => (call: SystemCall) =>
    isWrite(call) && /^\d+<[^>]*\/journal\.jsonl>/.test(call.args) && call.args.includes(`\\"event\\":\\"${event}`)
  const reply = only(calls.filter(isQueuedReply), 'reply')
  expect(only(calls.filter(journaled('received')), 'received').ended).toBeLessThan(reply.began)
  const removed = calls.filter(call => isFlush(call) && isSpool(call)).at(-1)
  expect(only(calls.filter(journaled('delivered')), 'delivered').ended).toBeLessThan(removed?.began ?? 0)
})

test('a message is in the mailbox, flushed, before it leaves the spool', async () => {
  const calls = await trace(address, async port => sendMarked(await ready(address, port), 'mark'))
  const inFile = (folder: string) => (call: SystemCall) =>
    new RegExp(`^\\d+<[^>]*/b@example\\.test/${folder}`).test(call.args)
  const written = only(
    calls.filter(call => isWrite(call) && inFile('tmp/')(call)),
    'written',
  )
  const flushed = only(
    calls.filter(call => isFlush(call) && inFile('tmp/')(call)),
    'flushed',
  )
  const moved = only(
    calls.filter(({ name, args }) => name === 'rename' && args.includes('/new/')),
    'moved',
  )
  const named = only(
    calls.filter(call => isFlush(call) && inFile('new>')(call)),
    'folder flushed',
  )
  expect([written.ended < flushed.began, flushed.ended < moved.began, moved.ended < named.began]).toEqual([
    true,
    true,
    true,
  ])
  const removed = calls.filter(call => isFlush(call) && isSpool(call)).at(-1)
  expect(named.ended).toBeLessThan(removed?.began ?? 0)
})

test('messages that come in together share flushes, and each is flushed before it is answered', async () => {
  const marks = Array.from({ length: 40 }, (_, n) => `mark-${n}-`)
  const calls = await trace(address, async port => {
    const clients = await Promise.all(marks.map(() => ready(address, port)))
    await Promise.all(clients.map((client, n) => sendMarked(client, marks[n] ?? '')))
  })
  // with a flush of its own for each there were as many as messages
  expect(new Set(expectFlushed(calls, marks)).size).toBeLessThan(0.8 * marks.length)
})
