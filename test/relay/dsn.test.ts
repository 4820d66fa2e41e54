/**
 * What a sender asked for about reports goes on where the next MTA offers DSN (RFC 3461 5.2).
 */
import { expect, test } from 'vitest'
import type { DsnRequest } from '../../src/mail/dsn.js'
import { ehloReply } from '../support/script.js'
import { mailbox, message, peerWith, relayTo } from './harness.js'

const to = ['b@example.test', 'c@example.test', 'd@example.test']
const dsn: DsnRequest = {
  ret: 'headers',
  envelopeId: 'a+2Bb',
  recipients: [
    {
      mailbox: mailbox('b@example.test'),
      notify: ['success', 'delay'],
      originalRecipient: 'rfc822;b+2Bold@example.test',
    },
    { mailbox: mailbox('c@example.test'), notify: ['never'], originalRecipient: null },
    { mailbox: mailbox('d@example.test'), notify: null, originalRecipient: null },
  ],
}

test('each recipient has its own parameters, as they came, in one transaction', async () => {
  const peer = await peerWith({ otherwise: { ehlo: ehloReply('PIPELINING', 'DSN') } })
  const relay = relayTo(peer)
  const outcomes = await relay.send({ ...message({ to }), dsn })
  expect(peer.sessions[0]?.commands.filter(line => /^(MAIL|RCPT)/.test(line))).toEqual([
    'MAIL FROM:<a@example.test> RET=HDRS ENVID=a+2Bb',
    'RCPT TO:<b@example.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+2Bold@example.test',
    'RCPT TO:<c@example.test> NOTIFY=NEVER',
    'RCPT TO:<d@example.test>',
  ])
  for (const outcome of outcomes.values()) expect(outcome).not.toHaveProperty('owes')
  // nothing of it is left for the next message
  await relay.send(message())
  expect(peer.sessions[0]?.commands.slice(-3)).toEqual([
    'MAIL FROM:<a@example.test>',
    'RCPT TO:<b@example.test>',
    'DATA',
  ])
})

test('where DSN is not offered nothing is said of it, and who wanted to know of success is owed a report', async () => {
  const peer = await peerWith({ otherwise: { rcpt: ['250 Ok', '250 Ok', '550 5.1.1 No'] } })
  const outcomes = await relayTo(peer).send({ ...message({ to }), dsn })
  expect(peer.sessions[0]?.commands.join('\n')).not.toMatch(/RET=|ENVID=|NOTIFY=|ORCPT=/)
  expect([...outcomes.values()]).toMatchObject([
    { kind: 'delivered', owes: 'relayed' },
    { kind: 'delivered' },
    { kind: 'failed' },
  ])
  expect([...outcomes.values()][1]).not.toHaveProperty('owes')
})
