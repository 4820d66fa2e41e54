/**
 * The running chain's control socket: opened by `up`, asked by the commands that look at it or work on it.
 */
import type { Chain } from '../chain/chain.js'
import { type Control, openControl } from '../control/control.js'
import type { Failed } from '../control/client.js'
import type { Controlled } from '../control/controlled.js'
import { searchHistory } from '../journal/search.js'
import { defaultChainFile, readChainFile } from './chain-file.js'
import { CommandFailure, type ExitStatus } from './exit.js'
import type { Output } from './output.js'
import { version } from './version.js'

export function controlledBy(chain: Chain, stateFolder: string): Controlled {
  return {
    chain,
    faults: chain.faults,
    history: id => searchHistory(stateFolder, id),
    version: version(),
    since: new Date(),
    now: () => chain.clock.now(),
  }
}

/** The chain runs without it too: null where it can't be opened, and the user is told. */
export async function openControlOrWarn(
  asked: Controlled,
  stateFolder: string,
  output: Output,
): Promise<Control | null> {
  const opened = await openControl(stateFolder, asked)
  if (!('problem' in opened)) return opened
  output.error(
    `mta-chain: no status, watch, queue and fault commands: the control socket can't be opened: ${opened.problem}.`,
  )
  return null
}

export interface ControlOptions {
  readonly chain?: string
  readonly json?: boolean
}

/** Asks the chain of --chain; what does not succeed ends the command with a sentence and the exit status. */
export async function controlled<Value>(
  { chain = defaultChainFile }: ControlOptions,
  asking: (stateFolder: string) => Promise<{ readonly value: Value } | Failed>,
): Promise<Value> {
  const { stateFolder } = await readChainFile(chain)
  const answer = await asking(stateFolder)
  if ('value' in answer) return answer.value
  throw new CommandFailure(statusOf(answer), sentence(answer, chain))
}

/** What is asked wrongly is wrong usage; what the chain can't do is the answer; a chain that is not there is the machine's. */
function statusOf({ failed, status }: Failed): ExitStatus {
  if (failed !== 'refused') return 3
  return status === 404 || status === 409 ? 1 : 2
}

function sentence({ failed, error, expected }: Failed, chain: string): string {
  if (failed !== 'no-chain') return `${error}: expected ${expected}`
  const option = chain === defaultChainFile ? '' : ` --chain ${chain}`
  return `no chain runs on ${chain}: start one with mta-chain up${option}`
}
