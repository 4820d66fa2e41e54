/**
 * An MTA that takes a message over and is not heard: the recipient gets it twice, and both copies say why.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { check, type JournalEvent, startChain } from '../../src/index.js'
import { JournalReader } from '../../src/journal/reader.js'
import { ManualClock } from '../support/manual-clock.js'

const minute = 60_000

test('both copies pass with a warning, and say which they are and where they parted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mta-chain-twice-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const clock = new ManualClock()
  const events: JournalEvent[] = []
  const chain = await startChain(
    {
      mtas: [
        { name: 'gateway', address: '127.86.1.1' },
        {
          name: 'outbound',
          address: '127.86.1.2',
          faults: [{ at: 'message', drop: true, keep: true, first: 1 }],
        },
        { name: 'mailbox', address: '127.86.1.3' },
      ],
      spool: 'disk',
      mailbox: 'maildir',
    },
    { clock, folder, onEvent: event => events.push(event) },
  )
  onTestFinished(() => chain.close())
  await chain.send({
    envelope: { from: 'a@example.test', to: 'b@example.test' },
    content: 'Subject: Tea\r\n\r\nAt four.\r\n',
  })
  const happened = (kind: JournalEvent['event']) => events.filter(({ event }) => event === kind)
  await vi.waitUntil(() => happened('deferred').length === 1 && happened('delivered').length === 1)
  const [early] = happened('delivered')
  if (early?.event !== 'delivered') throw new Error('no delivery')
  const first = await check(await readCopy(folder, early.file), chain.expectedPath(), { journal: chain.journal })
  expect(first).toMatchObject({ verdict: 'pass', findings: [{ code: 'duplicate', severity: 'warning', position: 2 }] })
  expect(first.findings[0]?.message).toContain(
    'and is to send it again at 2026-11-24T10:01:00.000Z, after the other side',
  )
  await clock.untilWaiting(1)
  await clock.advance(minute)
  await vi.waitUntil(() => happened('delivered').length === 2)
  const expected = chain.expectedPath()
  for (const [at, event] of happened('delivered').entries()) {
    if (event.event !== 'delivered') throw new Error('no delivery')
    const content = await readCopy(folder, event.file)
    const verdict = await check(content, expected, { journal: new JournalReader(folder), requireJournal: true })
    expect(verdict).toMatchObject({ verdict: 'pass', evidence: 'message+journal' })
    const duplicates = verdict.findings.filter(({ code }) => code === 'duplicate')
    expect(duplicates).toMatchObject([{ severity: 'warning', position: 2, field: 1 }])
    expect(duplicates[0]?.message).toMatch(
      new RegExp(
        `^The ${at === 0 ? '1st' : '2nd'} of 2 copies for b@example\\.test: outbound took it from gateway, which did not ` +
          'hear so and sent it again at 2026-11-24T10:01:00\\.\\d{3}Z, after the other side .+ \\(rule outbound-1: drop, message kept\\)\\.$',
      ),
    )
    const fault = await new JournalReader(folder).history(event.id)
    expect(fault?.faults).toMatchObject([{ rule: 'outbound-1', action: 'drop, message kept' }])
  }
})

function readCopy(folder: string, file: string | null): Promise<Buffer> {
  return readFile(join(folder, 'mailbox', file ?? ''))
}
