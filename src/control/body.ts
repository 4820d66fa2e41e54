/**
 * A request's body, of which no more is kept than is allowed, of one request and of all together.
 */
import type { IncomingMessage } from 'node:http'
import { type Refusal, refusal } from './route.js'

/** Octets of a JSON document. */
export const largestDocument = 1_000_000

/** How many octets of bodies may be held at once. */
export class Room {
  #left: number

  constructor(octets: number) {
    this.#left = octets
  }

  take(octets: number): boolean {
    if (octets > this.#left) return false
    this.#left -= octets
    return true
  }

  give(octets: number): void {
    this.#left += octets
  }
}

/**
 * Resolves with the octets, for which room is taken; whoever has used them gives it back. One that is too large is read
 * to its end too, and let go: who is cut off in the middle does not see the answer. Rejects where the connection ends
 * before the body.
 */
export async function readBody(request: IncomingMessage, largest: number, room: Room): Promise<Buffer | Refusal> {
  const chunks: Buffer[] = []
  let [size, held] = [0, 0]
  let isCrowded = false
  const letGo = (): void => {
    room.give(held)
    held = 0
    chunks.length = 0
  }
  try {
    for await (const chunk of request) {
      const octets = Buffer.from(chunk)
      size += octets.length
      isCrowded ||= size <= largest && !room.take(octets.length)
      if (size > largest || isCrowded) {
        letGo()
        continue
      }
      held += octets.length
      chunks.push(octets)
    }
  } catch (error) {
    letGo()
    throw error
  }
  if (size > largest) return refusal(413, 'the body is too large', `at most ${largest} octets`)
  if (isCrowded) return refusal(503, 'too many large bodies come at once', 'fewer: try again')
  return Buffer.concat(chunks)
}

/** Undefined where there is none. */
export function parseBody(octets: Buffer): { readonly body: unknown } | Refusal {
  if (octets.length === 0) return { body: undefined }
  try {
    return { body: JSON.parse(octets.toString()) }
  } catch (error) {
    return refusal(400, `body: ${error instanceof Error ? error.message : String(error)}`, 'one JSON document')
  }
}

type BodyType = 'json' | 'message'

/**
 * What the body is said to be. `strict`: it has to be said, so that no form on a web page can send it; elsewhere what
 * is not called a message is taken for JSON.
 */
export function bodyType(request: IncomingMessage, takesMessage: boolean, strict: boolean): BodyType | Refusal {
  const said = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (takesMessage && said === 'message/rfc822') return 'message'
  if (said === 'application/json' || !strict) return 'json'
  const expected = takesMessage ? 'application/json or message/rfc822' : 'application/json'
  return refusal(415, `the content type is ${said ? JSON.stringify(said) : 'not said'}`, expected)
}
