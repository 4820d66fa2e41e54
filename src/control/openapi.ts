/**
 * The routes as an OpenAPI 3.1 document, made of the schemas that questions and answers are read with.
 */
import * as z from 'zod'
import { refusalSchema } from './answers.js'
import type { Route } from './route.js'

type Json = Readonly<Record<string, unknown>>

const description = `A running chain, asked from outside. Times are mail time, ISO 8601, UTC, unless it is said otherwise.
Every refusal is a JSON document with what went wrong and what was expected.`

export function openApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'mta-chain', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    // a token is asked for where the chain was started with one
    security: [{}, { token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Refusal: schemaOf(refusalSchema, 'output') },
    },
  }
}

function operation(route: Route): Json {
  const { method, path, summary, answer, type, refusals = {} } = route
  const words = path.split('/').map(word => word.replace(/^:/, 'by-'))
  const refused = Object.entries(refusals).map(([status, why]) => [status, refusal(why)])
  return {
    operationId: [method.toLowerCase(), ...words].filter(word => word !== '').join('-'),
    summary,
    parameters: [...pathParameters(path), ...queryParameters(route), ...headerParameters(route)],
    ...requestBody(route),
    responses: {
      '200': { description: told(route), content: { [type]: { schema: answerSchema(type, answer) } } },
      ...Object.fromEntries(refused),
      default: refusal('Refused: the question is not as it must be, or can not be answered now.'),
    },
  }
}

function told({ type }: Route): string {
  if (type === 'application/x-ndjson') return 'One JSON document a line, each as the schema says.'
  if (type === 'text/event-stream')
    return 'Server-sent events. The schema is that of the data of each; an event `gap` tells that earlier ones are lost.'
  return 'The answer.'
}

/** Of octets nothing can be said. */
function answerSchema(type: Route['type'], answer: z.ZodType | null): Json {
  if (answer === null) return { type: 'string', contentMediaType: type }
  return schemaOf(answer, 'output')
}

function refusal(why: string): Json {
  return { description: why, content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } } }
}

function requestBody({ body, takesMessage }: Route): Json {
  if (!body) return {}
  const message = takesMessage ? { 'message/rfc822': { schema: { type: 'string' } } } : {}
  const content = { 'application/json': { schema: schemaOf(body, 'input') }, ...message }
  return { requestBody: { required: true, content } }
}

function pathParameters(path: string): Json[] {
  return Array.from(path.matchAll(/:(\w+)/g), ([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters({ query }: Route): Json[] {
  if (!query) return []
  const { properties = {}, required = [] } = objectSchema.parse(schemaOf(query, 'input'))
  return Object.entries(properties).map(([name, { description: about, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(typeof about === 'string' ? { description: about } : {}),
    schema,
  }))
}

const objectSchema = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  required: z.array(z.string()).optional(),
})

function headerParameters({ type }: Route): Json[] {
  if (type !== 'text/event-stream') return []
  const about = 'The number of the last event that was seen: those behind it are told.'
  return [{ name: 'Last-Event-ID', in: 'header', description: about, schema: { type: 'string' } }]
}

/** OpenAPI 3.1 has JSON Schema 2020-12 as it is. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io })
  return rest
}
