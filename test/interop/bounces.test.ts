/**
 * Reports as Python's email package reads them.
 */
import { expect, test } from 'vitest'
import { bouncing, submit } from '../chain/bouncing.js'
import { readReports } from './support/python.js'

test("Python's email parser finds the parts of a report, its fields and the message that it returns", async () => {
  const mtas = [
    { name: 'submission', address: '127.83.30.1' },
    { name: 'gateway', address: '127.83.30.2', recipients: ['b@example.test'] },
  ]
  const chain = await bouncing({ mtas })
  const client = await chain.client()
  const failing = ['<x@example.test> ORCPT=rfc822;X+2Bold@example.test', '<y@example.test>']
  await submit(client, { from: '<a@example.test> ENVID=tea+2B1', to: failing })
  await submit(client, { to: ['<b@example.test> NOTIFY=SUCCESS'] })
  const [bounced] = await chain.happened('bounced')
  const [reported] = await chain.happened('reported')
  const reports = [await chain.reportOf(bounced), await chain.reportOf(reported)]
  const [failure, success] = await readReports(reports.map(({ file }) => file ?? ''))
  expect(failure).toEqual({
    type: 'multipart/report',
    reportType: 'delivery-status',
    parts: ['text/plain', 'message/delivery-status', 'message/rfc822'],
    status: reports[0]?.status,
    returned: 'Tea',
    defects: [],
  })
  expect(failure?.status[0]).toMatchObject({ 'Original-Envelope-Id': 'tea+1' })
  expect(failure?.status.slice(1).map(fields => fields['Original-Recipient'] ?? fields['Final-Recipient'])).toEqual([
    'rfc822; X+old@example.test',
    'rfc822; y@example.test',
  ])
  expect(success).toMatchObject({
    parts: ['text/plain', 'message/delivery-status', 'text/rfc822-headers'],
    returned: expect.stringContaining('Subject: Tea'),
    defects: [],
  })
})
