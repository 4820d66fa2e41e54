/**
 * What is told of a session to whoever keeps its transcript.
 */
import type { Receiving } from './transaction.js'

/** Told everything in the order it happened; none of it may throw. */
export interface SessionTranscript {
  /** A command without its line end. */
  command(octets: Buffer): void
  /** A reply, with its line ends. */
  reply(lines: string): void
  /** The content has come to its final dot, so many octets. */
  content(size: number): void
  /** What is no line, as "reset by a fault rule". */
  note(text: string): void
  /** The connection has ended; nothing comes after it. */
  closed(): void
}

/** The same place for a content, told of. */
export function transcribed(receiving: Receiving, transcript: SessionTranscript): Receiving {
  let size = 0
  return {
    write(chunk) {
      size += chunk.length
      return receiving.write(chunk)
    },
    take(facts) {
      transcript.content(size)
      return receiving.take(facts)
    },
    discard() {
      transcript.note(`the content is not taken, ${size} octets of it were read`)
      receiving.discard()
    },
  }
}
