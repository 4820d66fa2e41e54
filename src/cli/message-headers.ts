/**
 * The headers of messages that the user names, one after the other: a file of any size is read as a stream.
 */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { headersIn } from './header-stream.js'
import { inputName, listMessageFiles, tellTypist, unreadable } from './message-file.js'
import type { Output } from './output.js'
import { makeProgress, type Progress } from './progress.js'

export interface MessageHeader {
  /** As it is shown: of an mbox with more messages than one, file#1, file#2 and so on. */
  readonly name: string
  readonly content: Buffer
  /** True where the header was too long to be kept whole. */
  readonly isCut: boolean
}

/** Fails with a sentence for what can't be read, before the first header where it is not there. "-" is standard input. */
export async function* readMessageHeaders(paths: readonly string[], output: Output): AsyncGenerator<MessageHeader> {
  const files = await listMessageFiles(paths)
  const progress = makeProgress(await sizeOf(files), output)
  try {
    for (const file of files) yield* named(file, headersIn(octetsOf(file, progress, output)))
  } finally {
    progress.end()
  }
}

async function* named(file: string, headers: ReturnType<typeof headersIn>): AsyncGenerator<MessageHeader> {
  const name = nameOf(file)
  let number = 0
  let first: MessageHeader | null = null
  for await (const header of headers) {
    number++
    // whether there are more decides what the first one is called
    if (number === 1) first = { ...header, name }
    else {
      if (first) yield { ...first, name: `${name}#1` }
      first = null
      yield { ...header, name: `${name}#${number}` }
    }
  }
  if (first) yield first
}

function nameOf(file: string): string {
  return file === '-' ? inputName : file
}

async function* octetsOf(file: string, progress: Progress, output: Output): AsyncGenerator<Buffer> {
  const chunks = file === '-' ? inputChunks(output) : createReadStream(file, { highWaterMark: 256 * 1024 })
  try {
    for await (const chunk of chunks) {
      const octets = Buffer.from(chunk)
      progress.add(octets.length)
      yield octets
    }
  } catch (reason) {
    throw unreadable(nameOf(file), reason)
  }
}

async function* inputChunks(output: Output): AsyncGenerator<Buffer> {
  tellTypist(output)
  try {
    for await (const chunk of process.stdin.iterator({ destroyOnReturn: false })) yield Buffer.from(chunk)
  } finally {
    // who writes there must not fail because its message's header was enough
    if (output.unread.aborted) process.stdin.destroy()
    else process.stdin.resume()
  }
}

/** Of all together; null where standard input is among them. */
async function sizeOf(files: readonly string[]): Promise<number | null> {
  if (files.includes('-')) return null
  let size = 0
  for (const file of files) size += (await stat(file).catch(() => null))?.size ?? 0
  return size
}
