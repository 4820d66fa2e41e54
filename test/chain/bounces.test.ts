/**
 * What a sender is told of a message that fails, is late, or arrives where the sender asked (RFC 3461, 3464).
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { check } from '../../src/index.js'
import { temporaryFolder } from '../queue/spools.js'
import { connect } from '../support/raw-client.js'
import { bouncing, submit } from './bouncing.js'

const hour = 3_600_000

const picky = (net: number) => [
  { name: 'submission', address: `127.83.${net}.1` },
  { name: 'gateway', address: `127.83.${net}.2`, recipients: ['b@example.test', 'c@example.test', 'a@example.test'] },
]

test('one refused recipient of three is bounced to the sender, the other two get the message', async () => {
  const { client, happened, reportOf, chain, events } = await bouncing({ mtas: picky(1) })
  const session = await client()
  const said = await submit(session, { to: ['<b@example.test>', '<nobody@example.test>', '<c@example.test>'] })
  const id = /queued as (\w+)/.exec(said)?.[1]
  const [bounced] = await happened('bounced')
  const reason = '550 5.7.1 Not a recipient of this MTA, relaying denied'
  expect(bounced).toMatchObject({
    mta: 'submission',
    id,
    recipients: ['nobody@example.test'],
    problem: `${reason} (at rcpt)`,
    to: 'a@example.test',
    by: 'mailbox',
  })
  const report = await reportOf(bounced)
  await happened('delivered', 3)
  expect(chain.mtas.flatMap(({ queued }) => queued)).toEqual([])
  expect(events.filter(({ event }) => event === 'failed')).toHaveLength(1)

  expect(report.header.split('\r\n')).toEqual([
    'Return-Path: <>',
    'From: Mail Delivery System <MAILER-DAEMON@submission.chain.test>',
    'To: <a@example.test>',
    'Subject: Undelivered mail returned to sender',
    'Date: Tue, 24 Nov 2026 10:00:00 +0000',
    `Message-ID: <${bounced?.report}@submission.chain.test>`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    ` boundary="=_${bounced?.report}.1"`,
  ])
  expect(report.parts.map(({ header }) => header)).toEqual([
    'Content-Type: text/plain; charset=us-ascii',
    'Content-Type: message/delivery-status',
    'Content-Type: message/rfc822',
  ])
  expect(report.status).toEqual([
    { 'Reporting-MTA': 'dns; submission.chain.test', 'Arrival-Date': 'Tue, 24 Nov 2026 10:00:00 +0000' },
    {
      'Final-Recipient': 'rfc822; nobody@example.test',
      Action: 'failed',
      Status: '5.7.1',
      'Remote-MTA': 'dns; gateway.chain.test',
      'Diagnostic-Code': `smtp; ${reason}`,
      'Last-Attempt-Date': 'Tue, 24 Nov 2026 10:00:00 +0000',
    },
  ])
  expect(report.parts[0]?.content.replace(/\s+/g, ' ')).toContain(
    `gateway.chain.test said: ${reason} (in reply to RCPT)`,
  )
  expect(report.returned).toMatch(/^Received: from client\.test [^]*\r\nSubject: Tea\r\n\r\nAt four\.\r\n$/)
})

test('NOTIFY, ORCPT, ENVID and RET are honoured', async () => {
  const { client, happened, reportOf } = await bouncing({ mtas: picky(2) })
  await submit(await client(), {
    from: '<a@example.test> RET=HDRS ENVID=tea+2B1',
    to: [
      '<x@example.test> NOTIFY=NEVER',
      '<y@example.test> NOTIFY=SUCCESS,DELAY',
      '<z@example.test> NOTIFY=FAILURE ORCPT=rfc822;Z+2Bold@example.test',
      '<b@example.test> NOTIFY=SUCCESS ORCPT=rfc822;b.old@example.test',
      '<c@example.test> NOTIFY=FAILURE',
    ],
  })
  const bounced = await happened('bounced', 3)
  expect(bounced.map(({ recipients, report, to }) => [recipients[0], report !== null, to])).toEqual([
    ['x@example.test', false, null],
    ['y@example.test', false, null],
    ['z@example.test', true, 'a@example.test'],
  ])
  const failure = await reportOf(bounced[2])
  expect(failure.status[0]).toMatchObject({ 'Original-Envelope-Id': 'tea+1' })
  expect(failure.status.slice(1)).toMatchObject([
    { 'Original-Recipient': 'rfc822; Z+old@example.test', 'Final-Recipient': 'rfc822; z@example.test' },
  ])
  expect(failure.parts[2]?.header).toBe('Content-Type: text/rfc822-headers')
  expect(failure.returned).toMatch(/\r\nSubject: Tea\r\n$/)

  // passed on: the last MTA says that it was delivered
  const [reported] = await happened('reported')
  expect(reported).toMatchObject({ mta: 'gateway', action: 'delivered', recipients: ['b@example.test'] })
  const success = await reportOf(reported)
  expect(success.status).toMatchObject([
    { 'Original-Envelope-Id': 'tea+1', 'Reporting-MTA': 'dns; gateway.chain.test' },
    { 'Original-Recipient': 'rfc822; b.old@example.test', Action: 'delivered', Status: '2.0.0' },
  ])
  expect(success.parts[2]?.header).toBe('Content-Type: text/rfc822-headers')
})

test('a message that is larger than bounceSize is returned with its header alone', async () => {
  const { client, happened, reportOf } = await bouncing({ mtas: picky(3), limits: { bounceSize: 1000 } })
  await submit(await client(), {
    from: '<a@example.test> RET=FULL',
    to: ['<x@example.test>'],
    content: `Subject: Tea\r\n\r\n${'x'.repeat(900)}\r\n`,
  })
  const [bounced] = await happened('bounced')
  const report = await reportOf(bounced)
  expect(report.parts[2]?.header).toBe('Content-Type: text/rfc822-headers')
  expect(report.returned).toMatch(/\r\nSubject: Tea\r\n$/)
})

test('by route a report goes on as other mail does, with the stamps of the MTAs that follow', async () => {
  const { client, happened, reportOf } = await bouncing({ mtas: picky(4), bounces: 'route' })
  await submit(await client(), { to: ['<x@example.test>'] })
  const [bounced] = await happened('bounced')
  expect(bounced).toMatchObject({ by: 'route', to: 'a@example.test' })
  const [relayed] = await happened('relayed')
  expect(relayed).toMatchObject({ mta: 'submission', id: bounced?.report, recipients: ['a@example.test'] })
  const report = await reportOf(bounced)
  expect(report.header).toMatch(/^Return-Path: <>\r\nReceived: from submission\.chain\.test [^]* id \w+\r\n for <a@ex/)
})

test('a report that fails is not reported of: it ends in the mailbox of the postmaster', async () => {
  const { client, happened, reportOf, chain } = await bouncing({ mtas: picky(5), bounces: 'route' })
  await submit(await client(), { from: '<other@example.test>', to: ['<x@example.test>'] })
  const [first, second] = await happened('bounced', 2)
  expect(first).toMatchObject({ to: 'other@example.test', by: 'route' })
  expect(second).toMatchObject({
    id: first?.report,
    recipients: ['other@example.test'],
    to: 'postmaster',
    by: 'mailbox',
  })
  const report = await reportOf(second)
  expect(report.subject).toBe('Postmaster: undelivered mail that can not be returned')
  expect(report.header).toContain('\r\nTo: <postmaster@submission.chain.test>\r\n')
  expect(report.status.slice(1)).toMatchObject([{ 'Final-Recipient': 'rfc822; other@example.test', Status: '5.7.1' }])
  // whole, with the message that it returns
  expect(report.returned).toContain('Content-Type: message/delivery-status')
  expect(report.returned).toContain('\r\nAt four.\r\n')
  expect((await happened('delivered')).map(({ recipient }) => recipient)).toEqual(['postmaster'])
  expect(chain.mtas.flatMap(({ queued }) => queued)).toEqual([])
})

test('what a client sends with the null reverse-path ends there too, NOTIFY or not', async () => {
  const { client, happened, reportOf } = await bouncing({ mtas: picky(6) })
  await submit(await client(), {
    from: '<>',
    to: ['<x@example.test>', '<y@example.test> NOTIFY=NEVER', '<b@example.test> NOTIFY=SUCCESS'],
  })
  const bounced = await happened('bounced', 2)
  expect(new Set(bounced.map(({ report, to }) => `${report} ${to}`)).size).toBe(1)
  const report = await reportOf(bounced[0])
  expect(report.status).toHaveLength(3)
  expect(report.returned).toMatch(/\r\nAt four\.\r\n$/)
  const delivered = await happened('delivered', 2)
  expect(delivered.map(({ recipient }) => recipient).toSorted()).toEqual(['b@example.test', 'postmaster'])
})

test('a message with more than 100 Received fields is bounced once', async () => {
  const { client, happened, reportOf, chain, events } = await bouncing({ mtas: picky(7), bounces: 'route' })
  const content = `${'Received: by x.test; Tue, 24 Nov 2026 09:00:00 +0000\r\n'.repeat(100)}Subject: Loop\r\n\r\nx\r\n`
  expect(await submit(await client(), { content })).toMatch(/^250/)
  const [bounced] = await happened('bounced')
  expect(bounced?.problem).toMatch(/^554 5\.4\.6 /)
  const report = await reportOf(bounced)
  expect(report.status[1]).toMatchObject({ Status: '5.4.6' })
  expect(chain.mtas.flatMap(({ queued }) => queued)).toEqual([])
  expect(events.filter(({ event }) => event === 'bounced' || event === 'delivered')).toHaveLength(2)
})

const closed = (net: number) => [
  { name: 'submission', address: `127.83.${net}.1` },
  // it has no room for a session but one
  { name: 'gateway', address: `127.83.${net}.2`, limits: { connections: 1 } },
]

test('a delay is told once, after the time that is configured; what expires is bounced with the last reply', async () => {
  const { client, happened, reportOf, chain, clock, events } = await bouncing({
    mtas: closed(8),
    retry: { after: ['1h'], expire: '6h', warn: '2h' },
  })
  const only = await connect({ host: '127.83.8.2', port: chain.mtas[1]?.port ?? 0 })
  await only.reply()
  await submit(await client(), { to: ['<b@example.test>', '<c@example.test> NOTIFY=FAILURE'] })
  for (let attempt = 1; attempt <= 6; attempt++) {
    await happened('deferred', attempt * 2)
    await clock.untilWaiting(1)
    await clock.advance(hour)
  }
  const bounced = await happened('bounced', 2)
  await only.reset()
  const reported = events.filter(event => event.event === 'reported')
  expect(reported).toMatchObject([
    { time: '2026-11-24T12:00:00.000Z', action: 'delayed', recipients: ['b@example.test'], to: 'a@example.test' },
  ])
  const delay = await reportOf(reported[0])
  const said = '421 4.3.2 Too many connections, try again later'
  expect(delay.status.slice(1)).toEqual([
    {
      'Final-Recipient': 'rfc822; b@example.test',
      Action: 'delayed',
      Status: '4.3.2',
      'Remote-MTA': 'dns; gateway.chain.test',
      'Diagnostic-Code': `smtp; ${said}`,
      'Last-Attempt-Date': 'Tue, 24 Nov 2026 12:00:00 +0000',
      'Will-Retry-Until': 'Tue, 24 Nov 2026 16:00:00 +0000',
    },
  ])
  expect(delay.parts[2]?.header).toBe('Content-Type: text/rfc822-headers')
  expect(bounced[0]).toMatchObject({
    problem: `554 5.4.7 Delivery time expired: 421 4.3.2 Too many connections, try again later (at connect)`,
  })
  const report = await reportOf(bounced[0])
  expect(report.status.slice(1)).toMatchObject(
    ['b', 'c'].map(name => ({
      'Final-Recipient': `rfc822; ${name}@example.test`,
      Action: 'failed',
      Status: '4.4.7',
      'Diagnostic-Code': `smtp; ${said}`,
    })),
  )
})

test('a restart in between forgets no report and makes none twice', async () => {
  const folder = temporaryFolder()
  const mtas = closed(9)
  const retry = { after: ['1h'], expire: '6h', warn: '1h' } as const
  const first = await bouncing({ mtas, retry: { ...retry, after: ['1h'] } }, { folder })
  const only = await connect({ host: '127.83.9.2', port: first.chain.mtas[1]?.port ?? 0 })
  await only.reply()
  await submit(await first.client(), {})
  await first.happened('deferred', 1)
  await first.clock.untilWaiting(1)
  await first.clock.advance(hour)
  await first.happened('reported')
  await first.happened('deferred', 2)
  await first.chain.close()
  await only.reset()

  const second = await bouncing(
    {
      mtas: [
        mtas[0] ?? { name: '', address: '' },
        { name: 'gateway', address: '127.83.9.2', recipients: ['c@x.test'] },
      ],
      retry: { ...retry, after: ['1h'] },
    },
    { folder, clock: first.clock },
  )
  const [bounced] = await second.happened('bounced')
  expect(bounced).toMatchObject({ problem: expect.stringMatching(/^550 5\.7\.1/) })
  await second.reportOf(bounced)
  await second.chain.close()
  const third = await bouncing({ mtas, retry: { ...retry, after: ['1h'] } }, { folder, clock: first.clock })
  expect(third.chain.mtas.flatMap(({ queued }) => queued)).toEqual([])
  expect([...second.events, ...third.events].filter(({ event }) => event === 'reported')).toEqual([])
})

test('a report by route is checked from behind the MTA that made it; one in a mailbox where it was made has no path', async () => {
  const three = [
    { name: 'submission', address: '127.83.10.1' },
    { name: 'gateway', address: '127.83.10.2', recipients: ['a@example.test', 'b@example.test'] },
    { name: 'mailbox', address: '127.83.10.3' },
  ]
  const routed = await bouncing({ mtas: three, bounces: 'route' })
  await submit(await routed.client(), { to: ['<x@example.test>'] })
  const { content } = await routed.reportOf((await routed.happened('bounced'))[0])
  const { journal } = routed.chain
  const expected = { ...routed.chain.expectedPath(), reversePath: null }
  const verdict = await check(content, expected, { journal, requireJournal: true })
  expect(verdict).toMatchObject({ verdict: 'pass', evidence: 'message+journal', findings: [] })
  expect(verdict.path.map(({ mta }) => mta)).toEqual(['gateway', 'mailbox'])
  // what it claims by itself is no proof, nor is a report that was changed
  expect(await check(content, expected)).toMatchObject({ verdict: 'fail' })
  const changed = Buffer.from(content.toString('latin1').replace('Subject: Tea', 'Subject: Pie'), 'latin1')
  expect(await check(changed, expected, { journal })).toMatchObject({ verdict: 'fail' })

  const kept = await bouncing({ mtas: three })
  await submit(await kept.client(), { to: ['<x@example.test>'] })
  const report = await kept.reportOf((await kept.happened('bounced'))[0])
  const vouched = { journal: kept.chain.journal, requireJournal: true }
  const path = kept.chain.expectedPath()
  const proved = await check(report.content, path, vouched)
  expect(proved).toMatchObject({ verdict: 'pass', evidence: 'message+journal' })
  expect(proved.findings).toMatchObject([{ code: 'bounced', severity: 'info', position: 1 }])
  expect(proved.findings[0]?.message).toMatch(/: bounced for x@example\.test by submission: 550 5\.7\.1 [^(]+$/)
  // only the journal vouches, for this one, octet for octet, in the mailbox that it was for
  expect(await check(report.content, path)).toMatchObject({ verdict: 'fail', findings: [{ code: 'bounced' }] })
  const other = { journal: routed.chain.journal }
  expect(await check(report.content, path, other)).toMatchObject({ verdict: 'fail', findings: [{ code: 'bounced' }] })
  const elsewhere = { ...path, recipient: 'b@example.test' }
  expect(await check(report.content, elsewhere, vouched)).toMatchObject({ verdict: 'fail' })
  for (const [text, instead] of [
    ['Subject: Tea', 'Subject: Pie'],
    ['Return-Path: <>', 'Return-Path: <a@example.test>'],
    ['Return-Path: <>', 'X-Spam: no\r\nReturn-Path: <>'],
  ] as const) {
    const forged = Buffer.from(report.content.toString('latin1').replace(text, instead), 'latin1')
    expect(await check(forged, path, vouched)).toMatchObject({
      verdict: 'fail',
      findings: [{ code: 'content-changed' }],
    })
  }
})

test('what was bounced for others is told at the copy that arrived', async () => {
  const folder = temporaryFolder()
  const mtas = [
    { name: 'submission', address: '127.86.2.1' },
    { name: 'mailbox', address: '127.86.2.2', recipients: ['b@example.test'] },
  ]
  const { chain, happened, client } = await bouncing({ mtas }, { folder })
  await submit(await client(), { to: ['<b@example.test>', '<c@example.test>', '<d@example.test>'] })
  await happened('bounced', 2)
  const arrived = (await happened('delivered', 2)).find(({ recipient }) => recipient === 'b@example.test')
  const content = await readFile(join(folder, 'mailbox', arrived?.file ?? ''))
  const verdict = await check(content, chain.expectedPath(), { journal: chain.journal })
  expect(verdict.verdict).toBe('pass')
  expect(verdict.findings).toMatchObject([{ code: 'bounced', severity: 'info', position: 1, field: 1 }])
  expect(verdict.findings[0]?.message).toMatch(
    /^bounced for c@example\.test, d@example\.test by submission: 550 5\.7\.1 /,
  )
})
