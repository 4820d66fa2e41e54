/**
 * Answers and refusals as HTTP responses. Nothing of them is to be kept by anybody, guessed the type of, or shown as a
 * page; no other origin is ever let in.
 */
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Question } from './question.js'
import { type Answer, type Refusal, refusal } from './route.js'

const always = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
} as const

/** Rejects where the client is gone before the end of a long answer. */
export async function reply(answer: Answer | Refusal, question: Question, response: ServerResponse): Promise<void> {
  if ('status' in answer) return refuse(answer, response)
  const { type } = question.route
  const headers = { ...always, 'content-type': type }
  if ('document' in answer) return send(200, headers, answer.document, response)
  const { file } = answer
  response.writeHead(200, {
    ...headers,
    ...(file ? { 'content-disposition': `attachment; filename="${safe(file)}"` } : {}),
  })
  // what is there first may be a while before the next
  response.flushHeaders()
  if (question.headOnly) response.end()
  else await pipeline(Readable.from(answer.pieces), response)
}

export function refuse({ status, error, expected }: Refusal, response: ServerResponse): void {
  const headers = { ...always, 'content-type': 'application/json', ...besideStatus(status, expected) }
  send(status, headers, { error, expected }, response)
}

/** RFC 9110 9.3.7. No Access-Control-Allow-Origin: a page that asks whether it may is told nothing. */
export function tellMethods(allowed: string, response: ServerResponse): void {
  response.writeHead(204, { ...always, allow: allowed }).end()
}

function besideStatus(status: Refusal['status'], expected: string): Readonly<Record<string, string>> {
  // RFC 9110 15.5.6: 405 tells the methods that there are
  if (status === 405) return { allow: expected }
  // RFC 6750 3
  if (status === 401) return { 'www-authenticate': 'Bearer' }
  // RFC 9110 15.5.9
  return status === 408 ? { connection: 'close' } : {}
}

function send(
  status: number,
  headers: Readonly<Record<string, string>>,
  document: unknown,
  response: ServerResponse,
): void {
  const text = lineOf(document)
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text)
}

// with its line end, for whoever asks in a terminal
function lineOf(document: unknown): string {
  return `${JSON.stringify(document)}\n`
}

function safe(file: string): string {
  return file.replace(/[^\w.-]/g, '_')
}

/** What is no HTTP, or does not come to its end in time: told where somebody can still hear it. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  const { status, error: said, expected } = whyBroken(error.code ?? '')
  const text = lineOf({ error: said, expected })
  const head = [
    `HTTP/1.1 ${status} Refused`,
    ...Object.entries(always).map(([name, value]) => `${name}: ${value}`),
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ]
  if (socket.writable && error.code !== 'ECONNRESET') socket.end(`${head.join('\r\n')}\r\n\r\n${text}`)
  // whoever does not go is not waited for
  socket.destroySoon()
}

function whyBroken(code: string): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return refusal(431, 'the header is too large', 'a shorter one')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return refusal(408, 'the request did not come in time', 'all of it in 10 s')
  return refusal(400, 'this is no HTTP request', 'one of HTTP/1.1')
}
