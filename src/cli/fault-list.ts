/**
 * `fault list`: all fault rules of the running chain.
 */
import { faultsSchema } from '../control/answers.js'
import { ask } from '../control/client.js'
import { align } from '../report/table.js'
import { printable } from '../report/text.js'
import { type ControlOptions, controlled } from './control.js'
import type { ExitStatus } from './exit.js'
import type { Output } from './output.js'

export async function faultList(options: ControlOptions, output: Output): Promise<ExitStatus> {
  const { faults } = await controlled(options, folder => ask(folder, { method: 'GET', path: '/faults' }, faultsSchema))
  if (options.json) output.json({ faults })
  else if (faults.length === 0) output.write('No rules.')
  else {
    const rows = align(faults.map(({ id, mta }) => [id, mta]))
    output.write(faults.map(({ rule }, at) => `${rows[at]?.join('  ')}  ${printable(JSON.stringify(rule))}`).join('\n'))
  }
  return 0
}
