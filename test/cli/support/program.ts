/**
 * The program as a user has it: bin/mta-chain.js in a process of its own, out of a package that was built for the test.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { inject, onTestFinished } from 'vitest'
import { bounded } from '../../support/bounded.js'
import type { Ended } from './command.js'

/** How long a test waits for a process, ms. */
const patience = 15_000

/** A folder with the package as it is published, built once for all tests: nothing in it is changed. */
export function builtPackage(): string {
  return inject('builtPackage')
}

export interface StartOptions {
  readonly cwd: string
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

export class Program {
  readonly process: ChildProcess
  readonly #ended: Promise<void>
  #stdout = ''
  #stderr = ''
  #status = 0

  /** `file` is a program of Node. It does not outlive the test. */
  constructor(file: string, args: readonly string[], { cwd, input = '', env = {} }: StartOptions) {
    const child = spawn(process.execPath, [file, ...args], {
      cwd,
      env: { ...process.env, NO_COLOR: '', ...env },
    })
    this.process = child
    onTestFinished(() => void child.kill('SIGKILL'))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    this.#ended = once(child, 'close').then(([status]) => {
      this.#status = Number(status ?? -1)
    })
  }

  get stdout(): string {
    return this.#stdout
  }

  get stderr(): string {
    return this.#stderr
  }

  /** Resolves once standard output and error together have what is searched for. */
  async says(pattern: RegExp): Promise<void> {
    const said = (): string => this.#stdout + this.#stderr
    await bounded(
      patience,
      async signal => {
        while (!pattern.test(said())) {
          const { stdout, stderr } = this.process
          if (!stdout || !stderr) return
          await Promise.race([once(stdout, 'data', { signal }), once(stderr, 'data', { signal }), this.#ended])
          if (this.process.exitCode !== null && !pattern.test(said())) throw new Error(`it ended: ${said()}`)
        }
      },
      () => `${String(pattern)} did not come: ${said()}`,
    )
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal)
  }

  async ended(): Promise<Ended> {
    await bounded(
      patience,
      () => this.#ended,
      () => `it does not end: ${this.#stdout}${this.#stderr}`,
    )
    return { status: this.#status, stdout: this.#stdout, stderr: this.#stderr }
  }
}
