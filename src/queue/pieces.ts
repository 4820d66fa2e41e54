/**
 * A content as it lies in the spool: pieces, each behind its CRC-32. All are full but the last, which is shorter and may
 * be empty, so that one that is lost shows too.
 */
import { crc32 } from 'node:zlib'
import type { QueueId } from '../mail/envelope.js'

const crcSize = 4
/** With its CRC and lmdb's header of 24 octets a piece fills 64 KiB of pages. */
export const pieceSize = 64 * 1024 - 24 - crcSize

export function contentKeys(id: string): string {
  return `content/${id}/`
}

export function pieceKey(id: string, n: number): string {
  return contentKeys(id) + String(n).padStart(6, '0')
}

/** Keys of the pieces of a content of that size. */
export function pieceKeys(id: QueueId, size: number): string[] {
  return Array.from({ length: Math.floor(size / pieceSize) + 1 }, (_, n) => pieceKey(id, n))
}

export function sealPiece(chunks: readonly Uint8Array[], size: number): Buffer {
  const sealed = Buffer.allocUnsafe(crcSize + size)
  let at = crcSize
  for (const chunk of chunks) {
    sealed.set(chunk, at)
    at += chunk.length
  }
  sealed.writeUInt32LE(crc32(sealed.subarray(crcSize)))
  return sealed
}

/** The pieces' octets; throws at one that is missing or not what was written. */
export function* readPieces(id: QueueId, get: (key: string) => Uint8Array | undefined): Iterable<Uint8Array> {
  for (let n = 0; ; n++) {
    const sealed = get(pieceKey(id, n))
    if (!sealed) throw new Error(`piece ${n + 1} of the content is missing`)
    const piece = sealed.subarray(crcSize)
    const { buffer, byteOffset, byteLength } = sealed
    if (byteLength < crcSize || new DataView(buffer, byteOffset).getUint32(0, true) !== crc32(piece)) {
      throw new Error(`piece ${n + 1} of the content is damaged`)
    }
    if (piece.length > 0) yield piece
    if (piece.length < pieceSize) return
  }
}
