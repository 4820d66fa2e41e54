/**
 * Reads on in one file that another process writes, whole lines at a time. Not for a file that is moved aside.
 */
import { type FileHandle, open } from 'node:fs/promises'

const octetsAtOnce = 4_000_000

export class Tail {
  readonly #handle: FileHandle
  readonly #buffer = Buffer.alloc(octetsAtOnce)
  #read = 0

  private constructor(handle: FileHandle) {
    this.#handle = handle
  }

  static async open(file: string): Promise<Tail> {
    return new Tail(await open(file, 'r'))
  }

  /** The lines that were added since the last question. */
  async lines(): Promise<string[]> {
    const lines: string[] = []
    for (;;) {
      const { bytesRead } = await this.#handle.read(this.#buffer, 0, octetsAtOnce, this.#read)
      const end = this.#buffer.subarray(0, bytesRead).lastIndexOf(10) + 1
      if (end === 0) return lines
      this.#read += end
      for (const line of this.#buffer.toString('latin1', 0, end - 1).split('\n')) lines.push(line)
    }
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}
