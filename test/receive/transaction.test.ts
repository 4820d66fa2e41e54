/**
 * A mail transaction's recipients and parameters (RFC 5321 3.3, 4.1.1.11), over the wire.
 */
import { describe, expect, it } from 'vitest'
import { mail, rcpt } from './path-replies.js'
import { start } from './recording-listener.js'
import { codes, dialogue, sendMessage } from './talk.js'

describe('recipients', () => {
  it('that differ in the case of the local part are two, an exact repeat is one (RFC 5321 2.4)', async () => {
    const { greeted, record } = await start({ limits: { recipients: 2 } })
    const client = await greeted()
    const lines = [
      'MAIL FROM:<>',
      'RCPT TO:<b@x.test>',
      'RCPT TO:<B@x.test>',
      'RCPT TO:<b@x.test>',
      'RCPT TO:<c@x.test>',
    ]
    expect((await dialogue(client, lines)).map(codes)).toEqual([
      '250 2.1.0',
      '250 2.1.5',
      '250 2.1.5',
      '250 2.1.5',
      '452 4.5.3',
    ])
    await dialogue(client, ['DATA', '.'])
    expect(record.taken[0]?.transaction.envelope.recipients.map(({ mailbox }) => mailbox)).toEqual([
      'b@x.test',
      'B@x.test',
    ])
  })

  it('belong to their transaction, and to no other', async () => {
    const { greeted, record } = await start()
    const client = await greeted()
    for (const end of [['RSET'], ['EHLO x'], ['DATA', '.'], ['DATA', '\n\r\n.']]) {
      await dialogue(client, ['MAIL FROM:<a@x.test> SMTPUTF8', 'RCPT TO:<old@x.test>', ...end])
      await dialogue(client, ['MAIL FROM:<>', 'RCPT TO:<new@x.test>', 'DATA', '.'])
      expect(record.taken.at(-1)?.transaction.envelope).toEqual({
        reversePath: null,
        recipients: [{ mailbox: 'new@x.test', notify: null, originalRecipient: null }],
        ret: null,
        envelopeId: null,
        eightBit: false,
        smtpUtf8: false,
      })
    }
  })

  it('are asked for with the address as it was written', async () => {
    const asked: string[] = []
    const accepts = (mailbox: string): boolean => asked.push(mailbox) > 0
    const { greeted } = await start({ accepts })
    await dialogue(await greeted(), ['MAIL FROM:<>', 'RCPT TO:<@r.test:B@X.test>', 'RCPT TO:<Postmaster>'])
    expect(asked).toEqual(['B@X.test', 'Postmaster'])
  })

  it('that are refused are recorded by name, with what was said', async () => {
    const { greeted, record } = await start({ accepts: mailbox => mailbox !== 'c@x.test' })
    const client = await greeted()
    await dialogue(client, ['MAIL FROM:<a@x.test>', 'RCPT TO:<b@x.test>', 'rcpt to:<c@x.test>', 'RCPT TO:<d>'])
    const refusal = { stage: 'rcpt', reversePath: 'a@x.test', client: { address: '127.0.0.1', helo: 'client.test' } }
    expect(record.refused).toMatchObject([
      { ...refusal, recipients: ['c@x.test'], reply: { code: 550, enhanced: '5.7.1' } },
      { ...refusal, recipients: [], reply: { code: 501, enhanced: '5.1.3' } },
    ])
  })
})

describe('parameters of MAIL', () => {
  it.each([
    ' SIZE=0',
    ' SIZE=50000000',
    ' size=1 body=8bitmime smtputf8',
    ' BODY=7BIT',
    '  SIZE=1  ',
    '\tSIZE=1',
    ' SIZE=00000000000000000001',
  ])('are taken: %j', async parameters => {
    expect(await mail('<a@example.test>', parameters)).toBe('250 2.1.0')
  })

  it.each([
    [' SIZE=50000001', '552 5.3.4'],
    [' SIZE=99999999999999999999', '552 5.3.4'],
    [' SIZE=100000000000000000000', '501 5.5.4'],
    [' SIZE', '501 5.5.4'],
    [' SIZE=', '501 5.5.4'],
    [' SIZE=-1', '501 5.5.4'],
    [' SIZE=1e3', '501 5.5.4'],
    [' SIZE=1 SIZE=1', '501 5.5.4'],
    [' BODY', '501 5.5.4'],
    [' BODY=8BIT', '501 5.5.4'],
    [' BODY=BINARYMIME', '501 5.5.4'],
    [' SMTPUTF8=1', '501 5.5.4'],
    [' =1', '501 5.5.4'],
    [' -A', '501 5.5.4'],
    [' A=b=c', '501 5.5.4'],
    [' SIZE=1\0', '501 5.5.4'],
    [' SIZE=1\x01', '501 5.5.4'],
    [' SIZE=1\r', '501 5.5.4'],
    [' X', '555 5.5.4'],
    [' AUTH=<>', '555 5.5.4'],
    [' REQUIRETLS', '555 5.5.4'],
    [' __proto__=1', '501 5.5.4'],
    [' constructor', '555 5.5.4'],
  ])('are refused: %j with %s', async (parameters, said) => {
    expect(await mail('<a@example.test>', parameters)).toBe(said)
  })

  it('come with the envelope', async () => {
    const { greeted, record } = await start()
    const client = await greeted()
    for (const parameters of ['', ' BODY=8BITMIME', ' SMTPUTF8', ' BODY=7BIT SMTPUTF8']) {
      await dialogue(client, [`MAIL FROM:<>${parameters}`, 'RCPT TO:<b@x.test>', 'DATA', '.'])
    }
    const given = record.taken.map(({ transaction: { envelope, protocol } }) => ({ ...envelope, protocol }))
    expect(given.map(({ eightBit, smtpUtf8, protocol }) => [eightBit, smtpUtf8, protocol])).toEqual([
      [false, false, 'ESMTP'],
      [true, false, 'ESMTP'],
      [false, true, 'UTF8SMTP'],
      [false, true, 'UTF8SMTP'],
    ])
  })

  it('have no place in RCPT: they are refused, and so is the recipient', async () => {
    expect(await rcpt('<b@example.test> SIZE=1')).toBe('555 5.5.4')
    expect(await rcpt('<b@example.test> X=\x01')).toBe('501 5.5.4')
  })
})

it('a refused MAIL opens no transaction, a refused RCPT adds no recipient', async () => {
  const { greeted, record } = await start()
  const client = await greeted()
  const lines = ['MAIL FROM:<a> ', 'RCPT TO:<b@x.test>', 'MAIL FROM:<a@x.test>', 'RCPT TO:<b>', 'DATA', 'RSET']
  expect((await dialogue(client, lines)).map(codes)).toEqual([
    '501 5.1.7',
    '503 5.5.1',
    '250 2.1.0',
    '501 5.1.3',
    '503 5.5.1',
    '250 2.0.0',
  ])
  expect(await sendMessage(client, 'S: 1\r\n')).toBe('250 2.0.0 Ok: queued')
  expect(record.opened).toHaveLength(1)
})
