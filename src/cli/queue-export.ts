/**
 * `queue export`: a queued message's octets as they would go on, on standard output or in a file. A file that did not
 * become whole is removed.
 */
import { createWriteStream } from 'node:fs'
import { lstat, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { askOctets } from '../control/client.js'
import { size } from '../report/quantities.js'
import { type ControlOptions, controlled } from './control.js'
import { CommandFailure, type ExitStatus, reasonOf, systemCode } from './exit.js'
import type { Output } from './output.js'
import { queueId } from './queue-id.js'

export interface QueueExportOptions extends ControlOptions {
  readonly out?: string
}

export async function queueExport(id: string, options: QueueExportOptions, output: Output): Promise<ExitStatus> {
  const question = { method: 'GET', path: `/queue/${queueId(id)}/content` } as const
  const { out, json } = options
  if (out !== undefined) {
    const octets = await controlled(options, folder => askOctets(folder, question, answer => toFile(answer, out)))
    if (octets instanceof CommandFailure) throw octets
    if (json) output.json({ id, file: out, octets })
    else output.error(`mta-chain: ${id}: ${size(octets)} written to ${out}`)
  } else if (json) {
    const content = await controlled(options, folder => askOctets(folder, question, buffer))
    output.json({ id, octets: content.length, content: content.toString('base64') })
  } else {
    await controlled(options, folder => askOctets(folder, question, answer => toOutput(answer, output)))
  }
  return 0
}

async function toOutput(answer: Readable, { octets }: Output): Promise<void> {
  for await (const chunk of answer) await octets(Buffer.from(chunk))
}

/** Resolves with how many octets there were, or why they can't be kept; rejects where the answer breaks off. */
async function toFile(answer: Readable, file: string): Promise<number | CommandFailure> {
  const writing = createWriteStream(file)
  try {
    await pipeline(answer, writing)
    return writing.bytesWritten
  } catch (error) {
    // what could not be opened is not ours, and a device stays
    if (!isSyscall(error, 'open') && (await lstat(file)).isFile()) await rm(file, { force: true })
    if (!isSyscall(error, 'open') && !isSyscall(error, 'write')) throw error
    const isMistake = ['ENOENT', 'EISDIR', 'ENOTDIR'].includes(systemCode(error) ?? '')
    return new CommandFailure(isMistake ? 2 : 3, `${file} can't be written: ${reasonOf(error)}`)
  }
}

function isSyscall(error: unknown, name: string): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === name
}
