/**
 * What a hop without 8BITMIME or SMTPUTF8 can't be sent: the sender hears of it, also where the report takes that way.
 */
import { isAscii } from 'node:buffer'
import { expect, test } from 'vitest'
import type { ChainInput } from '../../src/index.js'
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
