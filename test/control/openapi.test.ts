/**
 * openapi.json against the running server: every route is asked, and each answer, refusals too, is as the document says.
 */
import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { version } from '../../src/cli/version.js'
import { openApi } from '../../src/control/openapi.js'
import { routes } from '../../src/control/routes.js'
import { Listening } from './listening.js'
import { type Answered, serve, type Serving, type Words } from './serving.js'

const content = z.record(z.string(), z.object({ schema: z.looseObject({}) }))
const operationSchema = z.looseObject({
  operationId: z.string(),
  summary: z.string().min(10),
  parameters: z.array(
    z.looseObject({ name: z.string(), in: z.enum(['path', 'query', 'header']), schema: z.looseObject({}) }),
  ),
  requestBody: z.object({ required: z.boolean(), content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string().min(5), content })),
})
const documentSchema = z.looseObject({
  openapi: z.literal('3.1.0'),
  info: z.looseObject({ version: z.string() }),
  paths: z.record(z.string(), z.record(z.enum(['get', 'post', 'delete']), operationSchema.optional())),
  components: z.looseObject({ schemas: z.object({ Refusal: z.looseObject({}) }) }),
})

const text = readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8')
const document = documentSchema.parse(JSON.parse(text))

const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, allowUnionTypes: true })
addFormats.default(ajv)

/** The only reference is that to refusals. */
function compile(schema: Readonly<Record<string, unknown>>): ValidateFunction {
  return ajv.compile(schema['$ref'] === '#/components/schemas/Refusal' ? document.components.schemas.Refusal : schema)
}

type Method = 'GET' | 'POST' | 'DELETE'

function operationAt(method: Method, path: string): z.infer<typeof operationSchema> {
  const key = { GET: 'get', POST: 'post', DELETE: 'delete' } as const
  const operation = document.paths[path]?.[key[method]]
  if (!operation) throw new Error(`${method} ${path} is not in the document`)
  return operation
}

const asked = new Set<string>()

/** The answer is one of those that the document has for it. */
function expectTold(method: Method, path: string, { status, headers, octets }: Answered): void {
  asked.add(`${method} ${path}`)
  const { responses } = operationAt(method, path)
  const response = responses[status] ?? responses['default']
  const type = String(headers['content-type'])
  const schema = response?.content[type]?.schema
  if (!schema) throw new Error(`${method} ${path}: ${status} with ${type} is not in the document`)
  if (type === 'message/rfc822') return
  const lines = type === 'application/x-ndjson' ? octets.toString().trimEnd().split('\n') : [octets.toString()]
  const validate = compile(schema)
  for (const line of lines) {
    const value: unknown = JSON.parse(line)
    expect({ path, errors: validate(value) ? null : validate.errors, value }).toMatchObject({ errors: null })
  }
}

const json = { 'content-type': 'application/json' }
const mail = { from: 'a@example.test', to: 'b@example.test', subject: 'x', text: 'x' }

/** One message in a mailbox, and one that the second MTA has deferred. */
async function busy(): Promise<Serving & { readonly queued: string; readonly stored: string }> {
  const serving = await serve({ chain: { retry: { after: ['1h'] } } })
  const { chain } = serving
  await (await chain.send(mail)).delivered()
  chain.faults.add('second', { at: 'rcpt', reply: '450 4.7.1 Later' })
  await chain.send({ ...mail, to: 'c@example.test' })
  const { id } = await chain.waitFor('deferred')
  const [message] = await chain.mailboxes.list()
  return { ...serving, queued: id, stored: message?.id ?? '' }
}

const body = (value: unknown): Words => ({ headers: json, body: JSON.stringify(value) })

describe('answers are as the document says', () => {
  it.each<[Method, string, string, number, Words?]>([
    ['GET', '/', '/', 200],
    ['GET', '/openapi.json', '/openapi.json', 200],
    ['GET', '/status', '/status', 200],
    ['POST', '/messages', '/messages', 200, body(mail)],
    [
      'POST',
      '/messages',
      '/messages',
      200,
      { headers: { 'content-type': 'message/rfc822' }, body: 'To: b@example.test\r\n\r\n' },
    ],
    ['POST', '/messages', '/messages', 400, body({ from: 1 })],
    ['POST', '/messages', '/messages', 409, body({ from: 'x@example.test', to: 'c@example.test', mta: 'second' })],
    ['POST', '/messages', '/messages', 415],
    ['GET', '/messages', '/messages?limit=1', 200],
    ['GET', '/messages', '/messages?limit=x', 400],
    ['GET', '/messages/{recipient}/{id}', '/messages/b@example.test/STORED', 200],
    ['GET', '/messages/{recipient}/{id}', '/messages/c@example.test/STORED', 404],
    ['GET', '/messages/{recipient}/{id}/raw', '/messages/b@example.test/STORED/raw', 200],
    ['GET', '/messages/{recipient}/{id}/raw', '/messages/c@example.test/STORED/raw', 404],
    ['GET', '/messages/{recipient}/{id}/verdict', '/messages/b@example.test/STORED/verdict', 200],
    ['GET', '/messages/{recipient}/{id}/verdict', '/messages/b@example.test/x/verdict', 404],
    ['DELETE', '/messages/{recipient}/{id}', '/messages/b@example.test/STORED', 200],
    ['DELETE', '/messages/{recipient}/{id}', '/messages/b@example.test/x', 404],
    ['DELETE', '/messages', '/messages?all=true', 200],
    ['DELETE', '/messages', '/messages', 400],
    [
      'POST',
      '/trace',
      '/trace',
      200,
      body({ content: 'Received: from a by b; Tue, 24 Nov 2026 10:00:00 +0000\r\n\r\n' }),
    ],
    ['POST', '/trace', '/trace?trusted=192.0.2.0/24', 200, { headers: { 'content-type': 'message/rfc822' }, body: '' }],
    ['POST', '/trace', '/trace', 400, body({ content: 'x', trusted: ['x'] })],
    ['POST', '/queue/retry', '/queue/retry', 200, body({ ids: ['QUEUED', '0000000000'] })],
    ['POST', '/queue/hold', '/queue/hold', 200, body({ all: true })],
    ['POST', '/queue/release', '/queue/release', 200, body({ all: true, mta: 'first' })],
    ['POST', '/queue/release', '/queue/release', 400, body({ all: true, state: 'deferred' })],
    ['POST', '/queue/drop', '/queue/drop', 200, body({ all: true, to: 'nobody@example.test' })],
    ['POST', '/queue/drop', '/queue/drop', 400, body({})],
    ['GET', '/queue', '/queue?state=deferred', 200],
    ['GET', '/queue', '/queue?state=lost', 400],
    ['GET', '/queue/{id}', '/queue/QUEUED', 200],
    ['GET', '/queue/{id}', '/queue/x', 404],
    ['GET', '/queue/{id}/content', '/queue/QUEUED/content', 200],
    ['GET', '/queue/{id}/content', '/queue/x/content', 404],
    ['GET', '/faults', '/faults', 200],
    ['POST', '/faults', '/faults', 200, body({ mta: 'first', rule: { at: 'rcpt', reply: '450 4.7.1 x' } })],
    ['POST', '/faults', '/faults', 400, body({ mta: 'first', rule: {} })],
    ['DELETE', '/faults', '/faults', 200],
    ['DELETE', '/faults', '/faults?id=x', 404],
    ['GET', '/clock', '/clock', 200],
    ['POST', '/clock/advance', '/clock/advance', 200, body({ by: '1s' })],
    ['POST', '/clock/advance', '/clock/advance', 400, body({ by: '3651d' })],
    ['GET', '/wait', '/wait?event=deferred', 200],
    ['GET', '/wait', '/wait?event=bounced&timeout=1ms', 408],
    ['GET', '/wait', '/wait?event=x', 400],
    ['GET', '/events', '/events?after=x', 400],
  ])('%s %s: %s %i', async (method, path, url, status, words = {}) => {
    const { ask, queued, stored } = await busy()
    const filled = (template: string): string => template.replace('QUEUED', queued).replace('STORED', stored)
    const said = typeof words.body === 'string' ? { ...words, body: filled(words.body) } : words
    const answer = await ask(method, filled(url), said)
    expect({ status: answer.status, body: answer.octets.toString().slice(0, 300) }).toMatchObject({ status })
    expectTold(method, path, answer)
  })

  it('GET /events: every event of the stream', async () => {
    const { port, chain } = await busy()
    const listening = await Listening.to(port, '/events?after=0', {})
    const validate = compile(operationAt('GET', '/events').responses['200']?.content['text/event-stream']?.schema ?? {})
    for (const { data } of await listening.take(chain.events.last)) {
      expect({ errors: validate(data) ? null : validate.errors, data }).toMatchObject({ errors: null })
    }
    listening.close()
  })

  // no route is forgotten
  afterAll(() => {
    const all = routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    expect(all.filter(route => !asked.has(route))).toEqual([])
  })
})

describe('the document', () => {
  it('is current, and what the server gives', async () => {
    expect(`${JSON.stringify(openApi(routes, version()), null, 2)}\n`).toBe(text)
    const { ask } = await serve()
    expect((await ask('GET', '/openapi.json')).json).toEqual(JSON.parse(JSON.stringify(openApi(routes, '1.2.3'))))
  })

  it('has each operation once, all parameters of the path, and schemas that are some', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).flatMap(operation => (operation ? [{ path, operation }] : [])),
    )
    expect(operations).toHaveLength(routes.length)
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length)
    for (const { path, operation } of operations) {
      const inPath = operation.parameters.filter(parameter => parameter.in === 'path').map(({ name }) => name)
      expect(inPath).toEqual(Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name))
      const schemas = [
        ...operation.parameters.map(({ schema }) => schema),
        ...Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => schema),
      ]
      for (const schema of schemas) expect(() => compile(schema)).not.toThrow()
    }
  })
})
