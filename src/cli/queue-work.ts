/**
 * `queue retry`, `hold`, `release` and `drop`: work on queued messages by hand.
 */
import { type Done, doneSchema } from '../control/answers.js'
import { ask } from '../control/client.js'
import { count } from '../report/quantities.js'
import { type ControlOptions, controlled } from './control.js'
import { CommandFailure, type ExitStatus } from './exit.js'
import type { Output } from './output.js'
import { queueId } from './queue-id.js'

export interface QueueWorkOptions extends ControlOptions {
  readonly all?: boolean
  readonly mta?: string
  readonly state?: string
  readonly from?: string
  readonly to?: string
}

export type Work = 'retry' | 'hold' | 'release' | 'drop'

const told: Readonly<Record<Work, string>> = {
  retry: 'to be tried now',
  hold: 'held',
  release: 'released',
  drop: 'dropped',
}

const reasons: Readonly<Record<Done['refused'][number]['reason'], string>> = {
  unknown: 'no queue has it, it may have gone on',
  running: 'it is being sent at this moment, try again',
  held: 'it is held, mta-chain queue release tries it',
  failed: 'it was refused for good, nothing of it is tried any more',
}

export async function queueWork(
  work: Work,
  ids: readonly string[],
  options: QueueWorkOptions,
  output: Output,
): Promise<ExitStatus> {
  const question = { method: 'POST', path: `/queue/${work}`, body: bodyOf(ids, options) } as const
  const { done, refused } = await controlled(options, folder => ask(folder, question, doneSchema))
  if (options.json) output.json({ done, refused })
  else if (done > 0 || refused.length === 0) output.write(`${count(done, 'message')} ${told[work]}.`)
  for (const { id, reason } of refused) output.error(`mta-chain: ${id}: ${reasons[reason]}`)
  return refused.length > 0 ? 1 : 0
}

function bodyOf(ids: readonly string[], { all, mta, state, from, to }: QueueWorkOptions): object {
  if (all && ids.length > 0) throw new CommandFailure(2, 'give queue ids, or --all, not both')
  const filter = Object.entries({ mta, state, from, to }).filter(([, value]) => value !== undefined)
  if (all) return { all, ...Object.fromEntries(filter) }
  const [first] = filter
  if (first) throw new CommandFailure(2, `--${first[0]} goes with --all`)
  if (ids.length === 0) throw new CommandFailure(2, 'give queue ids (mta-chain queue list shows them), or --all')
  return { ids: ids.map(queueId) }
}
