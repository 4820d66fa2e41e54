/**
 * The routes over TCP. Whoever opens it outside loopback gives it a token.
 */
import { once } from 'node:events'
import type { ControlProblem } from './control.js'
import type { Controlled } from './controlled.js'
import { guard } from './guard.js'
import { ControlServer } from './server.js'

export interface HttpPlace {
  /** Canonical. */
  readonly address: string
  /** 0 is a free one. */
  readonly port: number
  readonly token: string | null
}

export interface HttpControl {
  readonly port: number
  /** Resolves once no connection is open: what waits for something to happen is ended. */
  close(): Promise<void>
}

/** Connections at once, and how long a question may take to come, ms. */
const usual = { connections: 100, askingTime: 10_000 }

/** A `problem` is the system's code, as EADDRINUSE. */
export async function openHttp(
  { address, port, token }: HttpPlace,
  controlled: Controlled,
  limits = usual,
): Promise<HttpControl | ControlProblem> {
  let bound = { address, port, token }
  const control = new ControlServer(controlled, { ...limits, admit: request => guard(request, bound), strict: true })
  const { server } = control
  try {
    // of IPv6 that alone: what 0.0.0.0 means is asked for by itself
    server.listen({ host: address, port, ipv6Only: address !== '::' })
    await once(server, 'listening')
  } catch (error) {
    await control.close()
    return { problem: error instanceof Error && 'code' in error ? String(error.code) : String(error) }
  }
  const listening = server.address()
  if (typeof listening === 'object' && listening) bound = { ...bound, port: listening.port }
  return { port: bound.port, close: () => control.close() }
}
