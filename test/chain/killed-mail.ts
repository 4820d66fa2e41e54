/**
 * What the mailboxes and the journal of a chain hold that was killed again and again, or whose disk was full.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { check } from '../../src/check/check.js'
import type { MtaConfig } from '../../src/config/types.js'
import type { Journal } from '../../src/journal/journal.js'
import { JournalReader } from '../../src/journal/reader.js'
import type { SentMessage } from './load.js'

export interface Judged {
  /** How often each is there, by `n<number> <recipient>`. */
  readonly copies: ReadonlyMap<string, number>
  /** What is wrong with some of them. */
  readonly flaws: readonly string[]
}

/** Reads every message in the mailboxes, and has it checked with the journal, or without. */
export async function judge(
  folder: string,
  mtas: readonly MtaConfig[],
  sent: readonly SentMessage[],
  journal: Journal | null,
): Promise<Judged> {
  const hops = mtas.map(({ name, hostname, address }) => ({ mta: name, hostname, address }))
  const [copies, flaws] = [new Map<string, number>(), new Array<string>()]
  for (const recipient of ['b@example.test', 'c@example.test']) {
    for (const content of await messagesOf(folder, recipient)) {
      const subject = /^Subject: (n(\d+))\r\n/m.exec(content)
      const copy = `${subject?.[1]} ${recipient}`
      copies.set(copy, (copies.get(copy) ?? 0) + 1)
      if (!content.endsWith(sent[Number(subject?.[2])]?.content ?? 'none')) flaws.push(`${copy}: another content`)
      const expected = { hops, recipient, reversePath: 'a@example.test' }
      const { verdict, findings } = await check(content, expected, journal ? { journal, requireJournal: true } : {})
      if (verdict !== 'pass') flaws.push(`${copy}: ${JSON.stringify(findings)}`)
    }
  }
  return { copies, flaws }
}

/** Copies that were promised and are not there. */
export function missingOf(sent: readonly SentMessage[], copies: ReadonlyMap<string, number>): string[] {
  const promised = [...sent.entries()].filter(([, { acknowledged }]) => acknowledged)
  const owed = promised.flatMap(([n, { recipients }]) => recipients.map(recipient => `n${n} ${recipient}`))
  return owed.filter(copy => !copies.has(copy))
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
