/**
 * Whole lines of a file, from an offset on. A last line that is not ended yet is left for later.
 */
import type { FileHandle } from 'node:fs/promises'

const chunkSize = 1024 * 1024

export interface Line {
  readonly text: string
  /** Offset after its end. */
  readonly end: number
}

/** Rejects with the system's error. */
export async function* readLines(handle: FileHandle, from: number): AsyncIterable<Line> {
  let rest = Buffer.alloc(0)
  for (let at = from; ; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(chunkSize), 0, chunkSize, at)
    if (bytesRead === 0) return
    const octets = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
    let start = 0
    for (let end = octets.indexOf(10); end !== -1; end = octets.indexOf(10, start)) {
      yield { text: octets.toString('utf8', start, end), end: at - rest.length + end + 1 }
      start = end + 1
    }
    at += bytesRead
    rest = octets.subarray(start)
  }
}
