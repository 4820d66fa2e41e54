/**
 * Faults on the wire: every stage with every action, at a running MTA, seen by a client that speaks for itself.
 */
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Chain, type FaultInput, type JournalEvent, startChain } from '../../src/index.js'
import type { Stage } from '../../src/mail/envelope.js'
import { connect, type RawClient } from '../support/raw-client.js'

const address = '127.81.1.1'

interface Started {
  readonly chain: Chain
  readonly events: JournalEvent[]
  /** What rules did, in order. */
  readonly fired: () => string[]
  readonly client: () => Promise<RawClient>
}

async function mtaWith(faults: FaultInput[], limits: object = {}): Promise<Started> {
  const events: JournalEvent[] = []
  const chain = await startChain(
    { mtas: [{ name: 'gateway', address, faults }], limits: { drainTime: '50ms', ...limits } },
    { onEvent: event => events.push(event) },
  )
  onTestFinished(() => chain.close())
  const client = async (): Promise<RawClient> => {
    const raw = await connect({ host: address, port: chain.mtas[0]?.port ?? 0 })
    onTestFinished(() => raw.reset())
    return raw
  }
  const fired = (): string[] =>
    events.flatMap(event => (event.event === 'fault' ? [`${event.stage}: ${event.reply ?? event.action}`] : []))
  return { chain, events, fired, client }
}

const lines: Readonly<Record<Exclude<Stage, 'connect' | 'message'>, string>> = {
  helo: 'EHLO client.test',
  starttls: 'STARTTLS',
  auth: 'AUTH PLAIN',
  mail: 'MAIL FROM:<a@example.test>',
  rcpt: 'RCPT TO:<b@example.test>',
  data: 'DATA',
}
const content = 'Subject: Tea\r\n\r\nAt four.\r\n'
const way = ['helo', 'mail', 'rcpt', 'data', 'message'] as const

/** Does all that comes before the stage, and says what the rule is about; the reply to it is still to be read. */
async function sayUpTo(stage: Stage, client: RawClient): Promise<void> {
  if (stage === 'connect') return
  await client.reply()
  if (stage === 'starttls' || stage === 'auth') {
    await client.command(lines.helo)
    return client.write(`${lines[stage]}\r\n`)
  }
  for (const step of way) {
    const line = step === 'message' ? `${content}.` : lines[step]
    if (step === stage) return client.write(`${line}\r\n`)
    await client.command(line)
  }
}

async function firstLine(client: RawClient): Promise<string> {
  return (await client.reply()).lines[0] ?? ''
}

const usual: readonly (readonly [Stage, string])[] = [
  ['connect', '220 gateway.chain.test'],
  ['helo', '250-gateway.chain.test'],
  ['starttls', '502 5.5.1'],
  ['auth', '502 5.5.1'],
  ['mail', '250 2.1.0'],
  ['rcpt', '250 2.1.5'],
  ['data', '354'],
  ['message', '250 2.0.0 Ok: queued'],
]
const stages = usual.map(([stage]) => stage)

describe.each(stages)('at %s', stage => {
  test('a reply is said, as it is written', async () => {
    const { client, events, fired } = await mtaWith([{ at: stage, reply: '451 4.7.1 Not now' }])
    const raw = await client()
    await sayUpTo(stage, raw)
    expect(await firstLine(raw)).toBe('451 4.7.1 Not now')
    expect(fired()).toEqual([`${stage}: 451 4.7.1 Not now`])
    expect(events.map(({ event }) => event)).toEqual(['fault'])
  })

  test('421 closes the session', async () => {
    const { client } = await mtaWith([{ at: stage, reply: '421 4.3.2 Going' }])
    const raw = await client()
    await sayUpTo(stage, raw)
    expect(await firstLine(raw)).toBe('421 4.3.2 Going')
    await raw.closed
  })

  test('drop closes without a word', async () => {
    const { client, events, fired } = await mtaWith([{ at: stage, drop: true }])
    const raw = await client()
    await sayUpTo(stage, raw)
    await expect(raw.reply()).rejects.toThrow('ended before a complete reply; received so far: ""')
    expect(await raw.closed).toEqual({ error: null })
    expect([fired(), events.length]).toEqual([[`${stage}: drop`], 1])
  })

  test('reset breaks the connection off', async () => {
    const { client, fired } = await mtaWith([{ at: stage, reset: true }])
    const raw = await client()
    await sayUpTo(stage, raw)
    expect(await raw.closed).toEqual({ error: 'ECONNRESET' })
    expect(fired()).toEqual([`${stage}: reset`])
  })

  test('stall answers nothing until the session has no time left', async () => {
    const { client, fired } = await mtaWith([{ at: stage, stall: true }], { sessionTime: '800ms', idleTime: '250ms' })
    const raw = await client()
    await sayUpTo(stage, raw)
    expect(await firstLine(raw)).toBe('421 4.4.2 The session takes too long, closing connection')
    expect(fired()).toEqual([`${stage}: stall`])
  })

  test.each(['end', 'reset'] as const)('stall is over when the client goes: %s', async how => {
    const { chain, client } = await mtaWith([{ at: stage, stall: true }])
    const raw = await client()
    await sayUpTo(stage, raw)
    await raw[how]()
    await raw.closed
    await chain.close()
  })

  test('a chain with a stalled session stops', async () => {
    const { chain, client } = await mtaWith([{ at: stage, stall: true }])
    const raw = await client()
    await sayUpTo(stage, raw)
    await chain.close()
    await raw.closed
  })

  test('delay waits, then goes on as usual', async () => {
    const { client, fired } = await mtaWith([{ at: stage, delay: ['300ms', '330ms'] }], { idleTime: '250ms' })
    const raw = await client()
    await sayUpTo(stage, raw)
    const before = performance.now()
    expect(await firstLine(raw)).toContain(usual.find(([name]) => name === stage)?.[1])
    expect(performance.now() - before).toBeGreaterThan(200)
    expect(fired()[0]).toMatch(new RegExp(String.raw`^${stage}: delay 3([0-2]\d|30)ms$`))
  })

  test('a chain with a delayed session stops', async () => {
    const { chain, client } = await mtaWith([{ at: stage, delay: '1h' }])
    const raw = await client()
    await sayUpTo(stage, raw)
    await chain.close()
    await raw.closed
  })
})

/** One whole message; the replies to MAIL, RCPT, DATA and the final dot. */
async function send(raw: RawClient, text = content): Promise<string[]> {
  const said: string[] = []
  for (const line of [lines.mail, lines.rcpt, lines.data, `${text}.`]) {
    const { code, enhanced } = await raw.command(line)
    said.push([code, enhanced].filter(Boolean).join(' '))
  }
  return said
}

async function greeted(started: Started): Promise<RawClient> {
  const raw = await started.client()
  await raw.reply()
  await raw.command(lines.helo)
  return raw
}

function taken({ events }: Started): number {
  return events.filter(({ event }) => event === 'received').length
}

describe('what a rule refuses has not happened', () => {
  test('MAIL, then RCPT: the next try is the first', async () => {
    const started = await mtaWith([
      { at: 'mail', reply: '451 No', first: 1 },
      { at: 'rcpt', reply: '451 No', first: 1 },
    ])
    const raw = await greeted(started)
    const said: number[] = []
    for (const line of [lines.mail, lines.rcpt, lines.mail, lines.rcpt, lines.data, lines.rcpt]) {
      said.push((await raw.command(line)).code)
    }
    expect(said).toEqual([451, 503, 250, 451, 554, 250])
  })

  test('a recipient that was taken before stays', async () => {
    const started = await mtaWith([{ at: 'rcpt', reply: '451 No', attempts: [1], rate: '1/h' }])
    const raw = await greeted(started)
    const said: number[] = []
    for (const line of [lines.mail, lines.rcpt, lines.rcpt, lines.data]) said.push((await raw.command(line)).code)
    expect(said).toEqual([250, 250, 451, 354])
  })

  test('a message is not kept, and the session goes on', async () => {
    const started = await mtaWith([{ at: 'message', reply: '554 No', first: 1 }])
    const raw = await greeted(started)
    expect(await send(raw)).toEqual(['250 2.1.0', '250 2.1.5', '354', '554 5.7.1'])
    expect(taken(started)).toBe(0)
    expect(await send(raw)).toEqual(['250 2.1.0', '250 2.1.5', '354', '250 2.0.0'])
    expect(taken(started)).toBe(1)
  })

  test('an enhanced code that the rule leaves out is that of stage and class; greeting and EHLO have none', async () => {
    const started = await mtaWith([{ at: 'rcpt', reply: '550 No', match: { recipient: 'b@EXAMPLE.test' } }])
    const raw = await greeted(started)
    await raw.command(lines.mail)
    expect((await raw.command(lines.rcpt)).lines).toEqual(['550 5.1.1 No'])
    started.chain.faults.add('gateway', { at: 'helo', reply: '550 No' })
    expect((await raw.command(lines.helo)).lines).toEqual(['550 No'])
  })

  test('replies of rules are no errors of the client', async () => {
    const started = await mtaWith([{ at: 'rcpt', reply: '451 No' }], { errors: 2 })
    const raw = await greeted(started)
    await raw.command(lines.mail)
    for (let n = 0; n < 5; n++) expect((await raw.command(lines.rcpt)).code).toBe(451)
  })

  test('a session that was refused is told 503 until it quits (RFC 5321 3.1)', async () => {
    const { client } = await mtaWith([{ at: 'connect', reply: '554 No mail here', match: { client: '127.0.0.*' } }])
    const raw = await client()
    expect((await raw.reply()).lines).toEqual(['554 No mail here'])
    expect((await raw.command(lines.helo)).code).toBe(503)
    expect((await raw.command('QUIT')).code).toBe(221)
    await raw.closed
  })
})

describe('at the final dot', () => {
  test.each([
    ['drop', false, 0],
    ['drop', true, 1],
    ['reset', false, 0],
    ['reset', true, 1],
  ] as const)('%s with "keep": %s keeps %i messages (RFC 1047)', async (action, keep, kept) => {
    const started = await mtaWith([{ at: 'message', [action]: true, keep }])
    const raw = await greeted(started)
    await expect(send(raw)).rejects.toThrow('the connection ended')
    await raw.closed
    await started.chain.close()
    expect(taken(started)).toBe(kept)
  })

  test('a chain that stops ends the delay: the message is taken, its client told', async () => {
    const started = await mtaWith([{ at: 'message', delay: '1h' }])
    const raw = await greeted(started)
    for (const line of [lines.mail, lines.rcpt, lines.data]) await raw.command(line)
    await raw.write(`${content}.\r\n`)
    await expect.poll(started.fired).toHaveLength(1)
    const closed = started.chain.close()
    expect([(await raw.reply()).code, (await raw.reply()).code]).toEqual([250, 421])
    await closed
    expect(taken(started)).toBe(1)
  })

  test('a rule looks at header and size', async () => {
    const started = await mtaWith([
      { at: 'message', reply: '554 Spam', match: { header: { subject: '*SPAM*' } } },
      { at: 'message', reply: '552 Large', match: { size: '>1kB' } },
    ])
    const raw = await greeted(started)
    const last = async (text: string): Promise<string> => (await send(raw, text)).at(-1) ?? ''
    expect(await last('Subject: no\r\n spam here\r\n\r\nx\r\n')).toBe('554 5.7.1')
    expect(await last(`Subject: Tea\r\n\r\n${'x'.repeat(1000)}\r\n`)).toBe('552 5.3.4')
    expect(await last('Subject: Tea\r\n\r\nSubject: spam\r\n')).toBe('250 2.0.0')
  })
})

describe('what is pipelined', () => {
  test('keeps its order behind a delay', async () => {
    const started = await mtaWith([{ at: 'rcpt', delay: '50ms', match: { recipient: 'slow@*' } }])
    const raw = await greeted(started)
    await raw.write(`${lines.mail}\r\nRCPT TO:<slow@example.test>\r\n${lines.rcpt}\r\nRCPT TO:<>\r\nDATA\r\n`)
    const codes: number[] = []
    while (codes.length < 5) codes.push((await raw.reply()).code)
    expect(codes).toEqual([250, 250, 250, 501, 354])
    expect((await raw.command(`${content}.`)).code).toBe(250)
    const [received] = started.events.filter(event => event.event === 'received')
    expect(received?.recipients).toEqual(['slow@example.test', 'b@example.test'])
  })

  test('before a delayed greeting is heard after it', async () => {
    const { client } = await mtaWith([{ at: 'connect', delay: '50ms' }])
    const raw = await client()
    await raw.write(`${lines.helo}\r\nQUIT\r\n`)
    await raw.end()
    expect([(await raw.reply()).code, (await raw.reply()).code, (await raw.reply()).code]).toEqual([220, 250, 221])
    await raw.closed
  })

  test('after a drop is not heard', async () => {
    const started = await mtaWith([{ at: 'rcpt', drop: true }])
    const raw = await greeted(started)
    await raw.write(`${lines.mail}\r\n${lines.rcpt}\r\nDATA\r\n`)
    expect((await raw.reply()).code).toBe(250)
    await expect(raw.reply()).rejects.toThrow('ended')
  })
})

describe('throttle', () => {
  test('reads no faster than it says, and the idle time does not count', async () => {
    const started = await mtaWith([{ at: 'data', throttle: '20kB/s' }], { idleTime: '250ms' })
    const raw = await greeted(started)
    const before = performance.now()
    expect((await send(raw, `Subject: x\r\n\r\n${`${'x'.repeat(98)}\r\n`.repeat(100)}`)).at(-1)).toBe('250 2.0.0')
    expect(performance.now() - before).toBeGreaterThan(400)
    expect(taken(started)).toBe(1)
  })

  test('does not keep a chain from stopping', async () => {
    const started = await mtaWith([{ at: 'data', throttle: '1B/s' }])
    const raw = await greeted(started)
    for (const line of [lines.mail, lines.rcpt, lines.data]) await raw.command(line)
    await raw.write(`${content}.\r\n`)
    await started.chain.close()
    await raw.closed
  })
})

describe('hide', () => {
  const offers = async (raw: RawClient): Promise<readonly string[]> =>
    (await raw.command(lines.helo)).lines.slice(1).map(line => line.slice(4).split(' ')[0] ?? '')

  test('neither offers nor takes an extension, until an EHLO without it', async () => {
    const hide = ['SIZE', '8BITMIME', 'SMTPUTF8', 'DSN'] as const
    const started = await mtaWith([{ at: 'helo', hide: [...hide], first: 1 }])
    const raw = await started.client()
    await raw.reply()
    expect(await offers(raw)).toEqual(['PIPELINING', 'ENHANCEDSTATUSCODES'])
    for (const parameter of ['SIZE=3', 'BODY=8BITMIME', 'SMTPUTF8', 'RET=HDRS', 'ENVID=x']) {
      expect((await raw.command(`${lines.mail} ${parameter}`)).code).toBe(555)
    }
    expect((await raw.command(lines.mail)).code).toBe(250)
    expect((await raw.command('RCPT TO:<b@example.test> NOTIFY=NEVER')).code).toBe(555)
    const all = ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES', 'DSN', 'SIZE']
    expect(await offers(raw)).toEqual(all)
    expect((await raw.command(`${lines.mail} SIZE=3 BODY=8BITMIME SMTPUTF8 RET=HDRS`)).code).toBe(250)
    expect((await raw.command('RCPT TO:<b@example.test> NOTIFY=NEVER')).code).toBe(250)
  })

  test('stays where a second EHLO is refused', async () => {
    const started = await mtaWith([
      { at: 'helo', hide: 'SIZE', first: 1 },
      { at: 'helo', reply: '451 No' },
    ])
    const raw = await greeted(started)
    expect((await raw.command(lines.helo)).code).toBe(451)
    expect((await raw.command(`${lines.mail} SIZE=3`)).code).toBe(555)
  })

  test('of ENHANCEDSTATUSCODES leaves them out', async () => {
    const started = await mtaWith([{ at: 'helo', hide: 'ENHANCEDSTATUSCODES' }])
    const raw = await greeted(started)
    expect((await raw.command(lines.mail)).lines).toEqual(['250 Sender ok'])
    expect((await raw.command('RCPT TO:<>')).lines[0]).toMatch(/^501 Bad/)
  })
})
