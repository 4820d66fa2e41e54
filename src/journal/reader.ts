/**
 * Reads a journal's files, also while they are being written: each question takes in what has been added since the
 * last one, each event once and in the order of the journal. Lines that are no events are skipped; what was moved aside
 * and removed before it was read is missed.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { MessageEvent, ReceivedEvent } from './event.js'
import type { Journal, MessageHistory } from './journal.js'
import { readLines } from './lines.js'
import { MemoryJournal } from './memory.js'
import { asideName, asideNumbers, journalName } from './names.js'
import { readEvent } from './stored-event.js'

export class JournalReader implements Journal {
  readonly #folder: string
  readonly #index = new MemoryJournal()
  /** Number of the file that was read last (the one being written has the next number), and how far. */
  #file = 0
  #offset = 0
  /** Taken in, and not yet given by `readOn`. */
  #added: MessageEvent[] = []
  #reading: Promise<void> = Promise.resolve()

  constructor(folder: string) {
    this.#folder = folder
  }

  async history(id: string): Promise<MessageHistory | null> {
    await this.#takeIn()
    return this.#index.find(id)
  }

  async historyOfStamp(stamp: string, misfit: (event: ReceivedEvent) => number): Promise<MessageHistory | null> {
    await this.#takeIn()
    return this.#index.findStamp(stamp, misfit)
  }

  /**
   * Takes in what has been added; resolves with the events about messages since it was last called. Rejects with the
   * system's error.
   */
  async readOn(): Promise<MessageEvent[]> {
    await this.#takeIn()
    const events = this.#added
    this.#added = []
    return events
  }

  #takeIn(): Promise<void> {
    this.#reading = this.#reading.catch(() => undefined).then(() => this.#readFiles())
    return this.#reading
  }

  async #readFiles(): Promise<void> {
    while (!(await this.#readSnapshot())) continue
  }

  /** Resolves with false where the file that is written was moved aside meanwhile. */
  async #readSnapshot(): Promise<boolean> {
    const aside = await asideNumbers(this.#folder)
    for (const number of aside) if (number >= this.#file) await this.#readFile(number, asideName(number))
    const newest = aside.at(-1) ?? 0
    // once opened its number is sure only if nothing was moved aside since the numbers were read
    const isCurrent = async (): Promise<boolean> => newest === ((await asideNumbers(this.#folder)).at(-1) ?? 0)
    return this.#readFile(newest + 1, journalName, isCurrent)
  }

  /** Reads on in a file, if it is there and still is what it is taken for; resolves with false where it is not. */
  async #readFile(number: number, name: string, isIt = () => Promise.resolve(true)): Promise<boolean> {
    const handle = await openIfThere(join(this.#folder, name))
    try {
      if (!(await isIt())) return false
      if (handle) await this.#readLines(number, handle)
      return true
    } finally {
      await handle?.close()
    }
  }

  async #readLines(number: number, handle: FileHandle): Promise<void> {
    if (number !== this.#file) [this.#file, this.#offset] = [number, 0]
    for await (const { text, end } of readLines(handle, this.#offset)) {
      this.#offset = end
      const event = readEvent(text)
      if (!event) continue
      this.#index.append(event)
      if (event.event !== 'fault') this.#added.push(event)
    }
  }
}

async function openIfThere(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
