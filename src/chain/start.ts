/**
 * Starting a chain from a program.
 */
import { dirname, join, resolve } from 'node:path'
import { type LoadedChain, loadChain, type ReadChain, type Refused, validateChain } from '../config/load.js'
import type { ChainInput } from '../config/schema.js'
import { Chain } from './chain.js'
import type { ChainOptions } from './parts.js'
import { StartError } from './problem.js'

export interface StartOptions extends Omit<ChainOptions, 'folder'> {
  /**
   * Where spool, mailboxes and journal are kept. Default: `.mta-chain` beside the file; for a configuration object that
   * wants the disk, `.mta-chain` in the current folder.
   */
  readonly folder?: string
}

/**
 * Starts a chain from a chain.json's path or from a configuration object. An object's ports are free ones, its spool and
 * mailbox in memory, unless it says otherwise; a file's are what it says. Resolves once all MTAs listen, to be closed by
 * `close()` or `await using`; rejects with a StartError that says what is wrong, and leaves nothing behind then.
 */
export async function startChain(chain: string | ChainInput, options: StartOptions = {}): Promise<Chain> {
  const read = await readChain(chain)
  const file = typeof chain === 'string' ? chain : null
  if (!read.ok) throw new StartError({ kind: 'configuration', file, mistakes: read.mistakes })
  const { folder = defaultFolder(file, read), ...others } = options
  const started = await Chain.start(read.config, { transcripts: true, ...others, folder })
  if ('kind' in started) throw new StartError(started)
  return started
}

function readChain(chain: string | ChainInput): Promise<LoadedChain | Refused> | ReadChain | Refused {
  return typeof chain === 'string' ? loadChain(chain) : validateChain(chain)
}

/** null where nothing is on disk. */
function defaultFolder(file: string | null, { config }: ReadChain): string | null {
  if (file !== null) return join(dirname(resolve(file)), '.mta-chain')
  return config.spool === 'disk' || config.mailbox === 'maildir' ? resolve('.mta-chain') : null
}
