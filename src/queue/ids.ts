/**
 * Queue ids: ten characters that are never used twice, not after a restart either. An id is a number of 50 bits: the
 * start's number (kept in the spool, 20 bits) and a count within the start (30 bits), spread by a reversible step so
 * that neighbours look unlike, and moved by the spool's own seed so that two spools differ.
 */
import { isQueueId, type QueueId } from '../mail/envelope.js'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const half = 2 ** 25
const countsPerStart = 2 ** 30

/** Both are kept in the spool. */
export interface IdOrigin {
  /** Chosen at random when the spool was made, below 2^50. */
  readonly seed: number
  /** How often the spool was opened. */
  readonly start: number
}

export class QueueIds {
  readonly #origin: IdOrigin
  #count = 0

  constructor(origin: IdOrigin) {
    this.#origin = origin
  }

  next(): QueueId {
    if (this.#count === countsPerStart) throw new RangeError('2^30 queue ids used in one start')
    const number = (this.#origin.start % 2 ** 20) * countsPerStart + this.#count++
    const id = encode(spread(number, this.#origin.seed))
    if (!isQueueId(id)) throw new TypeError(`not a queue id: ${id}`)
    return id
  }
}

/** A Feistel network over two halves of 25 bits: different numbers stay different. */
function spread(number: number, seed: number): number {
  let left = Math.floor(number / half)
  let right = number % half
  for (let round = 0; round < 4; round++) {
    const mixed = mix(right, round === 0 ? seed % half : Math.floor(seed / half) + round)
    ;[left, right] = [right, (left ^ mixed) % half]
  }
  return left * half + right
}

function mix(value: number, key: number): number {
  let mixed = Math.imul(value ^ key, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
  return ((mixed ^ (mixed >>> 13)) >>> 0) % half
}

function encode(number: number): string {
  let text = ''
  for (let rest = number; text.length < 10; rest = Math.floor(rest / 32)) text = alphabet[rest % 32] + text
  return text
}
