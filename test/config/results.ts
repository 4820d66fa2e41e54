import { formatMistakes } from '../../src/config/mistake.js'
import type { ReadChain, Refused } from '../../src/config/load.js'
import type { ChainConfig } from '../../src/config/types.js'

/** The configuration; throws the mistakes where there are any. */
export function accepted(result: ReadChain | Refused): ChainConfig {
  if (!result.ok) throw new Error(formatMistakes('chain.json', result.mistakes))
  return result.config
}

/** All mistakes as a user reads them; throws where the configuration was accepted. */
export function refused(result: ReadChain | Refused): string {
  if (result.ok) throw new Error('accepted')
  return formatMistakes('chain.json', result.mistakes)
}
