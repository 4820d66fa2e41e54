/**
 * What a hop without 8BITMIME or SMTPUTF8 can't be sent: the sender hears of it, also where the report takes that way.
 */
import { isAscii } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ChainInput } from '../../src/index.js'
import { temporaryFolder } from '../queue/spools.js'
import { bouncing, submit } from './bouncing.js'

/** The last MTA of three hides extensions. */
function hiding(net: number, ...extensions: ('8BITMIME' | 'SMTPUTF8')[]): ChainInput {
  return {
    bounces: 'route',
    mtas: [
      { name: 'submission', address: `127.83.${net}.1` },
      { name: 'gateway', address: `127.83.${net}.2` },
      {
        name: 'mailbox',
        address: `127.83.${net}.3`,
        faults: extensions.map(hide => ({ at: 'helo', hide }) as const),
      },
    ],
  }
}

test('a report of 8-bit content goes back through a hop without 8BITMIME', async () => {
  const { client, happened, reportOf } = await bouncing(hiding(100, '8BITMIME'))
  await submit(await client(), { from: '<a@example.test> BODY=8BITMIME', content: 'Subject: Tea\r\n\r\ncaf\xE9\r\n' })
  const [bounced] = await happened('bounced')
  expect(bounced).toMatchObject({ to: 'a@example.test', by: 'route', problem: expect.stringMatching(/^554 5\.6\.3/) })
  const report = await reportOf(bounced)
  expect(isAscii(report.content)).toBe(true)
  expect(report.returned).toMatch(/\r\nSubject: Tea\r\n$/)
  expect(report.status[1]?.['Diagnostic-Code']).toBe('X-MTA-Chain; 554 5.6.3 The next MTA does not offer 8BITMIME')
})

test('a report of a recipient in UTF-8 goes back through a hop without SMTPUTF8', async () => {
  const { client, happened, reportOf } = await bouncing(hiding(101, 'SMTPUTF8', '8BITMIME'))
  await submit(await client(), { from: '<a@example.test> SMTPUTF8', to: ['<grün@bücher.test>'] })
  const [bounced] = await happened('bounced')
  expect(bounced).toMatchObject({ to: 'a@example.test', problem: expect.stringMatching(/^553 5\.6\.7/) })
  const report = await reportOf(bounced)
  expect(isAscii(report.content)).toBe(true)
  expect(report.status[1]?.['Final-Recipient']).toBe('utf-8; gr\\x{FC}n@b\\x{FC}cher.test')
})

test('only a header in UTF-8 keeps a message from a hop without SMTPUTF8, declared or not', async () => {
  const { client, happened } = await bouncing(hiding(102, 'SMTPUTF8'))
  const session = await client()
  const declared = (name: string) => `<${name}@example.test> BODY=8BITMIME SMTPUTF8`
  const [ascii, inBody] = ['Subject: Tea\r\n\r\nAt four.\r\n', 'Subject: Tea\r\n\r\ncaf\xC3\xA9\r\n']
  await submit(session, { from: declared('ascii'), content: ascii })
  await submit(session, { from: declared('body'), content: inBody })
  await submit(session, { from: declared('header'), content: 'Subject: caf\xC3\xA9\r\n\r\nAt four.\r\n' })
  await submit(session, { from: '<raw@example.test>', content: 'Subject: caf\xC3\xA9\r\n\r\nAt four.\r\n' })
  await submit(session, { from: '<latin@example.test>', content: 'Subject: caf\xE9\r\n\r\nAt four.\r\n' })
  const delivered = await happened('delivered', 5)
  const toB = delivered.filter(({ recipient }) => recipient === 'b@example.test')
  expect(toB).toHaveLength(2)
  const bounced = await happened('bounced', 3)
  expect(new Set(bounced.map(({ to }) => to))).toEqual(
    new Set(['header', 'latin', 'raw'].map(n => `${n}@example.test`)),
  )
  expect(new Set(bounced.map(({ problem }) => problem))).toEqual(
    new Set(['550 5.6.9 The next MTA does not offer SMTPUTF8 (at mail)']),
  )
})

test('a raw 8-bit header goes as it came where SMTPUTF8 is offered', async () => {
  const folder = temporaryFolder()
  const { client, happened, events } = await bouncing(hiding(103), { folder })
  const content = 'Subject: caf\xE9\r\n\r\nAt four.\r\n'
  await submit(await client(), { content })
  const [delivered] = await happened('delivered')
  expect(events.filter(({ event }) => event === 'bounced')).toEqual([])
  const protocols = events.flatMap(event => (event.event === 'received' ? [event.protocol] : []))
  expect(protocols).toEqual(['ESMTP', 'ESMTP', 'ESMTP'])
  const arrived = await readFile(join(folder, 'mailbox', delivered?.file ?? ''))
  expect(arrived.toString('latin1').endsWith(content)).toBe(true)
})
