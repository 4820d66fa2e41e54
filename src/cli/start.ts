/**
 * Starting a chain from a command, or failing with the sentence that tells why and what mends it.
 */
import { Chain } from '../chain/chain.js'
import type { ChainOptions } from '../chain/parts.js'
import { describeStartProblem } from '../chain/problem.js'
import type { ChainConfig } from '../config/types.js'
import type { DrawnMta } from '../report/chain.js'
import { CommandFailure } from './exit.js'

export async function startOrFail(config: ChainConfig, options: ChainOptions): Promise<Chain> {
  const chain = await Chain.start(config, options)
  if ('kind' in chain) throw new CommandFailure(chain.kind === 'configuration' ? 2 : 3, describeStartProblem(chain))
  return chain
}

/** The MTAs with the ports that they really have. */
export function drawn({ mtas }: Chain): DrawnMta[] {
  return mtas.map(({ config: { name, address }, port }) => ({ name, address, port }))
}

/** Where messages go in. */
export function firstOf([first]: readonly DrawnMta[]): DrawnMta {
  if (!first) throw new TypeError('a chain without MTAs')
  return first
}
