/**
 * A look at lmdb's data file before lmdb maps it: lmdb trusts it, and a file that is none, or is cut off, ends the process
 * (SIGSEGV, SIGBUS). With this a damaged file is told as an error, here or by lmdb when it comes upon the damage.
 */
import { readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { arch, endianness } from 'node:os'

/** Where lmdb keeps what, in one of the two meta pages at the file's start (MDB_page, MDB_meta of its mdb.c). */
const layout = {
  flags: 18,
  magic: 24,
  version: 28,
  mapSize: 40,
  pageSize: 48,
  lastPage: 144,
  transaction: 152,
  end: 160,
}
const metaFlag = 0x08
const magicNumber = 0xbeefc0de
const formatVersion = 2

/** Numbers lie there as the machine writes them: only where that is known can they be read. */
export const isReadable = endianness() === 'LE' && ['x64', 'arm64'].includes(arch())

/** Resolves with what is wrong with the file, null where lmdb may open it. Rejects with the system's error. */
export async function checkSpoolFile(file: string): Promise<string | null> {
  if (!isReadable) return null
  const handle = await open(file, 'r+').catch(noFile)
  if (!handle) return null
  try {
    return await checkMeta(handle)
  } finally {
    await handle.close()
  }
}

function noFile(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}

async function checkMeta(handle: FileHandle): Promise<string | null> {
  const { size } = await handle.stat()
  // lmdb begins one
  if (size === 0) return null
  const extent = readExtent(handle.fd)
  if (!extent) return 'it is no lmdb file, or damaged'
  const { end, mapSize } = extent
  if (end > mapSize) return 'it is damaged'
  // The last pages may never have been written: they are free then. Where they were cut off, lmdb reads zeros and says so.
  if (size < end) await handle.truncate(end)
  return null
}

export interface Extent {
  readonly pageSize: number
  readonly mapSize: number
  /** Octets up to the end of lmdb's last page. */
  readonly end: number
}

/**
 * By the newer of the meta pages, which the system has in memory while lmdb maps them; null where they are none.
 * Throws the system's error.
 */
export function readExtent(descriptor: number): Extent | null {
  const first = readMeta(descriptor, 0)
  const second = first && readMeta(descriptor, first.pageSize)
  if (!first || !second || second.pageSize !== first.pageSize) return null
  const { lastPage, mapSize, pageSize } = first.transaction > second.transaction ? first : second
  return { pageSize, mapSize, end: (lastPage + 1) * pageSize }
}

interface Meta {
  readonly pageSize: number
  readonly mapSize: number
  readonly lastPage: number
  readonly transaction: number
}

function readMeta(descriptor: number, at: number): Meta | null {
  const buffer = Buffer.alloc(layout.end)
  const read = readSync(descriptor, buffer, 0, layout.end, at)
  if (read < layout.end || !(buffer.readUInt16LE(layout.flags) & metaFlag)) return null
  if (buffer.readUInt32LE(layout.magic) !== magicNumber) return null
  if ((buffer.readUInt32LE(layout.version) & 0xffff) !== formatVersion) return null
  const pageSize = buffer.readUInt32LE(layout.pageSize)
  if (pageSize < 256 || pageSize > 65_536) return null
  const number = (offset: number): number => Number(buffer.readBigUInt64LE(offset))
  const [mapSize, lastPage, transaction] = [layout.mapSize, layout.lastPage, layout.transaction].map(number)
  if (mapSize === undefined || lastPage === undefined || transaction === undefined) return null
  return { pageSize, mapSize, lastPage, transaction }
}
