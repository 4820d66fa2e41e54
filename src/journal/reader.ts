/**
 * Reads a journal's files, also while they are being written: each question takes in what has been added since the
 * last one.
 */
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { MessageEvent } from './event.js'
import { journalName } from './file.js'
import type { Journal, MessageHistory } from './journal.js'
import { MemoryJournal } from './memory.js'
import { readEvent } from './stored-event.js'

const chunkSize = 1024 * 1024

export class JournalReader implements Journal {
  readonly #folder: string
  readonly #index = new MemoryJournal()
  /** How far each file was read; a file is known by its inode, since it may be moved aside. */
  readonly #offsets = new Map<number, number>()
  #reading: Promise<MessageEvent[]> = Promise.resolve([])

  constructor(folder: string) {
    this.#folder = folder
  }

  async history(id: string): Promise<MessageHistory | null> {
    await this.readOn()
    return this.#index.find(id)
  }

  /** Takes in what has been added; resolves with the new events about messages. Rejects with the system's error. */
  readOn(): Promise<MessageEvent[]> {
    this.#reading = this.#reading.catch(() => []).then(() => this.#readFiles())
    return this.#reading
  }

  async #readFiles(): Promise<MessageEvent[]> {
    const events: MessageEvent[] = []
    for (const file of await journalFiles(this.#folder)) events.push(...(await this.#readFile(file)))
    for (const event of events) this.#index.append(event)
    return events
  }

  async #readFile(file: string): Promise<MessageEvent[]> {
    const { ino, size } = await stat(file)
    const from = this.#offsets.get(ino) ?? 0
    if (size <= from) return []
    const events: MessageEvent[] = []
    let at = from
    for await (const line of lines(file, from)) {
      at += line.octets
      const event = readEvent(line.text)
      if (event) events.push(event)
    }
    this.#offsets.set(ino, at)
    return events
  }
}

/** Oldest first. */
async function journalFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  const aside = names
    .map(name => /^journal\.(\d+)\.jsonl$/.exec(name))
    .filter(match => match !== null)
    .toSorted((a, b) => Number(b[1]) - Number(a[1]))
    .map(match => match[0])
  return [...aside, ...names.filter(name => name === journalName)].map(name => join(folder, name))
}

/** Whole lines from an offset on; a last line that is not ended yet is left for later. */
async function* lines(file: string, from: number): AsyncIterable<{ text: string; octets: number }> {
  const handle = await open(file, 'r')
  try {
    let rest = Buffer.alloc(0)
    for (let at = from; ; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(chunkSize), 0, chunkSize, at)
      if (bytesRead === 0) return
      at += bytesRead
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
      let start = 0
      for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10, start)) {
        yield { text: rest.toString('utf8', start, end), octets: end + 1 - start }
        start = end + 1
      }
      rest = rest.subarray(start)
    }
  } finally {
    await handle.close()
  }
}
