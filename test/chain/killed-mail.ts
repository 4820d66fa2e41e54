/**
 * What the mailboxes and the journal of a chain hold that was killed again and again.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { check } from '../../src/check/check.js'
import { validateChain } from '../../src/config/load.js'
import { JournalReader } from '../../src/journal/reader.js'
import { killedChain } from './killed-chain.js'
import type { SentMessage } from './load.js'

export interface Judged {
  /** How often each is there, by `n<number> <recipient>`. */
  readonly copies: ReadonlyMap<string, number>
  /** What is wrong with some of them. */
  readonly flaws: readonly string[]
}

/** Reads every message in the mailboxes, and has it checked with the journal. */
export async function judge(folder: string, network: string, sent: readonly SentMessage[]): Promise<Judged> {
  const read = validateChain(killedChain(network))
  if (!read.ok) throw new Error('no configuration')
  const hops = read.config.mtas.map(({ name, hostname, address }) => ({ mta: name, hostname, address }))
  const journal = new JournalReader(folder)
  const [copies, flaws] = [new Map<string, number>(), new Array<string>()]
  for (const recipient of ['b@example.test', 'c@example.test']) {
    for (const content of await messagesOf(folder, recipient)) {
      const subject = /^Subject: (n(\d+))\r\n/m.exec(content)
      const copy = `${subject?.[1]} ${recipient}`
      copies.set(copy, (copies.get(copy) ?? 0) + 1)
      if (!content.endsWith(sent[Number(subject?.[2])]?.content ?? 'none')) flaws.push(`${copy}: another content`)
      const expected = { hops, recipient, reversePath: 'a@example.test' }
      const { verdict, evidence, findings } = await check(content, expected, { journal, requireJournal: true })
      if (verdict !== 'pass' || evidence !== 'message+journal') flaws.push(`${copy}: ${JSON.stringify(findings)}`)
    }
  }
  return { copies, flaws }
}

async function messagesOf(folder: string, recipient: string): Promise<string[]> {
  const mailbox = join(folder, 'mailbox', recipient, 'new')
  const names = await readdir(mailbox).catch(() => [])
  return Promise.all(names.map(name => readFile(join(mailbox, name), 'latin1')))
}

/** How often each copy was handed on, by its queue id: to the next MTA, or into the mailbox that got it most often. */
export async function countCopies(folder: string): Promise<ReadonlyMap<string, number>> {
  const events = await new JournalReader(folder).readOn()
  const times = new Map<string, number>()
  const count = (key: string): number => {
    const counted = (times.get(key) ?? 0) + 1
    times.set(key, counted)
    return counted
  }
  const copies = new Map<string, number>()
  for (const event of events) {
    if (event.event === 'received' && event.previous !== null) copies.set(event.previous, count(event.previous))
    if (event.event !== 'delivered') continue
    copies.set(event.id, Math.max(copies.get(event.id) ?? 0, count(`${event.id} ${event.recipient}`)))
  }
  return copies
}
