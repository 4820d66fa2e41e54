/**
 * Queue ids: never used twice, not after a restart either. An id is a number of 50 bits, counted on within blocks of which
 * the spool gives each one away once; spread by a reversible step so that neighbours look unlike, and moved by the spool's
 * own seed so that two spools differ; written as the program does that the MTA stamps like. `next` throws a RangeError
 * where no block could be had in time.
 */
import { isQueueId, type QueueId } from '../mail/envelope.js'
import { formId } from './id-styles.js'

const half = 2 ** 25
const idsInBlock = 2 ** 24
/** How many blocks there are: a number of a block and a count within it make 50 bits. */
export const blocks = 2 ** 26
/** Seeds are below this. */
export const seeds = 2 ** 47

/** What the spool keeps for the ids: in all its life it gives each block away once. */
export interface IdOrigin {
  /** Chosen at random when the spool was made. */
  readonly seed: number
  /** The block for this start. */
  readonly block: number
  /** Another block, for when that one is used up. Rejects where the spool can't record that it gave it. */
  another(): Promise<number>
}

export class QueueIds {
  readonly #origin: IdOrigin
  readonly #size: number
  #block: number
  #used = 0
  #next: number | null = null
  #asking = false

  /** `size`: ids in a block. */
  constructor(origin: IdOrigin, size = idsInBlock) {
    this.#origin = origin
    this.#size = size
    this.#block = origin.block
  }

  /** `stamp` is the MTA's, of chain.json; `now` is told by the ids of some programs. */
  next(stamp = 'rfc5321', now = new Date(0)): QueueId {
    if (this.#used >= this.#size / 2) this.#ask()
    if (this.#used === this.#size) this.#turn()
    const id = formId(stamp, spread(this.#block * idsInBlock + this.#used++, this.#origin.seed), now)
    if (!isQueueId(id)) throw new TypeError(`not a queue id: ${id}`)
    return id
  }

  #turn(): void {
    if (this.#next === null) throw new RangeError('no queue ids left: the spool could not give more')
    this.#block = this.#next
    this.#next = null
    this.#used = 0
  }

  #ask(): void {
    if (this.#asking || this.#next !== null) return
    this.#asking = true
    const answered = (block: number | null): void => {
      this.#next = block
      this.#asking = false
    }
    // asked again with the next id
    this.#origin.another().then(answered, () => answered(null))
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
