/**
 * A promise that the test settles, and server ends of sockets that the test sees.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { bounded, patience } from '../support/bounded.js'

export interface Gate<T> {
  readonly promise: Promise<T>
  open(value: T): void
  fail(error: Error): void
}

export function gate<T = void>(): Gate<T> {
  let open: (value: T) => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  // it may fail before anybody looks
  promise.catch(() => undefined)
  return { promise, open: value => open(value), fail: error => fail(error) }
}

/**
 * The server's ends of all connections accepted from now on in this process, until the test ends. `accepted` is called
 * for each before the server does anything with it.
 */
export function serverSockets(accepted: (socket: Socket) => void = () => undefined): readonly Socket[] {
  const sockets: Socket[] = []
  const note = (message: unknown): void => {
    if (typeof message === 'object' && message !== null && 'socket' in message && message.socket instanceof Socket) {
      sockets.push(message.socket)
      accepted(message.socket)
    }
  }
  subscribe('net.server.socket', note)
  onTestFinished(() => void unsubscribe('net.server.socket', note))
  return sockets
}

/** Resolves once the condition holds; looks at every turn of the event loop. */
export function until(what: string, holds: () => boolean): Promise<void> {
  const look = async (signal: AbortSignal): Promise<void> => {
    while (!holds() && !signal.aborted) await turn()
  }
  return bounded(patience, look, () => `waited in vain: ${what}`)
}
