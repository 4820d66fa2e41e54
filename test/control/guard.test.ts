/**
 * Web pages and strangers are kept out: by Host, Origin, Fetch Metadata, token and content type.
 */
import { describe, expect, it } from 'vitest'
import { refusalSchema } from '../../src/control/answers.js'
import { guard } from '../../src/control/guard.js'
import { heard, serve, type Words } from './serving.js'

const mail = { from: 'a@example.test', to: 'b@example.test', subject: 'x', text: 'x' }

describe('the Host', () => {
  it.each([
    ['localhost:PORT', 200],
    ['LocalHost:PORT', 200],
    ['127.0.0.1:PORT', 200],
    ['127.9.9.9:PORT', 200],
    ['[::1]:PORT', 200],
    ['evil.example:PORT', 421],
    // what it was bound to meanwhile does not matter
    ['127.0.0.1.evil.example:PORT', 421],
    ['localhost.evil.example:PORT', 421],
    ['0.0.0.0:PORT', 421],
    ['192.0.2.1:PORT', 421],
    ['[::]:PORT', 421],
    ['::1:PORT', 421],
    ['[localhost]:PORT', 421],
    ['[127.0.0.1:PORT', 421],
    ['localhost', 421],
    ['localhost:1', 421],
    ['localhost:0PORT', 421],
    ['localhost@evil.example:PORT', 421],
  ])('%j: %i', async (host, status) => {
    const { ask, port } = await serve()
    const answer = await ask('GET', '/status', { headers: { host: host.replace('PORT', String(port)) } })
    expect(answer.status).toBe(status)
    if (status !== 200) expect(refusalSchema.parse(answer.json).error).toContain('the Host is')
  })

  it.each([
    ['none', 'GET /status HTTP/1.0\r\n\r\n', 400],
    ['an empty one', 'GET /status HTTP/1.1\r\nHost:\r\n\r\n', 421],
    ['two', 'GET /status HTTP/1.1\r\nHost: localhost:PORT\r\nHost: evil.example\r\n\r\n', 400],
    ['another one in the URL', 'GET http://evil.example/status HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n', 421],
  ])('%s', async (_, text, status) => {
    const { say, port } = await serve()
    const socket = await say(text.replace('PORT', String(port)).replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
    expect(await heard(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  })

  it('is the bound address too', async () => {
    const { ask, port } = await serve({ address: '127.82.255.1' })
    expect((await ask('GET', '/status', { headers: { host: `127.82.255.1:${port}` } })).status).toBe(200)
    expect((await ask('GET', '/status', { headers: { host: `evil.example:${port}` } })).status).toBe(421)
  })
})

describe('the Host outside loopback', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1:8025', true],
    ['192.0.2.1', '192.0.2.2:8025', false],
    ['192.0.2.1', 'localhost:8025', true],
    ['2001:db8::1', '[2001:DB8:0::1]:8025', true],
    ['2001:db8::1', '[2001:db8::2]:8025', false],
    ['0.0.0.0', '192.0.2.2:8025', true],
    ['::', '[2001:db8::2]:8025', true],
    ['0.0.0.0', 'mail.example:8025', false],
    ['::', 'mail.example:8025', false],
  ])('bound to %s, %s: %s', (address, host, isTaken) => {
    const refused = guard({ headersDistinct: { host: [host] }, url: '/' }, { address, port: 8025, token: null })
    expect(refused === null).toBe(isTaken)
  })
})

describe('a page of another origin is refused, whatever it asks', () => {
  const strangers: readonly Words['headers'][] = [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'https://localhost:PORT' },
    { origin: 'http://localhost:1' },
    { origin: 'http://localhost:PORT.evil.example' },
    // a page that is on loopback too, as a development server is
    { origin: 'http://127.0.0.1:PORT' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'anything' },
    { origin: 'http://localhost:PORT', 'sec-fetch-site': 'cross-site' },
  ]
  it.each(strangers)('%j', async headers => {
    const { ask, port, chain } = await serve()
    const said = Object.fromEntries(
      Object.entries(headers ?? {}).map(([name, value]) => [name, String(value).replace('PORT', String(port))]),
    )
    for (const [method, path] of [
      ['GET', '/messages'],
      ['POST', '/messages'],
      ['DELETE', '/messages?all=true'],
      ['OPTIONS', '/messages'],
      ['GET', '/events'],
    ] as const) {
      const { status, headers: answered } = await ask(method, path, {
        headers: { host: `localhost:${port}`, 'content-type': 'application/json', ...said },
        ...(method === 'POST' ? { body: JSON.stringify(mail) } : {}),
      })
      expect({ method, status }).toEqual({ method, status: 403 })
      expect(Object.keys(answered).filter(name => name.startsWith('access-control'))).toEqual([])
    }
    expect(chain.events.last).toBe(0)
  })

  it('one of its own is not, nor what somebody types', async () => {
    const { ask, port } = await serve()
    const host = `localhost:${port}`
    for (const headers of [
      { host, origin: `http://localhost:${port}`, 'sec-fetch-site': 'same-origin' },
      { host, 'sec-fetch-site': 'none' },
    ])
      expect((await ask('GET', '/status', { headers })).status).toBe(200)
  })
})

describe('no form can send anything:', () => {
  it.each([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'message/rfc822x',
    '',
  ])('%j', async type => {
    const { ask, chain } = await serve()
    const headers = type === '' ? {} : { 'content-type': type }
    const { status, json } = await ask('POST', '/messages', { headers, body: JSON.stringify(mail) })
    expect(status).toBe(415)
    expect(refusalSchema.parse(json).expected).toBe('application/json or message/rfc822')
    expect((await ask('POST', '/clock/advance', { headers, body: '{"by":"1h"}' })).status).toBe(415)
    expect(chain.events.last).toBe(0)
  })

  it('a message where there is to be JSON', async () => {
    const { ask } = await serve()
    const headers = { 'content-type': 'message/rfc822' }
    expect((await ask('POST', '/faults', { headers, body: '{}' })).status).toBe(415)
  })
})

describe('where there is a token', () => {
  const token = 'c0ffee-0123456789'

  it.each([
    ['none', undefined],
    ['another one', 'Bearer c0ffee-0123456788'],
    ['its beginning', 'Bearer c0ffee'],
    ['none behind the word', 'Bearer'],
    ['another scheme', `Basic ${token}`],
    ['two', `Bearer ${token} ${token}`],
  ])('%s is refused', async (_, authorization) => {
    const { ask, chain } = await serve({ token })
    const headers = { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) }
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/openapi.json'],
      ['GET', '/nothing'],
      ['OPTIONS', '/'],
      ['POST', '/messages'],
    ] as const) {
      const answer = await ask(method, path, { headers, ...(method === 'POST' ? { body: JSON.stringify(mail) } : {}) })
      expect({ path, status: answer.status }).toEqual({ path, status: 401 })
      expect(answer.headers).toMatchObject({ 'www-authenticate': 'Bearer' })
    }
    expect(chain.events.last).toBe(0)
  })

  it.each([
    ['two headers, the right one first', [`Bearer ${token}`, 'Bearer x']],
    ['two headers, the right one last', ['Bearer x', `Bearer ${token}`]],
  ])('%s are refused', async (_, lines) => {
    const { say, port } = await serve({ token })
    const head = lines.map(line => `Authorization: ${line}\r\n`).join('')
    const socket = await say(`GET / HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n${head}\r\n`)
    expect(await heard(socket)).toMatch(/^HTTP\/1\.1 401 /)
  })

  it('who knows it is let in, but no page', async () => {
    const { ask } = await serve({ token })
    const authorization = `Bearer ${token}`
    expect((await ask('GET', '/status', { headers: { authorization } })).status).toBe(200)
    expect((await ask('GET', '/status', { headers: { authorization, origin: 'http://evil.example' } })).status).toBe(
      403,
    )
    expect((await ask('GET', '/status', { headers: { authorization, host: 'evil.example' } })).status).toBe(421)
  })
})
