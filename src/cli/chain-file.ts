/**
 * The chain.json that a command works on.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadChain } from '../config/load.js'
import { formatMistakes } from '../config/mistake.js'
import type { ChainConfig } from '../config/types.js'
import { CommandFailure } from './exit.js'

export interface ChainFile {
  readonly config: ChainConfig
  /** Where it keeps its state: .mta-chain beside chain.json. */
  readonly stateFolder: string
}

export const defaultChainFile = 'chain.json'

/** Every mistake is told, in one go. */
export async function readChainFile(file: string = defaultChainFile): Promise<ChainFile> {
  const loaded = await loadChain(file)
  if (!loaded.ok) throw new CommandFailure(2, formatMistakes(file, loaded.mistakes))
  return { config: loaded.config, stateFolder: join(loaded.directory, '.mta-chain') }
}

/** For a command that can do without: null where no file was named and the current folder has none. */
export async function findChainFile(file: string | undefined): Promise<ChainFile | null> {
  return file === undefined && !existsSync(defaultChainFile) ? null : readChainFile(file)
}
