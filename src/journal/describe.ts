/**
 * An event in a line of words: "09:00:01.120 gateway deferred 4F2K7Q9XW3 for b@example.test: 450 4.7.1 Greylisted".
 */
import { printable } from '../mail/printable.js'
import type { JournalEvent } from './event.js'
import { firstNames } from './first-names.js'

/** On one line, safe to print: clients and replies say what they like. */
export function describeEvent(event: JournalEvent): string {
  const time = event.time.slice(11, 23)
  return printable(`${time} ${event.mta} ${wordsOf(event)}`)
}

function wordsOf(event: JournalEvent): string {
  switch (event.event) {
    case 'received':
      return `received ${event.id} from ${event.client.address} for ${firstNames(event.recipients)}`
    case 'refused':
      return `refused at ${event.stage}${about(event.recipients)}: ${event.reply}`
    case 'fault':
      return `fault ${event.rule} at ${event.stage}${about(event.recipients)}: ${event.reply ?? event.action}`
    case 'relayed':
      return `relayed ${event.id} to ${event.to.address} for ${firstNames(event.recipients)}: ${event.reply}`
    case 'delivered':
      return `delivered ${event.id} to ${event.recipient}`
    case 'deferred':
      return `deferred ${event.id} for ${firstNames(event.recipients)} until ${event.nextAttemptAt.slice(11, 19)}: ${event.problem}`
    case 'failed':
      return `failed ${event.id} for ${firstNames(event.recipients)}: ${event.problem}`
    case 'held':
    case 'released':
    case 'dropped':
      return `${event.event} ${event.id} for ${firstNames(event.recipients)}`
    case 'bounced': {
      const told = event.report === null ? 'without a report' : `reported to ${event.to ?? '<>'} as ${event.report}`
      return `bounced ${event.id} for ${firstNames(event.recipients)}, ${told}: ${event.problem}`
    }
    case 'reported':
      return `reported ${event.action} ${event.id} to ${event.to} as ${event.report}`
    case 'set-aside':
      return `set aside ${event.key}: ${event.reason}`
  }
}

function about(recipients: readonly string[]): string {
  return recipients.length === 0 ? '' : ` for ${firstNames(recipients)}`
}
