/**
 * What a session tells at a stage, and what a rule that fires wants done.
 */
import type { Client } from '../journal/event.js'
import type { Stage } from '../mail/envelope.js'
import type { Reply } from '../mail/reply.js'

export interface Ask {
  readonly stage: Stage
  readonly client: Client
  /** null is the null reverse-path; where `transaction` is null, none was given yet. */
  readonly reversePath: string | null
  /** At `rcpt` the one that the command names; later all that were taken. */
  readonly recipients: readonly string[]
  /** The same object at all stages of one transaction; null before MAIL. */
  readonly transaction: object | null
  /** At `message`. */
  readonly content: AskedContent | null
}

export interface AskedContent {
  readonly size: number
  /** The first octets, with the header in them. */
  readonly start: Uint8Array
}

export type Effect =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'drop' | 'reset' | 'stall'; readonly keep: boolean }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Octets a second. */
  | { readonly kind: 'throttle'; readonly rate: number }
  | { readonly kind: 'hide'; readonly extensions: readonly string[] }

/** Where sessions ask. */
export interface FaultPoint {
  /** False where no rule can fire at this stage: nothing need be asked. */
  has(stage: Stage): boolean
  /** null where no rule fires: all goes on as usual. */
  fire(ask: Ask): Effect | null
}

/** As the journal says it. */
export function describeEffect(effect: Effect): string {
  switch (effect.kind) {
    case 'delay':
      return `delay ${effect.ms}ms`
    case 'throttle':
      return `throttle ${effect.rate}B/s`
    case 'hide':
      return `hide ${effect.extensions.join(' ')}`
    case 'reply':
      return 'reply'
    case 'drop':
    case 'reset':
    case 'stall':
      return effect.keep ? `${effect.kind}, message kept` : effect.kind
  }
}
