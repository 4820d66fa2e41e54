/**
 * Room on the disk for what lmdb is about to write. lmdb must never meet a full disk: after that it may refuse commits
 * while there is room again, and lose pages of messages that were committed. So its file is kept longer than its last
 * page, by zeros that really lie on the disk: a transaction finds its pages there, and what does not fit is not begun.
 * Zeros are written only behind the file's end, and only while no transaction runs; lmdb never reads there.
 * File systems that never write in place (btrfs, ZFS) may be full even so: there the commit fails, and is told.
 */
import { closeSync, fstatSync, openSync, write } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type Extent, isReadable, readExtent } from './spool-file.js'

/**
 * What is written: of a message from outside; of a copy that an MTA of the chain hands on, which leaves its queue then;
 * of what is in a queue already.
 */
export type Use = 'new' | 'onward' | 'queued'

/** `value` null is a removal. */
export interface Demand {
  readonly value: Buffer | null
  readonly use: Use
  /** Of what is written with it, or not at all; 0 where there is nothing. */
  readonly octetsBeside: number
}

/** What new messages leave: those in the queue must still be updated and removed, which takes new pages first. */
const fixedReserve = 512 * 1024
/**
 * What those from outside leave too where the file can't be made longer: then only as much is taken as there are free
 * pages between lmdb's. Not each of them fits each value, and what does not comes from here; so do copies that are handed
 * on, without which no queue could drain.
 */
const spare = 1024 * 1024
/** How much longer than needed the file is made, so that it is not done for each message. */
const step = 512 * 1024
/**
 * What the file leaves on the disk, or an eighth of it: it never becomes shorter, and what is queued leaves it only where
 * mailboxes beside it have room.
 */
const leftForOthers = 64 * 1024 * 1024
/** Pages of a transaction beside those of its entries: of its trees, from the root down, and of its free pages. */
const pagesOfTrees = 16
const numbersInPage = 512
/** Pages of an entry beside those of its value: its leaf, where it is split another one, and the one above. */
const pagesOfEntry = 3
/** In front of a value that has pages of its own. */
const pageHeader = 24

const zeros = Buffer.alloc(256 * 1024)
const writeAt = promisify(write)

export class Room {
  readonly #file: string
  readonly #descriptor: number
  readonly #freePages: () => number
  /** The file's length; nobody but us makes it longer, since lmdb finds all its pages in it. */
  #length: number

  /** `freePages` counts those that lmdb has before its last one. Throws the system's error. */
  constructor(file: string, freePages: () => number) {
    this.#file = file
    this.#descriptor = openSync(file, 'r+')
    this.#freePages = freePages
    this.#length = fstatSync(this.#descriptor).size
  }

  /** Of the file, octets. */
  get length(): number {
    return this.#length
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  /**
   * Makes room for a transaction that writes all of these, as far as there is any; resolves with those that do not fit.
   * No transaction may run meanwhile. Rejects with the system's error where the file can't be read.
   */
  async refused<Each extends Demand>(demands: readonly Each[]): Promise<ReadonlySet<Each>> {
    const extent = isReadable ? readExtent(this.#descriptor) : null
    if (!extent) return new Set()
    const costs = demands.map(({ value, octetsBeside }) => {
      return costOf(value?.length ?? 0, extent) + (octetsBeside > 0 ? costOf(octetsBeside, extent) : 0)
    })
    const reserve = reserveOf(extent)
    const wanted = sum(costs) + reserve + spare
    let behind = this.#length - extent.end - overheadOf(extent)
    let between = Infinity
    if (behind < wanted) {
      between = (this.#freePages() * extent.pageSize) / 2
      behind += await this.#lengthen(wanted + step - behind)
      if (behind >= wanted) between = Infinity
    }
    return new Set(
      demands.filter((demand, at) => {
        const cost = costs[at] ?? 0
        const fits = behind - cost >= reserve * shareLeft(demand) && (demand.use !== 'new' || cost <= between)
        if (fits) [behind, between] = [behind - cost, between - cost]
        return !fits
      }),
    )
  }

  /** Resolves with by how much: as far as the disk has room, and others on it keep their share. */
  async #lengthen(octets: number): Promise<number> {
    const before = this.#length
    try {
      const length = before + Math.min(octets, await freeFor(this.#file))
      while (this.#length < length) {
        const some = Math.min(zeros.length, length - this.#length)
        const { bytesWritten } = await writeAt(this.#descriptor, zeros, 0, some, this.#length)
        this.#length += bytesWritten
      }
    } catch {
      // what is there already is used; whoever finds none of it is refused
    }
    return this.#length - before
  }
}

/** Octets of the disk that the spool may take. */
async function freeFor(file: string): Promise<number> {
  const { bavail, blocks, bsize } = await statfs(file)
  return bavail * bsize - Math.min(leftForOthers, (blocks * bsize) / 8)
}

/** Of the reserve. */
function shareLeft({ value, use }: Demand): number {
  if (value === null) return 0
  return use === 'queued' ? 0.5 : 1
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function costOf(octets: number, { pageSize }: Extent): number {
  const pages = octets > 0 ? Math.ceil((octets + pageHeader) / pageSize) : 0
  return (pages + pagesOfEntry) * pageSize
}

function overheadOf({ end, pageSize }: Extent): number {
  return (pagesOfTrees + Math.ceil(end / pageSize / numbersInPage)) * pageSize
}

function reserveOf(extent: Extent): number {
  return fixedReserve + 4 * overheadOf(extent)
}
