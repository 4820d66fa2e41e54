/**
 * The chain.json that a command works on.
 */
import { join } from 'node:path'
import { Chain, type ChainOptions } from '../chain/chain.js'
import { describeStartProblem, type StartProblem } from '../chain/problem.js'
import { loadChain } from '../config/load.js'
import { formatMistakes } from '../config/mistake.js'
import type { ChainConfig } from '../config/types.js'
import { CommandFailure, type ExitStatus } from './exit.js'

export interface ChainFile {
  readonly config: ChainConfig
  /** Where it keeps its state: .mta-chain beside chain.json. */
  readonly stateFolder: string
}

export async function readChainFile(file: string): Promise<ChainFile> {
  const loaded = await loadChain(file)
  if (!loaded.ok) throw new CommandFailure(2, formatMistakes(file, loaded.mistakes))
  return { config: loaded.config, stateFolder: join(loaded.directory, '.mta-chain') }
}

export async function startChainOrFail(config: ChainConfig, options: ChainOptions): Promise<Chain> {
  const chain = await Chain.start(config, options)
  if ('kind' in chain) throw new CommandFailure(statusOf(chain), describeStartProblem(chain))
  return chain
}

function statusOf({ kind }: StartProblem): ExitStatus {
  return kind === 'configuration' ? 2 : 3
}
