/**
 * Where the control socket is. The system limits how long a socket's name may be; a longer path is reached by a shorter
 * one, where there is one.
 */
import { closeSync, openSync } from 'node:fs'
import { join, relative } from 'node:path'

export const socketName = 'control.sock'

/** Octets that a socket's name may have: 108 (Linux) or 104, with the zero after it. */
const longestName = process.platform === 'linux' ? 107 : 103

export interface Place {
  readonly path: string
  /** Gives back what the path needs, once it is used no more. */
  release(): void
}

/** A path to that name in the folder which is short enough; null where there is none. */
export function shortPath(folder: string, name: string): Place | null {
  for (const path of [join(folder, name), join(relative(process.cwd(), folder), name)]) {
    if (Buffer.byteLength(path) <= longestName) return { path, release: () => undefined }
  }
  if (process.platform !== 'linux') return null
  const descriptor = openSync(folder, 'r')
  return { path: `/proc/self/fd/${descriptor}/${name}`, release: () => closeSync(descriptor) }
}

export const tooLong = `its path is longer than a socket's name may be (${longestName} octets). Use a chain.json in a folder with a shorter path`
