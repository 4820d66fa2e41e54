/**
 * HTTP on loopback against clients that are slow, many, large or no HTTP at all.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { refusalSchema } from '../../src/control/answers.js'
import { routes } from '../../src/control/routes.js'
import { MemoryMailboxes } from '../../src/mailbox/memory.js'
import { heard, serve } from './serving.js'

const usual = { connections: 100, askingTime: 10_000 }

describe('methods', () => {
  it('nothing that changes something is asked for by GET or HEAD', async () => {
    const { ask, post, chain } = await serve()
    await post('/messages', { from: 'a@example.test', to: 'b@example.test', text: 'x' })
    await chain.waitFor('delivered')
    const before = chain.clock.now().getTime()
    const changing = routes.filter(({ method }) => method !== 'GET').map(({ path }) => path)
    expect(changing).toContain('/clock/advance')
    for (const path of changing) {
      for (const method of ['GET', 'HEAD'])
        await ask(method, `${path}?all=true&by=1h&event=delivered&at=rcpt&from=x@example.test&to=y@example.test`)
    }
    expect(chain.clock.now().getTime() - before).toBeLessThan(3_600_000)
    expect(await chain.mailboxes.list()).toHaveLength(1)
    expect(chain.faults.list()).toEqual([])
  })

  it('HEAD tells the same as GET and sends nothing of it; what waits is not waited for', async () => {
    const { ask, post, chain } = await serve()
    await post('/messages', { from: 'a@example.test', to: 'b@example.test', text: 'x' })
    await chain.waitFor('delivered')
    const [message] = await chain.mailboxes.list()
    for (const path of ['/messages', `/messages/b@example.test/${message?.id}/raw`]) {
      const [head, got] = [await ask('HEAD', path), await ask('GET', path)]
      expect(head).toMatchObject({ status: 200, octets: Buffer.alloc(0) })
      for (const name of ['content-type', 'content-length', 'content-disposition'])
        expect(head.headers[name]).toBe(got.headers[name])
    }
    for (const path of ['/events', '/wait?event=bounced'])
      expect(await ask('HEAD', path)).toMatchObject({ status: 405, headers: { allow: 'GET, OPTIONS' } })
  })

  it('OPTIONS tells what may be asked, and lets no other origin in', async () => {
    const { ask } = await serve()
    const { status, headers } = await ask('OPTIONS', '/messages')
    expect({ status, allow: headers['allow'] }).toEqual({ status: 204, allow: 'POST, GET, HEAD, DELETE, OPTIONS' })
    expect(Object.keys(headers).filter(name => name.startsWith('access-control'))).toEqual([])
    expect(await ask('OPTIONS', '*')).toMatchObject({ status: 204 })
    expect(await ask('OPTIONS', '/nothing')).toMatchObject({ status: 404 })
  })

  it.each(['PUT', 'PATCH', 'TRACE', 'PROPFIND'])('%s is refused', async method => {
    const { ask } = await serve()
    const { status, json } = await ask(method, '/messages')
    expect(status).toBe(405)
    expect(refusalSchema.parse(json).expected).toContain('GET')
  })
})

it('nothing is kept, guessed the type of, or used by other origins', async () => {
  const { ask } = await serve()
  for (const path of ['/', '/nothing', '/status'])
    expect((await ask('GET', path)).headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    })
})

describe('a rule', () => {
  const rules = (rule: string): string => `{ "mta": "first", "rule": ${rule} }`
  const headers = { 'content-type': 'application/json' }

  it.each([
    [
      '{ "at": "rcpt", "drop": true, "__proto__": {} }',
      'the rule: __proto__: found an unknown key, expected one of at,',
    ],
    ['{ "at": "rcpt", "drop": true, "match": { "__proto__": {} } }', 'the rule: match.__proto__: found an unknown key'],
    ['{ "drop": true }', 'the rule: at: found nothing, expected one of connect,'],
    ['[]', 'body.rule: found an empty list'],
    ['null', 'body.rule: found null'],
  ])('%s is refused', async (rule, error) => {
    const { ask, chain } = await serve()
    const { status, json } = await ask('POST', '/faults', { headers, body: rules(rule) })
    expect({ status, json }).toMatchObject({ status: 400, json: { error: expect.stringContaining(error) } })
    expect(chain.faults.list()).toEqual([])
  })

  it('that is missing is told', async () => {
    const { post } = await serve()
    expect(await post('/faults', { mta: 'first' })).toMatchObject({
      status: 400,
      json: { error: 'body.rule: found nothing', expected: expect.stringContaining('a rule as {') },
    })
  })
})

describe('sizes', () => {
  const json = { 'content-type': 'application/json' }
  const message = { 'content-type': 'message/rfc822' }

  it('a document has one megabyte, a message what the MTAs take', async () => {
    const { ask, chain } = await serve({ chain: { limits: { messageSize: '3MB' } } })
    const large = JSON.stringify({ to: 'b@example.test', text: 'x'.repeat(1_000_000) })
    expect(await ask('POST', '/messages', { headers: json, body: large })).toMatchObject({
      status: 413,
      json: { expected: 'at most 1000000 octets, or a message/rfc822 of at most 3000000' },
    })
    expect(await ask('POST', '/faults', { headers: json, body: large })).toMatchObject({
      status: 413,
      json: { expected: 'at most 1000000 octets' },
    })
    const content = (size: number): string => `To: b@example.test\r\n\r\n${'x'.repeat(76)}\r\n`.padEnd(size, 'line\r\n')
    expect(await ask('POST', '/trace', { headers: message, body: content(2_900_000) })).toMatchObject({ status: 200 })
    expect(await ask('POST', '/trace', { headers: message, body: content(3_000_001) })).toMatchObject({
      status: 413,
      json: { error: 'the body is too large', expected: 'at most 3000000 octets' },
    })
    expect(chain.events.last).toBe(0)
  })

  it('what is held of all bodies together is limited, and given back', async () => {
    const { port, ask } = await serve({ chain: { limits: { messageSize: '20MB' } } })
    const head = `POST /trace HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: message/rfc822\r\nContent-Length: 20000000\r\n\r\n`
    const piece = Buffer.alloc(19_000_000, 'x')
    const open = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const socket = connect(port, '127.0.0.1')
        onTestFinished(() => void socket.destroy())
        socket.on('error', () => undefined)
        socket.write(head)
        await new Promise(resolve => socket.write(piece, resolve))
        return socket
      }),
    )
    // there is room for 56 MB, and what the system holds of four times 19 is less than the rest
    const answers = open.map(socket => once(socket, 'data').then(([octets]) => String(octets).slice(9, 12)))
    for (const socket of open) socket.write(Buffer.alloc(1_000_000, 'x'))
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['200', '503']))
    for (const socket of open) socket.destroy()
    const body = Buffer.alloc(20_000_000, 'x')
    for (let n = 0; n < 4; n++) expect((await ask('POST', '/trace', { headers: message, body })).status).toBe(200)
  })

  it('of one that is too large nothing is kept, however long it goes on', async () => {
    const { port } = await serve()
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    const answered = once(socket, 'data')
    const size = 300_000_000
    socket.write(
      `POST /messages HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: application/json\r\nContent-Length: ${size}\r\n\r\n`,
    )
    const piece = Buffer.alloc(1_000_000, 'x')
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    for (let sent = 0; sent < size; sent += piece.length) {
      await new Promise(resolve => socket.write(piece, resolve))
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }
    expect(String(await answered)).toMatch(/^HTTP\/1\.1 413 /)
    expect(most).toBeLessThan(150_000_000)
  })

  it('a header that is too large', async () => {
    const { say, port } = await serve()
    const socket = await say(`GET / HTTP/1.1\r\nHost: localhost:${port}\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)
    const [head, body = ''] = (await heard(socket)).split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 431 /)
    expect(refusalSchema.parse(JSON.parse(body))).toEqual({
      error: 'the header is too large',
      expected: 'a shorter one',
    })
  })

  it('what is no HTTP', async () => {
    const { say } = await serve()
    const [head, body = ''] = (await heard(await say('EHLO client.test\r\n'))).split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 400 /)
    expect(refusalSchema.parse(JSON.parse(body)).error).toBe('this is no HTTP request')
  })
})

describe('who is slow is cut off:', () => {
  it.each([
    ['a connection that says nothing', ''],
    ['a header that does not end', 'GET / HTTP/1.1\r\nHost: localhost:PORT\r\n'],
    [
      'a body that does not come',
      'POST /messages HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"to',
    ],
    [
      'a body that is refused and does not come',
      'POST /nothing HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Length: 20\r\n\r\n{',
    ],
  ])('%s', async (_, text) => {
    const { say, port } = await serve({ limits: { ...usual, askingTime: 100 } })
    const said = await heard(await say(text.replace('PORT', String(port))))
    expect(said === '' || said.startsWith('HTTP/1.1 408 ')).toBe(true)
  })

  it('while what is answered may take its time', async () => {
    const { ask, chain } = await serve({ limits: { ...usual, askingTime: 100 } })
    const waited = ask('GET', '/wait?event=delivered&timeout=10m')
    // that one has been cut off by then
    await heard(await (await serve({ limits: { ...usual, askingTime: 150 } })).say(''))
    await chain.send({ envelope: { from: null, to: 'b@example.test' }, content: 'x\r\n' })
    expect((await waited).status).toBe(200)
  })
})

describe('who comes in numbers', () => {
  it('finds no more connections than there are, and some again when others go', async () => {
    const { say, ask, port } = await serve({ limits: { ...usual, connections: 3 } })
    const busy = `POST /trace HTTP/1.1\r\nHost: localhost:${port}\r\nExpect: 100-continue\r\nContent-Type: message/rfc822\r\nContent-Length: 9\r\n\r\n`
    const held = await Promise.all([1, 2, 3].map(() => say(busy)))
    for (const socket of held) await once(socket, 'data')
    expect(await heard(await say(`GET / HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`))).toBe('')
    for (const socket of held) {
      socket.destroy()
      await once(socket, 'close')
    }
    for (;;) {
      // the server may not have seen yet that they are gone
      const answer = await ask('GET', '/').catch(() => null)
      if (answer) return expect(answer.status).toBe(200)
    }
  })

  it('gets the place of the one that has been idle longest', async () => {
    const { say, ask, port } = await serve({ limits: { ...usual, connections: 3 } })
    const question = `GET /status HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`
    const order: string[] = []
    const open = async (name: string, text: string): Promise<Socket> => {
      const socket = await say(text)
      socket.once('close', () => void order.push(name))
      if (text !== '') await once(socket, 'data')
      return socket
    }
    const first = await open('first', question)
    const waiting = await open('waiting', `GET /events HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`)
    const second = await open('second', question)
    first.write(question)
    await once(first, 'data')
    // the one that is closed is read to its end before the next comes
    const [secondGone, firstGone] = [once(second, 'close'), once(first, 'close')]
    second.resume()
    first.resume()
    const third = await open('third', question)
    await secondGone
    const fourth = await open('fourth', question)
    await firstGone
    expect(order).toEqual(['second', 'first'])
    expect((await ask('GET', '/status')).status).toBe(200)
    expect(waiting.destroyed).toBe(false)
    third.destroy()
    fourth.destroy()
  })

  it('is cut off where it asks on and on before it is answered', async () => {
    const { ask, port, say } = await serve()
    const question = `GET /messages HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`
    const answers = async (count: number): Promise<number> => {
      const last = question.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')
      return (await heard(await say(question.repeat(count - 1) + last))).split('HTTP/1.1 200').length - 1
    }
    expect(await answers(16)).toBe(16)
    expect(await answers(1000)).toBeLessThan(16)
    expect((await ask('GET', '/status')).status).toBe(200)
  })

  it('is answered in turn where that is work, and no more once the server stops', async () => {
    let asked = 0
    let go: () => void = () => undefined
    let begun: () => void = () => undefined
    const isBegun = new Promise<void>(resolve => {
      begun = resolve
    })
    const list = async (): Promise<[]> => {
      asked++
      begun()
      await new Promise<void>(resolve => {
        go = resolve
      })
      return []
    }
    const { say, ask, port, control } = await serve({ mailboxes: Object.assign(new MemoryMailboxes(), { list }) })
    const question = `GET /messages HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`
    const ends = [await say(question), await say(question.repeat(8))].map(heard)
    await isBegun
    // the others have come when what came after them is answered
    await ask('GET', '/status')
    const closed = control.close()
    go()
    await Promise.all([closed, ...ends])
    expect(asked).toBe(1)
  })

  it('finds so many long questions only, and others are answered all the same', async () => {
    const { ask, port, say } = await serve()
    const question = `GET /wait?event=bounced&timeout=10m HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`
    // many on one connection are many too
    const held = await say(question.repeat(16))
    const more = await say(question.repeat(16))
    let last = { status: 0 }
    while (last.status !== 503) last = await ask('GET', '/wait?event=bounced&timeout=1ms')
    expect((await ask('GET', '/status')).status).toBe(200)
    for (const socket of [held, more]) socket.destroy()
    while (last.status !== 408) last = await ask('GET', '/wait?event=bounced&timeout=1ms')
  })
})
