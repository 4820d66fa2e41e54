/**
 * Connections to the next MTA that are kept open between messages. One that the other side has closed is replaced
 * without the message noticing; one that is not used for a while is closed; one is never used so long that the other
 * side's session deadline could cut a message off.
 */
import type { Problem } from '../mail/problem.js'
import { Connection, type ConnectionOptions } from './connection.js'

export interface PoolOptions extends ConnectionOptions {
  /** An unused connection is closed after, ms. */
  readonly idleTime: number
  /** A connection takes no new message after, ms. */
  readonly longestUse: number
}

/** How long a closing connection may take to say good-bye, ms. */
const quitTime = 1_000

export class Pool {
  readonly #options: PoolOptions
  readonly #idle: Connection[] = []
  readonly #all = new Set<Connection>()
  readonly #quitting = new Set<Promise<void>>()
  readonly #timers = new Map<Connection, NodeJS.Timeout>()
  #closed = false

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /** A connection that was used before, or else a new one. */
  async acquire(): Promise<Connection | Problem> {
    for (let connection = this.#idle.pop(); connection; connection = this.#idle.pop()) {
      this.#stopTimer(connection)
      if (connection.isOpen) return connection
    }
    return this.connect()
  }

  async connect(): Promise<Connection | Problem> {
    const opened = await Connection.open(this.#options, closed => this.#forget(closed))
    if (opened instanceof Connection) {
      this.#all.add(opened)
      if (this.#closed) opened.destroy()
    }
    return opened
  }

  /** Gives a connection back, with no transaction open on it. */
  release(connection: Connection): void {
    const old = performance.now() - connection.openedAt > this.#options.longestUse
    if (this.#closed || old || !connection.isOpen) {
      this.#quit(connection)
      return
    }
    this.#idle.push(connection)
    const timer = setTimeout(() => {
      this.#forget(connection)
      this.#quit(connection)
    }, this.#options.idleTime)
    timer.unref()
    this.#timers.set(connection, timer)
  }

  /** Closes all connections; what is on its way over them is cut off. */
  async close(): Promise<void> {
    this.#closed = true
    for (const connection of this.#all) {
      if (this.#idle.includes(connection)) this.#quit(connection)
      else connection.destroy()
    }
    await Promise.all(this.#quitting)
  }

  #quit(connection: Connection): void {
    const quitting: Promise<void> = connection.quit(quitTime).finally(() => this.#quitting.delete(quitting))
    this.#quitting.add(quitting)
  }

  #forget(connection: Connection): void {
    this.#stopTimer(connection)
    this.#all.delete(connection)
    const at = this.#idle.indexOf(connection)
    if (at !== -1) this.#idle.splice(at, 1)
  }

  #stopTimer(connection: Connection): void {
    clearTimeout(this.#timers.get(connection))
    this.#timers.delete(connection)
  }
}
