/**
 * The how manieth attempt of a message a transaction is. A message that an MTA of the chain sends, or the chain's own
 * client, is known from its socket, at every stage. Of strangers only what they say tells: at `mail` the reverse-path,
 * at `rcpt` with it the recipient, at `data` the recipients, at `message` the Message-ID too. Two messages of a stranger
 * that say the same there count as one.
 */
import type { Ask } from './ask.js'
import { messageIdOf } from './match.js'
import { keyOf, Memory } from './memory.js'

interface Tries {
  readonly count: number
  readonly last: object
}

/** What is the same for all attempts of one message; null where only its envelope tells. */
export type MessageKey = string | object | null

export class Attempts {
  readonly #tries = new Memory<string | object, Tries>()

  /** Counted from 1; null before MAIL. The same transaction is the same attempt. */
  count(ask: Ask, message: MessageKey): number | null {
    if (ask.transaction === null) return null
    const key = message ?? envelopeKey(ask)
    const known = this.#tries.get(key)
    if (known?.last === ask.transaction) return known.count
    const count = (known?.count ?? 0) + 1
    this.#tries.set(key, { count, last: ask.transaction })
    return count
  }
}

function envelopeKey({ stage, reversePath, recipients, content }: Ask): string {
  return keyOf([stage, reversePath, ...recipients.toSorted(), messageIdOf(content)])
}
