/**
 * The control socket of a running chain: the routes on a Unix socket in the state folder, for its owner alone. Whoever
 * opens it holds the folder's lock, so a socket that lies there is one whose process is gone.
 */
import { once } from 'node:events'
import { chmod, mkdir, rename, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Controlled } from './controlled.js'
import { shortPath, socketName, tooLong } from './place.js'
import { ControlServer } from './server.js'

export interface Control {
  /** Removes the socket; resolves once no connection is open. */
  close(): Promise<void>
}

export interface ControlProblem {
  /** One sentence without its end. */
  readonly problem: string
}

const limits = { connections: 1_000, askingTime: 10_000 }

/** A socket is made in here and gets its name when nobody else may use it: there is no moment in which others could. */
const workshop = 'control.new'

export async function openControl(folder: string, controlled: Controlled): Promise<Control | ControlProblem> {
  const server = new ControlServer(controlled, { ...limits, admit: () => null, strict: false })
  const socket = join(folder, socketName)
  try {
    const problem = await withWorkshop(folder, made => listen(server, made, socket))
    if (problem) return problem
  } catch (error) {
    await server.close()
    return { problem: error instanceof Error ? error.message : String(error) }
  }
  return {
    async close() {
      await unlink(socket).catch(() => undefined)
      await server.close()
    },
  }
}

/** An earlier one may lie there: its process was killed at work. */
async function withWorkshop<Result>(folder: string, work: (made: string) => Promise<Result>): Promise<Result> {
  const made = join(folder, workshop)
  await rm(made, { recursive: true, force: true })
  await mkdir(made, { mode: 0o700 })
  try {
    return await work(made)
  } finally {
    await rm(made, { recursive: true, force: true })
  }
}

async function listen({ server }: ControlServer, made: string, socket: string): Promise<ControlProblem | null> {
  const place = shortPath(made, 's')
  if (!place) return { problem: tooLong }
  try {
    server.listen(place.path)
    await once(server, 'listening')
    await chmod(join(made, 's'), 0o600)
    await rename(join(made, 's'), socket)
    return null
  } finally {
    place.release()
  }
}
