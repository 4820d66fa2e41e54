/**
 * What clients may ask for about reports (RFC 3461 4, RFC 6533 3).
 */
import { describe, expect, it } from 'vitest'
import { mail, rcpt } from './path-replies.js'
import { dialogue } from './talk.js'
import { start } from './recording-listener.js'

const to = '<b@example.test>'

describe('RET and ENVID', () => {
  it.each([
    ' RET=FULL',
    ' ret=hdrs',
    ' ENVID=QQ314159',
    ' ENVID=a+2Bb+3Dc+20d',
    ` ENVID=${'x'.repeat(100)}`,
    ' RET=HDRS ENVID=1 BODY=8BITMIME',
  ])('are taken: %j', async parameters => {
    expect(await mail('<a@example.test>', parameters)).toBe('250 2.1.0')
  })

  it.each([
    ' RET',
    ' RET=',
    ' RET=BODY',
    ' RET=FULL RET=FULL',
    ' ENVID',
    ' ENVID=',
    ' ENVID=a+0D+0Ab',
    ' ENVID=a+2bb',
    ' ENVID=a+',
    ' ENVID=a+2',
    ' ENVID=a=b',
    ' ENVID=+7F',
    ' ENVID=+FC',
    ' ENVID=\u00fc',
    ` ENVID=${'x'.repeat(101)}`,
    ` ENVID=${'+20'.repeat(34)}`,
    ' NOTIFY=NEVER',
    ' ORCPT=rfc822;b@x.test',
  ])('are refused: %j', async parameters => {
    expect(await mail('<a@example.test>', parameters)).toMatch(/^5(?:01|55) 5\.5\.4$/)
  })
})

describe('NOTIFY and ORCPT', () => {
  it.each([
    ' NOTIFY=NEVER',
    ' notify=never',
    ' NOTIFY=SUCCESS',
    ' NOTIFY=Failure,delay,SUCCESS',
    ' NOTIFY=DELAY,DELAY',
    ' ORCPT=rfc822;b+2Bx@example.test',
    ' ORCPT=RFC822;b@example.test',
    ' ORCPT=x400;/c+3Dus',
    ` ORCPT=rfc822;${'x'.repeat(493)}`,
    ' ORCPT=utf-8;b\\x{FC}@example.test',
    ' ORCPT=utf-8;b\\x{2B}\\x{1F600}@example.test',
  ])('are taken: %j', async parameters => {
    expect(await rcpt(to + parameters)).toBe('250 2.1.5')
  })

  it.each([
    ' NOTIFY',
    ' NOTIFY=',
    ' NOTIFY=NEVER,FAILURE',
    ' NOTIFY=FAILURE,NEVER',
    ' NOTIFY=SUCCESS,',
    ' NOTIFY=,SUCCESS',
    ' NOTIFY=ALWAYS',
    ' NOTIFY=DELAY NOTIFY=DELAY',
    ' ORCPT=b@example.test',
    ' ORCPT=;b@example.test',
    ' ORCPT=rfc822;',
    ' ORCPT=rfc 822;b@x.test',
    ' ORCPT=rfc822;b+0D+0Ax@example.test',
    ' ORCPT=rfc822;b+2b@example.test',
    ' ORCPT=rfc822;\u00fc@example.test',
    ` ORCPT=rfc822;${'x'.repeat(494)}`,
    ' ORCPT=utf-8;\u00fc@example.test',
    ' ORCPT=utf-8;b+2B@example.test',
    ' ORCPT=utf-8;b\\x{0D}@example.test',
    ' ORCPT=utf-8;b\\x{FFFFFF}@example.test',
    ' ORCPT=utf-8;b\\x{D800}@example.test',
    ' ORCPT=utf-8;b\\xFC@example.test',
    ' RET=FULL',
    ' ENVID=1',
  ])('are refused: %j', async parameters => {
    expect(await rcpt(to + parameters)).toMatch(/^5(?:01|55) 5\.5\.4$/)
  })

  it('may be in UTF-8 with SMTPUTF8', async () => {
    expect(await rcpt(`${to} ORCPT=utf-8;\u00fc@example.test`, ' SMTPUTF8')).toBe('250 2.1.5')
    expect(await rcpt(`${to} ORCPT=rfc822;\u00fc@example.test`, ' SMTPUTF8')).toBe('501 5.5.4')
  })
})

it('they come with the envelope as they were given, and not with the next one', async () => {
  const { greeted, record } = await start()
  const client = await greeted()
  await dialogue(client, [
    'MAIL FROM:<a@x.test> RET=HDRS ENVID=a+2Bb',
    'RCPT TO:<b@x.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+2B1@x.test',
    'RCPT TO:<c@x.test>',
    'DATA',
    '.',
    'MAIL FROM:<a@x.test>',
    'RCPT TO:<b@x.test>',
    'DATA',
    '.',
  ])
  const [first, second] = record.taken.map(({ transaction }) => transaction.envelope)
  expect(first).toMatchObject({
    ret: 'headers',
    envelopeId: 'a+2Bb',
    recipients: [
      { mailbox: 'b@x.test', notify: ['success', 'delay'], originalRecipient: 'rfc822;b+2B1@x.test' },
      { mailbox: 'c@x.test', notify: null, originalRecipient: null },
    ],
  })
  expect(second).toMatchObject({ ret: null, envelopeId: null, recipients: [{ notify: null, originalRecipient: null }] })
})
