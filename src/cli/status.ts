/**
 * `status`: the running chain at a glance.
 */
import { statusSchema } from '../control/answers.js'
import { ask } from '../control/client.js'
import { formatStatus } from '../report/status.js'
import { type ControlOptions, controlled } from './control.js'
import type { ExitStatus } from './exit.js'
import type { Output } from './output.js'

export async function status(options: ControlOptions, output: Output): Promise<ExitStatus> {
  const found = await controlled(options, folder => ask(folder, { method: 'GET', path: '/status' }, statusSchema))
  if (options.json) output.json(found)
  else output.write(formatStatus(found, output.style))
  return 0
}
