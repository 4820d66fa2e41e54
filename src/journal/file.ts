/**
 * The journal as a file, one JSON event a line. Events of one turn of the event loop are written together; a full file
 * is moved aside (journal.1.jsonl is the newest of those). A journal that can't be written does not stop the mail:
 * the first failure is told once.
 */
import { type FileHandle, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { JournalEvent } from './event.js'

export const journalName = 'journal.jsonl'

export interface JournalFileOptions {
  readonly folder: string
  /** Octets after which the file is moved aside. */
  readonly size: number
  /** How many files that were moved aside are kept. */
  readonly keep: number
  onFailure(error: unknown): void
}

export class JournalFile {
  readonly #options: JournalFileOptions
  #lines: string[] = []
  #writing: Promise<void> | null = null
  #handle: FileHandle
  #size: number
  #failed = false

  private constructor(options: JournalFileOptions, handle: FileHandle, size: number) {
    this.#options = options
    this.#handle = handle
    this.#size = size
  }

  /** Rejects with the system's error where the file can't be opened. */
  static async open(options: JournalFileOptions): Promise<JournalFile> {
    const handle = await open(join(options.folder, journalName), 'a')
    return new JournalFile(options, handle, (await handle.stat()).size)
  }

  append(event: JournalEvent): void {
    this.#lines.push(JSON.stringify(event))
    this.#writing ??= this.#write()
  }

  /** Resolves once everything is written. */
  async close(): Promise<void> {
    while (this.#writing) await this.#writing
    await this.#handle.close()
  }

  async #write(): Promise<void> {
    await new Promise(setImmediate)
    while (this.#lines.length > 0) {
      const text = `${this.#lines.join('\n')}\n`
      this.#lines = []
      await this.#append(text).catch((error: unknown) => {
        if (!this.#failed) this.#options.onFailure(error)
        this.#failed = true
      })
    }
    this.#writing = null
  }

  async #append(text: string): Promise<void> {
    await this.#handle.appendFile(text)
    this.#size += Buffer.byteLength(text)
    if (this.#size > this.#options.size) await this.#moveAside()
  }

  async #moveAside(): Promise<void> {
    const { folder, keep } = this.#options
    for (let n = keep - 1; n >= 1; n--) {
      await rename(join(folder, asideName(n)), join(folder, asideName(n + 1))).catch(() => undefined)
    }
    await rename(join(folder, journalName), join(folder, asideName(1)))
    await this.#handle.close()
    this.#handle = await open(join(folder, journalName), 'a')
    this.#size = 0
  }
}

export function asideName(n: number): string {
  return `journal.${n}.jsonl`
}
