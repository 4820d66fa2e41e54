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
  /** The file had bare LF as its line end throughout; the content has CRLF. */
  readonly converted: boolean
}

/** Reads files; a folder stands for its .eml files by name. Fails with a sentence for what can't be read. */
export async function readMessageFiles(paths: readonly string[]): Promise<MessageFile[]> {
  const files = (await Promise.all(paths.map(filesAt))).flat()
  return Promise.all(files.map(async file => toMessage(file, await readOrFail(file))))
}

export async function readMessageInput(): Promise<MessageFile> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return toMessage('standard input', Buffer.concat(chunks))
}

async function filesAt(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path]
    const names = (await readdir(path)).filter(name => name.endsWith('.eml')).toSorted()
    if (names.length === 0) throw new CommandFailure(2, `${path}: no .eml files in that folder`)
    return names.map(name => join(path, name))
  } catch (error) {
    throw unreadable(path, error)
  }
}

async function readOrFail(path: string): Promise<Buffer> {
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

/** Files saved on Unix have LF alone: SMTP has CRLF. A file that mixes both is left as it is. */
function toMessage(name: string, octets: Buffer): MessageFile {
  const converted = octets.includes('\n') && !octets.includes('\r')
  if (!converted) return { name, content: octets, converted }
  return { name, content: Buffer.from(octets.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'), converted }
}
