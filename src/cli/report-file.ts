/**
 * The file of a report: whole or not there at all. It is made under another name beside its own, so that a path that
 * can't be written is told before the work begins.
 */
import { rmSync } from 'node:fs'
import { type FileHandle, open, realpath, rename, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CommandFailure, reasonOf } from './exit.js'

export class ReportFile {
  readonly #path: string
  readonly #unfinished: string
  readonly #handle: FileHandle

  private constructor(path: string, unfinished: string, handle: FileHandle) {
    this.#path = path
    this.#unfinished = unfinished
    this.#handle = handle
  }

  /** Fails with a sentence where the file can't be written. To be ended by `write` or `discard`. */
  static async open(given: string): Promise<ReportFile> {
    try {
      const path = await target(given)
      const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}`)
      return new ReportFile(path, unfinished, await open(unfinished, 'w'))
    } catch (error) {
      throw failure(given, error)
    }
  }

  /** What had that name before is there until all of it is written. */
  async write(text: string): Promise<void> {
    try {
      await this.#handle.writeFile(text)
      await this.#handle.close()
      await rename(this.#unfinished, this.#path)
    } catch (error) {
      throw failure(this.#path, error)
    }
  }

  /** Leaves nothing behind but what `write` has written. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined)
    this.discardAtOnce()
  }

  /** The same where the process ends at once. */
  discardAtOnce(): void {
    rmSync(this.#unfinished, { force: true })
  }
}

/** Where a link leads to; something else than a file is not written over. */
async function target(given: string): Promise<string> {
  const path = await realpath(given).catch(() => given)
  const found = await stat(path).catch(() => null)
  if (found && !found.isFile()) throw new Error(found.isDirectory() ? 'it is a folder' : 'it is no file')
  return path
}

function failure(path: string, error: unknown): CommandFailure {
  return new CommandFailure(3, `--report: ${path} can't be written: ${reasonOf(error)}`)
}
