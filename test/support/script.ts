/**
 * What a scripted peer says and does, stage by stage.
 */

/** Code, blank or hyphen, text; several lines are joined by CRLF. The last CRLF is added when it is sent. */
export type ReplyText = `${number} ${string}` | `${number}-${string}`

/** Ends the connection (FIN), breaks it off (RST), or says nothing more until the other side gives up. */
export type Fault = 'drop' | 'reset' | 'hang'

/** A reply, a reply sent an octet at a time, or a fault in its place. */
export type Step = ReplyText | { readonly trickle: ReplyText } | Fault

/** One attempt to hand over a message. What is absent goes well. */
export interface Script {
  readonly greeting?: Step
  readonly ehlo?: Step
  readonly helo?: Step
  readonly mail?: Step
  /** The answer to each RCPT in turn; those after the last go well. */
  readonly rcpt?: readonly Step[]
  readonly data?: Step
  /** Strikes once `after` octets (at least 1) of the content are there, before the final dot. A hang stops reading. */
  readonly content?: { readonly after: number; readonly fault: Fault }
  /** After the final dot. */
  readonly message?: Step
  readonly rset?: Step
  readonly quit?: Step
}

/** An EHLO reply that offers these extensions. */
export function ehloReply(...extensions: readonly string[]): ReplyText {
  const last = extensions.at(-1)
  if (last === undefined) return '250 peer.test'
  const others = extensions.slice(0, -1).map(extension => `250-${extension}\r\n`)
  return `250-peer.test\r\n${others.join('')}250 ${last}`
}

/** The code of the reply that the step sends; null where it sends none. */
export function codeOf(step: Step): number | null {
  if (typeof step === 'object') return codeOf(step.trickle)
  return isFault(step) ? null : Number(step.slice(0, 3))
}

export function isFault(step: Step): step is Fault {
  return step === 'drop' || step === 'reset' || step === 'hang'
}

export function isPositive(step: Step): boolean {
  return codeOf(step)?.toString().startsWith('2') ?? false
}
