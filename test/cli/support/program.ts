/**
 * The program as a user has it: bin/mta-chain.js in a process of its own, out of a package that was built for the test.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { bounded } from '../../support/bounded.js'
import type { Ended } from './command.js'

const root = join(import.meta.dirname, '../../..')
/** How long a test waits for a process, ms. */
const patience = 15_000

/** A folder with the package as it is published, and the function that removes it. */
export async function buildPackage(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await unbuiltPackage()
  // types are checked elsewhere
  const options = ['-p', join(root, 'tsconfig.build.json'), '--outDir', join(folder, 'dist'), '--noCheck']
  await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), options)
  await rm(join(folder, 'src'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** The same without dist/, as after `npm ci --ignore-scripts`. */
export async function unbuiltPackage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mta-chain-package-'))
  for (const name of ['bin', 'examples', 'package.json'])
    await cp(join(root, name), join(folder, name), { recursive: true })
  for (const name of ['node_modules', 'fixtures', 'src']) await symlink(join(root, name), join(folder, name))
  return folder
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
