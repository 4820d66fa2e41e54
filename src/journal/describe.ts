/**
 * An event in a line of words: "09:00:01.120 gateway deferred 4F2K7Q9XW3 for b@example.test: 450 4.7.1 Greylisted".
 */
import { printable } from '../mail/printable.js'
import type { JournalEvent } from './event.js'
import { firstNames } from './first-names.js'

/** On one line, safe to print: clients and replies say what they like. */
export function describeEvent(event: JournalEvent): string {
  return printable(`${event.time.slice(11, 23)} ${event.mta} ${wordsOf(event)}`)
}

function wordsOf(event: JournalEvent): string {
  switch (event.event) {
    case 'received':
      return `received ${event.id} from ${event.client.address} for ${firstNames(event.recipients)}`
    case 'relayed':
      return `relayed ${event.id} to ${event.to.address} for ${firstNames(event.recipients)}: ${event.reply}`
    case 'delivered':
      return `delivered ${event.id} to ${event.recipient}`
    default:
      return describeTrouble(event, 'id' in event ? event.id : null)
  }
}

/** What is told of an event; one that a chain of another version wrote may lack some of it. */
export interface Trouble {
  readonly event: string
  readonly recipients?: readonly string[] | undefined
  readonly stage?: string | undefined
  readonly rule?: string | undefined
  readonly action?: string | undefined
  readonly reply?: string | null | undefined
  readonly problem?: string | undefined
  readonly nextAttemptAt?: string | undefined
  readonly report?: string | null | undefined
  /** Of a report: whom it is for. */
  readonly to?: unknown
  readonly key?: string | undefined
  readonly reason?: string | undefined
}

/**
 * What keeps a message from its way, without when and where: of any event but those that take it further. `id` names the
 * message; null where that is told beside it. Not safe to print.
 */
export function describeTrouble(event: Trouble, id: string | null): string {
  const { recipients = [], stage = '', reply, problem = '' } = event
  const named = id === null ? '' : ` ${id}`
  const whom = recipients.length === 0 ? '' : ` for ${firstNames(recipients)}`
  switch (event.event) {
    case 'refused':
      return `refused at ${stage}${whom}: ${reply ?? ''}`
    case 'fault':
      return `fault ${event.rule ?? ''} at ${stage}${whom}: ${reply ?? event.action ?? ''}`
    case 'deferred':
      return `deferred${named}${whom} until ${event.nextAttemptAt?.slice(11, 19) ?? '?'}: ${problem}`
    case 'failed':
      return `failed${named}${whom}: ${problem}`
    case 'bounced':
      return `bounced${named}${whom}, ${event.report ? `reported${reportOf(event)}` : 'without a report'}: ${problem}`
    case 'reported':
      return `reported ${event.action ?? ''}${named}${reportOf(event)}`
    case 'set-aside':
      return `set aside ${event.key ?? ''}: ${event.reason ?? ''}`
    default:
      return `${event.event}${named}${whom}`
  }
}

function reportOf({ to, report }: Trouble): string {
  return ` to ${typeof to === 'string' ? to : '<>'} as ${report ?? ''}`
}
