/**
 * Connections to the next MTA that are kept open between messages. One that the other side has closed is replaced
 * without the message noticing; one that is not used for a while is closed; one is never used so long that the other
 * side's session deadline could cut a message off. No more are open than there are messages under way at once. Once
 * the pool is closed nothing opens any more, and nothing stays open.
 */
import type { Problem } from '../mail/problem.js'
import { Connection } from './connection.js'
import type { SmtpClientOptions } from './smtp-client.js'

export interface PoolOptions extends SmtpClientOptions {
  /** An unused connection is closed after, ms. */
  readonly idleTime: number
  /** A connection takes no new message after, ms. */
  readonly longestUse: number
}

/** How long a closing connection may take to say good-bye, ms. */
const quitTime = 1_000

const closing: Problem = { stage: 'connect', reply: null, cause: 'shutting down' }

export class Pool {
  readonly #options: PoolOptions
  /** The one used last comes first. */
  readonly #idle: Connection[] = []
  /** Those being opened too. */
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
      if (connection.isOpen && !this.#isOld(connection)) return connection
      this.#quit(connection)
    }
    return this.connect()
  }

  async connect(): Promise<Connection | Problem> {
    await Promise.all(this.#quitting)
    if (this.#closed) return closing
    const connection = new Connection(this.#options, () => this.#forget(connection))
    this.#all.add(connection)
    return (await connection.open()) ?? connection
  }

  /** Gives a connection back, with no transaction open on it. */
  release(connection: Connection): void {
    if (this.#closed || this.#isOld(connection) || !connection.isOpen) {
      this.#quit(connection)
      return
    }
    connection.wasIdle = true
    this.#idle.push(connection)
    const quit = (): void => {
      this.#forget(connection)
      this.#quit(connection)
    }
    this.#timers.set(connection, setTimeout(quit, this.#options.idleTime))
  }

  /** Closes all connections; what is on its way over them is cut off. */
  async close(): Promise<void> {
    this.#closed = true
    for (const connection of this.#all) {
      this.#stopTimer(connection)
      if (this.#idle.includes(connection)) this.#quit(connection)
      else connection.close(closing.cause)
    }
    this.#idle.length = 0
    await Promise.all(this.#quitting)
  }

  #isOld(connection: Connection): boolean {
    return performance.now() - connection.openedAt > this.#options.longestUse
  }

  #quit(connection: Connection): void {
    this.#all.delete(connection)
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
