/**
 * Messages that the user names: files, folders of .eml files, standard input.
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CommandFailure } from './exit.js'

export interface MessageFile {
  /** As it is shown. */
  readonly name: string
  readonly content: Buffer
}

/**
 * Reads messages: from .eml files, mbox files, Maildirs, folders of .eml files, "-" for standard input. Fails with a
 * sentence for what can't be read.
 */
export async function readMessageFiles(paths: readonly string[]): Promise<MessageFile[]> {
  const files = (await Promise.all(paths.map(filesAt))).flat()
  return (await Promise.all(files.map(async file => splitMbox(file, await readOrFail(file))))).flat()
}

export async function readMessageInput(): Promise<MessageFile> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return { name: 'standard input', content: Buffer.concat(chunks) }
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
  if (!names.includes('new') && !names.includes('cur')) {
    return names
      .filter(name => name.endsWith('.eml'))
      .toSorted()
      .map(name => join(folder, name))
  }
  const parts = ['new', 'cur'].filter(part => names.includes(part)).map(part => join(folder, part))
  const messages = await Promise.all(parts.map(async part => (await readdir(part)).map(name => join(part, name))))
  return messages.flat().toSorted()
}

async function readOrFail(path: string): Promise<Buffer> {
  if (path === '-') return (await readMessageInput()).content
  try {
    return await readFile(path)
  } catch (error) {
    throw unreadable(path, error)
  }
}

export function unreadable(path: string, error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'no such file. Give the path of a message in RFC 5322 form (.eml)',
    EACCES: 'no right to read it. Change its mode, or run as its owner',
    EISDIR: 'it is a folder',
    EPERM: 'no right to read it',
  }
  return new CommandFailure(2, `${path}: ${reasons[code] ?? code}`)
}

/** RFC 4155 and mboxrd: each message begins after a line "From ..."; in it ">From " at a line's start was "From ". */
function splitMbox(name: string, octets: Buffer): MessageFile[] {
  if (octets.toString('latin1', 0, 5) !== 'From ') return [{ name, content: octets }]
  const parts = octets
    .toString('latin1')
    .split(/^From .*\r?\n/m)
    .slice(1)
  return parts.map((part, at) => {
    const text = part.replace(/^>(>*From )/gm, '$1').replace(/\r?\n\r?\n$/, ending => ending.slice(ending.length / 2))
    return { name: `${name}#${at + 1}`, content: Buffer.from(text, 'latin1') }
  })
}

/** Files saved on Unix have LF alone: SMTP has CRLF. A file that mixes both is left as it is, and an MTA refuses it. */
export function toCrlf(file: MessageFile): MessageFile {
  if (!file.content.includes('\n') || file.content.includes('\r')) return file
  return { ...file, content: Buffer.from(file.content.toString('latin1').replaceAll('\n', '\r\n'), 'latin1') }
}
