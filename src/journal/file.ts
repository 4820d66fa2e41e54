/**
 * The journal as a file, one JSON event a line. Events of one turn of the event loop are written together; a full file
 * is moved aside. A journal that can't be written does not stop the mail: the first failure is told once, events are
 * lost until it can be written again. What the system was given is there however the process ends. A line that a failure
 * or a crash cut off stays alone: the next event begins a new one.
 */
import { writeSync } from 'node:fs'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { JournalEvent } from './event.js'
import { asideName, asideNumbers, journalName } from './names.js'

export interface JournalFileOptions {
  readonly folder: string
  /** Octets after which the file is moved aside. */
  readonly size: number
  /** How many files that were moved aside are kept. */
  readonly keep: number
  onFailure(error: unknown): void
}

/** Events that are written together. */
interface Batch {
  readonly lines: string[]
  /** Resolves once they are written, or lost. */
  readonly settled: Promise<void>
  readonly settle: () => void
}

function newBatch(): Batch {
  let settle = (): void => undefined
  const settled = new Promise<void>(resolve => {
    settle = resolve
  })
  return { lines: [], settled, settle }
}

interface OpenFile {
  readonly handle: FileHandle
  size: number
  /** Its last line is not ended. */
  cut: boolean
}

export class JournalFile {
  readonly #options: JournalFileOptions
  #next = newBatch()
  /** Of the last one that was begun. */
  #settled = Promise.resolve()
  #writing: Promise<void> | null = null
  #file: OpenFile | null
  #failed = false
  #closed = false

  private constructor(options: JournalFileOptions, file: OpenFile) {
    this.#options = options
    this.#file = file
  }

  /** Rejects with the system's error where the file can't be opened. */
  static async open(options: JournalFileOptions): Promise<JournalFile> {
    return new JournalFile(options, await openFile(options.folder))
  }

  append(event: JournalEvent): void {
    if (this.#closed) return
    this.#next.lines.push(JSON.stringify(event))
    this.#writing ??= this.#write()
  }

  /** Resolves once all that was appended is written, or lost where it can't be. */
  written(): Promise<void> {
    return this.#next.lines.length > 0 ? this.#next.settled : this.#settled
  }

  /** Resolves once everything is written. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#writing
    await this.#file?.handle.close()
    this.#file = null
  }

  async #write(): Promise<void> {
    await new Promise(setImmediate)
    while (this.#next.lines.length > 0) {
      // what comes while a file is opened or moved aside is the next
      const { lines, settled, settle } = this.#next
      this.#next = newBatch()
      this.#settled = settled
      await this.#append(`${lines.join('\n')}\n`).catch((error: unknown) => {
        if (!this.#failed) this.#options.onFailure(error)
        this.#failed = true
      })
      settle()
    }
    this.#writing = null
  }

  async #append(text: string): Promise<void> {
    this.#file ??= await openFile(this.#options.folder)
    const file = this.#file
    const octets = Buffer.from(file.cut ? `\n${text}` : text)
    file.cut = true
    // in this thread: another one's answer takes longer than the system takes for a few lines
    for (let at = 0; at < octets.length; ) at += writeSync(file.handle.fd, octets, at)
    file.cut = false
    file.size += octets.length
    if (file.size > this.#options.size) await this.#moveAside(file)
  }

  /** Once it has its number nothing is written to it any more. */
  async #moveAside({ handle }: OpenFile): Promise<void> {
    const { folder, keep } = this.#options
    this.#file = null
    await handle.close()
    const numbers = await asideNumbers(folder)
    const next = (numbers.at(-1) ?? 0) + 1
    await rename(join(folder, journalName), join(folder, asideName(next)))
    for (const old of numbers.filter(number => number <= next - keep)) await unlink(join(folder, asideName(old)))
  }
}

async function openFile(folder: string): Promise<OpenFile> {
  const handle = await open(join(folder, journalName), 'a+')
  try {
    const { size } = await handle.stat()
    return { handle, size, cut: size > 0 && !(await endsLine(handle, size)) }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function endsLine(handle: FileHandle, size: number): Promise<boolean> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] === 10
}
