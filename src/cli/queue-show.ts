/**
 * `queue show`: one queued message with all that is known of it.
 */
import { shownSchema } from '../control/answers.js'
import { ask } from '../control/client.js'
import { formatQueued } from '../report/queue.js'
import { type ControlOptions, controlled } from './control.js'
import type { ExitStatus } from './exit.js'
import type { Output } from './output.js'
import { queueId } from './queue-id.js'

export async function queueShow(id: string, options: ControlOptions, output: Output): Promise<ExitStatus> {
  const question = { method: 'GET', path: `/queue/${queueId(id)}` } as const
  const message = await controlled(options, folder => ask(folder, question, shownSchema))
  if (options.json) output.json(message)
  else output.write(formatQueued(message, output.style))
  return 0
}
