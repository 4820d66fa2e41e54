/**
 * Where messages are, in words that are safe to print.
 */
import { firstNames } from '../journal/first-names.js'
import { printable } from '../mail/printable.js'
import type { QueuedMessage } from '../queue/list.js'
import type { Mta } from './mta.js'
import type { Whereabouts } from './waiting.js'

export function whereaboutsIn(mtas: readonly Mta[]): Whereabouts {
  return {
    count: () => mtas.flatMap(({ counts }) => Object.values(counts)).reduce((sum, each) => sum + each, 0),
    lines: () => whereAll(mtas),
  }
}

/** Of each queued message: the MTA, who it is for, and why it is not gone yet. */
function* whereAll(mtas: readonly Mta[]): Generator<string> {
  for (const { config, queue } of mtas) for (const message of queue.messages()) yield whereIs(config.name, message)
}

function whereIs(mta: string, { item, state, problem, nextAttemptAt }: QueuedMessage): string {
  const left = item.recipients.filter(recipient => recipient.state !== 'delivered').map(({ mailbox }) => mailbox)
  const why = problem === null ? '' : `: ${problem}`
  const next = nextAttemptAt === null ? '' : `, next attempt at ${nextAttemptAt.toISOString().slice(11, 19)}`
  return printable(`${item.id} for ${firstNames(left)} at ${mta}, ${state}${why}${next}`)
}
