/**
 * What the routes work on: a running chain, and what it does not know of itself.
 */
import type { Chain } from '../chain/chain.js'
import type { MessageHistory } from '../journal/journal.js'
import { type Refusal, refusal } from './route.js'

/** The fault rules of a chain. */
export interface FaultRules {
  /** Throws a TypeError that says what is wrong with the rule. */
  add(mta: string, rule: object): { readonly id: string }
  list(): readonly { readonly id: string; readonly mta: string; readonly rule: object }[]
  /** False where there is none of that id. */
  remove(id: string): boolean
  /** Of one MTA, or of all. */
  clear(mta?: string): void
}

export interface Controlled {
  readonly chain: Pick<
    Chain,
    'mtas' | 'queue' | 'events' | 'mailboxes' | 'clock' | 'send' | 'inject' | 'waitFor' | 'expectedPath'
  >
  readonly faults: FaultRules
  /** From the journal, of which nothing stays in memory. */
  readonly history: (id: string) => Promise<MessageHistory | null>
  readonly version: string
  /** By the machine's clock. */
  readonly since: Date
  /** Mail time. */
  readonly now: () => Date
}

/** null where the chain has an MTA of that name, or none was asked for. */
export function unknownMta({ chain: { mtas } }: Controlled, name: string | undefined): Refusal | null {
  const names = mtas.map(({ config }) => config.name)
  if (name === undefined || names.includes(name)) return null
  return refusal(400, `mta: the chain has no ${JSON.stringify(name)}`, `one of ${names.join(', ')}`)
}
