/**
 * `fault remove`: removes one fault rule of the running chain.
 */
import { clearedSchema } from '../control/answers.js'
import { ask } from '../control/client.js'
import { type ControlOptions, controlled } from './control.js'
import type { ExitStatus } from './exit.js'
import type { Output } from './output.js'

export async function faultRemove(id: string, options: ControlOptions, output: Output): Promise<ExitStatus> {
  const question = { method: 'DELETE', path: '/faults', query: { id } } as const
  const { cleared } = await controlled(options, folder => ask(folder, question, clearedSchema))
  if (options.json) output.json({ cleared })
  else output.write(`Rule ${id} is removed.`)
  return 0
}
