/**
 * Which copy is on its way over which socket. An MTA that receives a message looks its client's socket up here, and so
 * knows by itself, not by what the client says, which copy of the chain it is.
 */
import type { Peer } from '../journal/event.js'
import type { QueueId } from '../mail/envelope.js'
import type { Submission } from './submission.js'

/** What is on a socket: another MTA's copy, or a message that the chain itself was given to send. */
export type Cargo = { readonly copy: QueueId } | { readonly submission: Submission }

/**
 * A socket is known by both its ends: somebody else may use the same address and port towards another MTA. While the
 * cargo is on its way the system gives that pair to nobody else.
 */
export class Flights {
  readonly #flights = new Map<string, Cargo>()

  /** The cargo is on that socket until the returned function is called. */
  begin(from: Peer, to: Peer, cargo: Cargo): () => void {
    const key = keyOf(from, to)
    this.#flights.set(key, cargo)
    return () => {
      // the port may have been given out again meanwhile
      if (this.#flights.get(key) === cargo) this.#flights.delete(key)
    }
  }

  find(from: Peer, to: Peer): Cargo | null {
    return this.#flights.get(keyOf(from, to)) ?? null
  }
}

function keyOf(from: Peer, to: Peer): string {
  return `${from.address} ${from.port} ${to.address} ${to.port}`
}
