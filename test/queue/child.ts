/**
 * Programs of ours in processes of their own, for tests of what a crash leaves.
 */
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const modules = join(root, 'node_modules')
const options = '--ignoreConfig --noCheck --module nodenext --target es2022 --types node --rootDir'.split(' ')

/** Folders with what was compiled, by program. */
const compilations = new Map<string, Promise<string>>()
afterAll(async () => {
  for (const folder of await Promise.all(compilations.values())) rmSync(folder, { recursive: true, force: true })
})

/** Once for all tests of a file: a process that has to read TypeScript takes three times as long to start. */
async function compile(program: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mta-chain-test-'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  symlinkSync(modules, join(folder, 'node_modules'))
  await promisify(execFile)(join(modules, '.bin', 'tsc'), [...options, root, '--outDir', folder, program])
  return folder
}

export class Child {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: Interface
  readonly #ended: Promise<unknown>

  /** Starts a program written in TypeScript; it is killed with the test. */
  static async start(program: URL, ...args: readonly string[]): Promise<Child> {
    const file = fileURLToPath(program)
    const compilation = compilations.get(file) ?? compile(file)
    compilations.set(file, compilation)
    return new Child(join(await compilation, relative(root, file).replace(/\.ts$/, '.js')), args)
  }

  private constructor(file: string, args: readonly string[]) {
    this.#process = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface(this.#process.stdout)
    this.#ended = once(this.#process, 'exit')
    onTestFinished(() => this.kill())
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** Calls back with each line that it prints; resolves once it has ended and all lines were read. */
  async lines(heard: (line: string) => void): Promise<void> {
    this.#lines.on('line', heard)
    await Promise.all([once(this.#lines, 'close'), this.#ended])
  }

  /** Resolves with the first line that it prints; rejects where it ends before. */
  async line(): Promise<string> {
    const line = once(this.#lines, 'line').then(([text]: unknown[]) => String(text))
    const over = this.#ended.then(() => Promise.reject(new Error('it ended before it said anything')))
    return Promise.race([line, over])
  }

  /** Writes it a line. */
  say(line: string): void {
    this.#process.stdin.write(`${line}\n`)
  }

  /** SIGKILL: it has no time for anything. Resolves once it is gone. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#ended
  }
}
