/**
 * Programs of ours in processes of their own, for tests of what a crash leaves.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export class Child {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: Interface
  readonly #ended: Promise<unknown>

  /** Starts a TypeScript program; it is killed with the test. */
  constructor(program: URL, ...args: readonly string[]) {
    const command = ['--import', 'tsx', fileURLToPath(program), ...args]
    this.#process = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'inherit'] })
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
