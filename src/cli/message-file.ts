/**
 * Messages that the user names: files, mbox files, Maildirs, folders of .eml files, standard input.
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { mapAtOnce } from './at-once.js'
import { withCrlf } from '../mail/line-ends.js'
import { CommandFailure, reasonOf, systemCode } from './exit.js'
import { splitMbox } from './mbox.js'
import type { Output } from './output.js'

export interface MessageFile {
  /** As it is shown. */
  readonly name: string
  readonly content: Buffer
  /** Where it lies; null: in no file. */
  readonly place: FilePlace | null
}

export interface FilePlace {
  readonly file: string
  /** The message's first, counted from 1. */
  readonly line: number
}

/** Files open at once. */
const openFiles = 16

/** Fails with a sentence for what can't be read. "-" is standard input. */
export async function readMessageFiles(paths: readonly string[], output: Output): Promise<MessageFile[]> {
  const files = await listMessageFiles(paths)
  const messages = await mapAtOnce(files, openFiles, async file => {
    return splitMbox(file === '-' ? await readMessageInput(output) : await readMessageFile(file))
  })
  return messages.flat()
}

/** Every file that the paths name. Fails with a sentence for one that is not there. */
export async function listMessageFiles(paths: readonly string[]): Promise<string[]> {
  return (await mapAtOnce(paths, openFiles, filesAt)).flat()
}

/** Who types a message has to know how it ends. */
export function tellTypist({ error }: Output): void {
  if (process.stdin.isTTY) error('mta-chain: type the message, Ctrl-D ends it')
}

export const inputName = 'standard input'

export async function readMessageInput(output: Output): Promise<MessageFile> {
  tellTypist(output)
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return { name: inputName, content: Buffer.concat(chunks), place: null }
}

async function readMessageFile(path: string): Promise<MessageFile> {
  try {
    return { name: path, content: await readFile(path), place: { file: path, line: 1 } }
  } catch (error) {
    throw unreadable(path, error)
  }
}

async function filesAt(path: string): Promise<string[]> {
  if (path === '-') return [path]
  try {
    if (!(await stat(path)).isDirectory()) return [path]
    const files = await filesIn(path)
    if (files.length > 0) return files
  } catch (error) {
    throw unreadable(path, error)
  }
  throw new CommandFailure(2, `${path}: no messages in that folder, expected .eml files or a Maildir (new, cur)`)
}

/** A Maildir's new and current messages, else .eml files, by name. */
async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  const parts = ['new', 'cur'].filter(part => names.includes(part)).map(part => join(folder, part))
  if (parts.length === 0) return inOrder(folder, names, /\.eml$/i)
  // cr.yp.to/proto/maildir.html: a name that begins with a dot is no message
  const messages = await Promise.all(parts.map(async part => inOrder(part, await readdir(part), /^[^.]/)))
  return messages.flat()
}

function inOrder(folder: string, names: readonly string[], pattern: RegExp): string[] {
  return names
    .filter(name => pattern.test(name))
    .toSorted()
    .map(name => join(folder, name))
}

export function unreadable(path: string, error: unknown): CommandFailure {
  const isMissing = systemCode(error) === 'ENOENT'
  const advice = isMissing ? '. Give the path of a message (.eml), an mbox, a Maildir or a folder of .eml files' : ''
  return new CommandFailure(2, `${path} can't be read: ${reasonOf(error)}${advice}`)
}

/** Files saved on Unix get SMTP's line ends. A file that mixes both is left as it is, and an MTA refuses it. */
export function toCrlf(file: MessageFile): MessageFile {
  return { ...file, content: withCrlf(file.content) }
}
