/**
 * Which replies the other side still owes, and which it has given: they come in the order of the commands (RFC 2920
 * 3.1). A reply that can't be one, or comes where none may, is told at once: from then on no reply can be trusted to
 * belong to its command.
 */
import type { Stage } from '../mail/envelope.js'
import { parseReply, type Reply } from '../mail/reply.js'

/** `other`: RSET and QUIT, whose replies decide nothing about a message. */
export type Asked = Stage | 'other'

export interface Answer {
  readonly stage: Asked
  readonly reply: Reply
}

export class Dialogue {
  readonly #owed: Asked[] = []
  #answers: Answer[] = []
  #stage: Asked = 'connect'
  /** The content is on its way: its final dot is not sent yet. */
  inContent = false

  /** What was answered since the transaction began. */
  get answers(): readonly Answer[] {
    return this.#answers
  }

  get owes(): boolean {
    return this.#owed.length > 0
  }

  /** What is waited for, or was last. */
  get stage(): Stage {
    const stage = this.inContent ? 'message' : (this.#owed[0] ?? this.#stage)
    return stage === 'other' ? 'mail' : stage
  }

  beginTransaction(): void {
    this.#answers = []
    this.#stage = 'mail'
  }

  ask(asked: Asked): void {
    this.#owed.push(asked)
  }

  /** Takes a whole reply, its lines parted by LF. Returns what is wrong with it, in a sentence; null where nothing is. */
  hear(raw: string): string | null {
    const reply = readReply(raw)
    if (reply === null) return `not a reply: ${JSON.stringify(raw.slice(0, 80))}`
    const stage = this.inContent ? 'message' : this.#owed.shift()
    // 421 may come at any time; of anything else that nobody asked for nodemailer makes an error
    if (stage === undefined) return null
    this.#stage = stage
    if (this.inContent && reply.code < 400) return `${reply.code} before the final dot`
    // RFC 5321 4.1.1.4: nothing but 354 asks for the content; nodemailer would take 250, one that was meant for RCPT too
    if (stage === 'data' && reply.code < 300) return `${reply.code} in answer to DATA`
    this.#answers.push({ stage, reply })
    return null
  }
}

/** Null where the lines are no reply of one code (RFC 5321 4.2.1). */
function readReply(raw: string): Reply | null {
  const lines = raw.split('\n')
  const code = raw.slice(0, 3)
  const isOneReply = lines.every((line, at) => line.startsWith(code) && (line[3] === '-') === at < lines.length - 1)
  return isOneReply ? parseReply(raw) : null
}

/** True for a reply with which the stage is passed. */
export function isPassed({ stage, reply }: Answer): boolean {
  return Math.floor(reply.code / 100) === (stage === 'data' ? 3 : 2)
}
