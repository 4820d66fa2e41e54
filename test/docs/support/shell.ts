/**
 * One bash for all commands of a page, as the reader has one: variables, folders and background jobs last from command
 * to command. What it prints on standard output and error comes as one text.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { bounded } from '../../support/bounded.js'

/** How long a command may take, ms. */
const patience = 15_000
const mark = 'end-of-command'
/** What a command that stays says once it does its work. */
const ready = / stops\.\n/

export class Shell {
  readonly #bash
  readonly #ended: Promise<unknown>
  #printed = ''

  constructor(folder: string, env: Readonly<Record<string, string>>) {
    // a group of its own, so that nothing in it outlives the page
    this.#bash = spawn('bash', ['--noprofile', '--norc'], { cwd: folder, env, detached: true })
    this.#bash.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#printed += text
    })
    this.#bash.stdin.on('error', () => undefined)
    this.#ended = once(this.#bash, 'close')
    // also where the test is ended: then its end of standard input closes
    this.#bash.stdin.write(`exec 2>&1\ntrap 'kill $(jobs -p) 2>/dev/null' EXIT\n`)
  }

  /** Resolves with what it prints, without line ends behind. A command in the background is waited for until it is ready. */
  async run(command: string): Promise<string> {
    this.#printed = ''
    // standard input is the shell's own: no command may read it
    this.#bash.stdin.write(`{\n${command}\n} </dev/null\nprintf '\\n%s\\n' ${mark}\n`)
    await this.#says(text => text.includes(`\n${mark}\n`), command)
    if (command.endsWith('&')) await this.#says(text => ready.test(text), command)
    return this.#printed.replace(`\n${mark}\n`, '').trimEnd()
  }

  /** Ends what runs in the background too. */
  async close(): Promise<void> {
    const { pid } = this.#bash
    const late = setTimeout(() => pid !== undefined && process.kill(-pid, 'SIGKILL'), patience)
    this.#bash.stdin.end()
    await this.#ended
    clearTimeout(late)
  }

  async #says(holds: (text: string) => boolean, command: string): Promise<void> {
    await bounded(
      patience,
      async signal => {
        while (!holds(this.#printed)) {
          await Promise.race([once(this.#bash.stdout, 'data', { signal }), this.#ended])
          if (this.#bash.exitCode !== null) throw new Error(`the shell ended at: ${command}\n${this.#printed}`)
        }
      },
      () => `${command}\ndoes not end; it printed:\n${this.#printed}`,
    )
  }
}
