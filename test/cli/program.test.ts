/**
 * The program in a process of its own: signals, pipes, exit statuses, and what is left afterwards.
 */
import { execFile } from 'node:child_process'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { unbuiltPackage } from './support/package.js'
import { builtPackage, Program, type StartOptions } from './support/program.js'
import { readVerdict } from './support/verdict.js'
import { message, port, workspace } from './support/workspace.js'

const built = builtPackage()

function start(options: StartOptions, ...args: readonly string[]): Program {
  return new Program(join(built, 'bin/mta-chain.js'), args, options)
}

/** What is left of all lines that a shell runs. */
function shell(line: string, cwd: string): Promise<{ stdout: string; stderr: string }> {
  const bin = `"${process.execPath}" "${join(built, 'bin/mta-chain.js')}"`
  return promisify(execFile)('bash', ['-c', line.replaceAll('mta-chain', bin)], { cwd, maxBuffer: 10_000_000 })
}

describe('bin', () => {
  it('runs, built, with the fixtures that the package brings along', async () => {
    const { folder, list } = await workspace()
    const { status, stdout, stderr } = await start({ cwd: folder }, 'run', '--json').ended()
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    // more than a pipe takes at once
    expect(stdout.length).toBeGreaterThan((2 * 65_536) / 4)
    expect(readVerdict(stdout).messages.length).toBeGreaterThan(15)
    expect(await list()).toEqual(['chain.json'])
  })

  it('runs without dist/, in the same process', async () => {
    const unbuilt = await unbuiltPackage()
    onTestFinished(() => rm(unbuilt, { recursive: true }))
    const { folder, write } = await workspace()
    const args = ['run', await write('m.eml', message()), '--from', '<>']
    const program = new Program(join(unbuilt, 'bin/mta-chain.js'), args, { cwd: folder })
    expect(await program.ended()).toMatchObject({ status: 0, stdout: expect.stringContaining('PASS'), stderr: '' })
  })

  it('tells a mistake of its own without a stack, wherever it happens', async () => {
    const { folder } = await workspace()
    const broken = 'process.stdout.on("newListener", () => setImmediate(() => { throw new Error("of its own") }))'
    const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(broken)}` }
    const { status, stderr } = await start({ cwd: folder, env }, 'run').ended()
    expect({ status, stderr }).toEqual({ status: 3, stderr: 'mta-chain: unexpected: of its own. Please report it.\n' })
  })
})

it('trace reads standard input as a stream, and ends quietly when nobody reads what it says', async () => {
  const { folder, write } = await workspace()
  await write('one', 'From a Tue Nov 24 10:00:00 2026\nReceived: by x.example\n\nx\n\n')
  const many = 'set -o pipefail; for i in {1..400}; do cat one one one one one; done'
  const all = await shell(`${many} | mta-chain trace - | grep -c 'standard input#'`, folder)
  expect(all).toEqual({ stdout: '2000\n', stderr: '' })
  const first = await shell(`set +o pipefail; (${many}) 2>/dev/null | mta-chain trace - | head -1`, folder)
  expect(first).toEqual({ stdout: expect.stringMatching(/^standard input#1 {2}1 hop/), stderr: '' })
  // who writes does not fail because the header of its message was enough
  const large = await shell('set -o pipefail; (echo; head -c 3000000 /dev/zero) | mta-chain trace -', folder)
  expect(large).toEqual({ stdout: 'standard input  no Received fields\n', stderr: '' })
})

it('standard input is the message, with -', async () => {
  const { folder } = await workspace()
  const input = { cwd: folder, input: message() }
  const run = await start(input, 'run', '-').ended()
  expect(run).toMatchObject({ status: 0, stdout: expect.stringContaining('✔ standard input  a@example.test →') })
  const traced = await start(input, 'trace', '-').ended()
  expect(traced).toMatchObject({ status: 0, stdout: 'standard input  no Received fields\n' })
  const sent = await start(input, 'send').ended()
  expect(sent).toMatchObject({ status: 3, stderr: expect.stringMatching(/^b@example\.test: .*ECONNREFUSED/) })
})

describe('standard output', () => {
  it('that nobody reads any more is no failure, and nothing is left', async () => {
    const { folder, list, write } = await workspace()
    for (const name of ['1.eml', '2.eml', '3.eml']) await write(name, message())
    const { stdout, stderr } = await shell('set -o pipefail; mta-chain run . | head -1; echo $?', folder)
    expect(stdout).toMatch(/^ {2}client ─▶ first .*\n0\n$/)
    expect(stderr).toBe('')
    expect(await list()).toEqual(['1.eml', '2.eml', '3.eml', 'chain.json'])
  })

  it('is whole where it is large and the reader slow', async () => {
    const { folder, write } = await workspace()
    await write('m.mbox', `From a@b.test Tue Nov 24 10:00:00 2026\r\n${message()}\r\n`.repeat(3_000))
    const { stdout } = await shell('mta-chain trace m.mbox --json | (sleep 0.3; cat)', folder)
    expect(stdout.length).toBeGreaterThan(3 * 65_536)
    expect(JSON.parse(stdout).messages).toHaveLength(3_000)
  })

  it('that is full ends with 3 and a sentence', async () => {
    const { folder, list, write } = await workspace()
    await write('m.eml', message())
    const { stdout, stderr } = await shell('mta-chain run m.eml > /dev/full; echo $?', folder)
    expect(stdout).toBe('3\n')
    expect(stderr).toBe("mta-chain: the output can't be written: no space left on the disk\n")
    expect(await list()).toEqual(['chain.json', 'm.eml'])
  })
})

describe('run, told to stop in the middle', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s ends soon, with %i, and leaves nothing', async (signal, status) => {
    const { folder, write, list } = await workspace()
    await write('m.eml', message())
    const run = start({ cwd: folder }, 'run', 'm.eml', '--count', '1000000', '--report', 'page.html')
    await run.says(/client ─▶/)
    run.kill(signal)
    const ended = await run.ended()
    expect(ended).toMatchObject({ status, stderr: 'mta-chain: interrupted, the run is not complete\n' })
    expect(ended.stdout).not.toContain('PASS')
    expect(await list()).toEqual(['chain.json', 'm.eml'])
  })

  it('twice ends at once, and leaves nothing either', async () => {
    const { folder, write, list } = await workspace()
    await write('m.eml', message())
    const run = start({ cwd: folder }, 'run', 'm.eml', '--count', '1000000', '--json', '--report', 'page.html')
    await untilSent(folder)
    run.kill('SIGINT')
    run.kill('SIGTERM')
    expect((await run.ended()).stdout).toBe('')
    expect((await list('.mta-chain').catch(() => [])).filter(name => name.startsWith('run-'))).toEqual([])
    expect((await list()).filter(name => name.includes('page'))).toEqual([])
  })
})

/** Resolves once a run has delivered something. */
async function untilSent(folder: string): Promise<void> {
  for (;;) {
    const [run = 'none']: string[] = await readdir(join(folder, '.mta-chain')).catch(() => [])
    const state: string[] = await readdir(join(folder, '.mta-chain', run)).catch(() => [])
    if (state.includes('mailbox')) return
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

it('two runs at once on the same ports: the second one says so, ends with 3 and leaves the first alone', async () => {
  const { folder, write, list, addresses } = await workspace()
  await write('m.eml', message())
  const first = start({ cwd: folder }, 'run', 'm.eml', '--count', '1000000')
  await first.says(/client ─▶/)
  const { status, stdout, stderr } = await start({ cwd: folder }, 'run', 'm.eml').ended()
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' })
  expect(stderr).toContain(`first can't listen on ${addresses[0]} port ${port}: another program listens there`)
  expect(await list('.mta-chain')).toHaveLength(1)
  first.kill('SIGINT')
  expect((await first.ended()).status).toBe(130)
  expect(await list()).toEqual(['chain.json', 'm.eml'])
})
