/**
 * The built command line, in a folder of its own with a chain.json of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { bounded } from '../../support/bounded.js'

/** How long the chain may take for what a test waits for, in milliseconds. */
const waitingTime = 15_000

const event = z.looseObject({
  event: z.string(),
  mtas: z.array(z.object({ address: z.string(), port: z.number() })).optional(),
})
type PrintedEvent = z.infer<typeof event>

/** Path of the program; fails where it was not built, since it would then run from its sources. */
export function builtProgram(): string {
  if (!existsSync(new URL('../../../dist/cli/main.js', import.meta.url))) {
    throw new Error('dist/cli/main.js is not there: npm run build')
  }
  return fileURLToPath(new URL('../../../bin/mta-chain.js', import.meta.url))
}

/** `mta-chain up --json`. */
export class RunningCommand {
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown[]>
  readonly #events: AsyncIterator<string>
  #said = ''

  constructor(folder: string) {
    const child = spawn(process.execPath, [builtProgram(), 'up', '--json'], { cwd: folder })
    child.stderr.on('data', (chunk: Buffer) => {
      this.#said += chunk.toString()
    })
    this.#child = child
    this.#closed = once(child, 'close')
    this.#events = createInterface(child.stdout)[Symbol.asyncIterator]()
  }

  /** The next event of that name that it prints. Waits for a bounded time. */
  next(name: string): Promise<PrintedEvent> {
    const work = async (): Promise<PrintedEvent> => {
      for (;;) {
        const line = await this.#events.next()
        if (line.done) throw new Error(`mta-chain up ended before "${name}": ${this.#said}`)
        const printed = event.parse(JSON.parse(line.value))
        if (printed.event === name) return printed
      }
    }
    return bounded(waitingTime, work, () => `no event "${name}" within ${waitingTime} ms: ${this.#said}`)
  }

  /** Ends it with the signal; resolves with its exit status and what it said on standard error. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<{ readonly status: unknown; readonly said: string }> {
    this.#child.kill(signal)
    const work = (): Promise<unknown[]> => this.#closed
    const [code, killedBy] = await bounded(waitingTime, work, () => `mta-chain up did not end by ${signal}`)
    return { status: code ?? killedBy, said: this.#said }
  }
}
