/**
 * A request's body, of which no more is kept than is allowed.
 */
import type { IncomingMessage } from 'node:http'
import { type Refusal, refusal } from './route.js'

/** Octets. */
const largest = 1_000_000

/**
 * Read as JSON, undefined where there is none. One that is too large is read to its end too, and let go: who is cut off
 * in the middle does not see the answer. Rejects where the connection ends before the body.
 */
export async function readBody(request: IncomingMessage): Promise<{ readonly body: unknown } | Refusal> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const octets = Buffer.from(chunk)
    size += octets.length
    if (size <= largest) chunks.push(octets)
    else chunks.length = 0
  }
  if (size > largest) return refusal(413, 'the body is too large', `at most ${largest} octets`)
  return size === 0 ? { body: undefined } : parse(Buffer.concat(chunks).toString())
}

function parse(text: string): { readonly body: unknown } | Refusal {
  try {
    return { body: JSON.parse(text) }
  } catch (error) {
    return refusal(400, `body: ${error instanceof Error ? error.message : String(error)}`, 'one JSON document')
  }
}
