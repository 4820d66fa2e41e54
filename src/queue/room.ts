/**
 * Room on the disk for what lmdb is about to write. lmdb must never meet a full disk: after that it may refuse commits
 * while there is room again, and lose pages of messages that were committed. So its file is kept longer than its last
 * page, by zeros that really lie on the disk: a transaction finds its pages there, and what does not fit is not begun.
 * Zeros are written only behind the file's end, and only while no transaction runs; lmdb never reads there.
 * File systems that never write in place (btrfs, ZFS) may be full even so: there the commit fails, and is told.
 */
import { closeSync, fstatSync, openSync, write } from 'node:fs'
import { promisify } from 'node:util'
import { type Extent, isReadable, readExtent } from './spool-file.js'

/** `value` null is a removal. */
export interface Demand {
  readonly value: Buffer | null
  /** Of a message that is in the queue already: it may take of the reserve. */
  readonly urgent: boolean
}

/** What new messages leave: those in the queue must still be updated and removed, which takes new pages first. */
const fixedReserve = 512 * 1024
/**
 * What they leave too where the file can't be made longer: then only as much is taken as there are free pages between
 * lmdb's. Not each of them can be used for each value, and what can't be comes from here: so it lasts until there is room.
 */
const spare = 1024 * 1024
/** How much longer than needed the file is made, so that it is not done for each message. */
const step = 512 * 1024
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
  readonly #descriptor: number
  readonly #freePages: () => number
  /** The file's length; nobody but us makes it longer, since lmdb finds all its pages in it. */
  #length: number

  /** `freePages` counts those that lmdb has before its last one. Throws the system's error. */
  constructor(file: string, freePages: () => number) {
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
    const costs = demands.map(({ value }) => costOf(value, extent))
    const reserve = reserveOf(extent)
    let behind = await this.#provide(extent, sum(costs) + reserve)
    let between = behind < sum(costs) + reserve + spare ? (this.#freePages() * extent.pageSize) / 2 : Infinity
    return new Set(
      demands.filter((demand, at) => {
        const cost = costs[at] ?? 0
        const fits = behind - cost >= reserve * shareLeft(demand) && (demand.urgent || cost <= between)
        if (fits) [behind, between] = [behind - cost, between - cost]
        return !fits
      }),
    )
  }

  /** Resolves with what there is for entries behind lmdb's last page: so much and the spare, or less on a full disk. */
  async #provide(extent: Extent, octets: number): Promise<number> {
    const begin = extent.end + overheadOf(extent)
    if (this.#length < begin + octets + spare) await this.#lengthen(begin + octets + spare + step)
    return this.#length - begin
  }

  /** As far as the disk has room. */
  async #lengthen(length: number): Promise<void> {
    try {
      while (this.#length < length) {
        const octets = Math.min(zeros.length, length - this.#length)
        const { bytesWritten } = await writeAt(this.#descriptor, zeros, 0, octets, this.#length)
        this.#length += bytesWritten
      }
    } catch {
      // what is there already is used; whoever finds none of it is refused
    }
  }
}

/** Of the reserve. */
function shareLeft({ value, urgent }: Demand): number {
  if (value === null) return 0
  return urgent ? 0.5 : 1
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function costOf(value: Buffer | null, { pageSize }: Extent): number {
  const pages = value ? Math.ceil((value.length + pageHeader) / pageSize) : 0
  return (pages + pagesOfEntry) * pageSize
}

function overheadOf({ end, pageSize }: Extent): number {
  return (pagesOfTrees + Math.ceil(end / pageSize / numbersInPage)) * pageSize
}

function reserveOf(extent: Extent): number {
  return fixedReserve + 4 * overheadOf(extent)
}
