/**
 * A kill between the commit and the journal: the next start writes the receipt that the journal lacks, and no other again.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Chain } from '../../src/chain/chain.js'
import { startChain } from '../../src/chain/start.js'
import { temporaryFolder } from '../queue/spools.js'

const mtas = ['a', 'b'].map((name, at) => ({ name, address: `127.84.5.${at + 1}` }))

async function start(folder: string): Promise<Chain> {
  const chain = await startChain({ mtas, spool: 'disk', mailbox: 'maildir' }, { folder })
  onTestFinished(() => chain.close())
  return chain
}

function receipts(folder: string): string[] {
  const lines = readFileSync(join(folder, 'journal.jsonl'), 'utf8').trimEnd().split('\n')
  return lines.filter(line => line.startsWith('{"event":"received"'))
}

test('it is written as it was lost', async () => {
  const folder = temporaryFolder()
  // a file in the mailbox's place keeps the messages in the queue
  mkdirSync(join(folder, 'mailbox'))
  writeFileSync(join(folder, 'mailbox', 'b@example.test'), '')
  const first = await start(folder)
  for (const text of ['one', 'two'])
    await first.send({ from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text })
  await expect.poll(() => first.mtas[1]?.queued.length).toBe(2)
  await first.close()
  const [lost = '', kept = ''] = receipts(folder).filter(line => line.includes('"mta":"b"'))
  writeFileSync(join(folder, 'journal.jsonl'), `${kept}\n${lost.slice(0, 100)}`)

  await (await start(folder)).close()
  expect(receipts(folder).toSorted()).toEqual([kept, lost.slice(0, 100), lost].toSorted())
  await (await start(folder)).close()
  expect(receipts(folder)).toHaveLength(3)
})
