/**
 * `check`: the checker alone, on messages that already lie somewhere.
 */
import { expectedHop } from '../chain/expected-path.js'
import { check as checkMessage } from '../check/check.js'
import type { ExpectedHop } from '../check/types.js'
import { canonicalAddress } from '../mail/address.js'
import type { MtaConfig } from '../config/types.js'
import { mapAtOnce } from './at-once.js'
import { findChainFile, readChainFile } from './chain-file.js'
import { CommandFailure, type ExitStatus } from './exit.js'
import { findJournal, openJournal } from './journal-file.js'
import { readMessageFiles } from './message-file.js'
import type { Output } from './output.js'
import { conclude, showFile } from './verdicts.js'

export interface CheckCommandOptions {
  readonly chain?: string
  /** Names, hostnames or addresses, the first MTA first. */
  readonly path?: string
  readonly journal?: string
  readonly json?: boolean
}

/** Checks under way at once. */
const checksAtOnce = 8

export async function check(
  paths: readonly string[],
  options: CheckCommandOptions,
  output: Output,
): Promise<ExitStatus> {
  const { hops, stateFolder } = await expectation(options)
  const requireJournal = options.journal !== undefined
  const journal = options.journal === undefined ? await findJournal(stateFolder) : await openJournal(options.journal)
  const files = await readMessageFiles(paths, output)
  const verdicts = await mapAtOnce(files, checksAtOnce, async ({ name, content }) => {
    const verdict = await checkMessage(content, { hops }, journal ? { journal, requireJournal } : {})
    return { ...verdict, file: name }
  })
  if (!options.json) for (const verdict of verdicts) showFile([verdict], '', output)
  const unknown = verdicts.filter(({ evidence }) => evidence === 'message').length
  if (journal && !requireJournal && unknown > 0) {
    const whose = unknown === verdicts.length ? '' : ` ${unknown} of ${verdicts.length}:`
    output.error(`mta-chain:${whose} the journal beside the chain can't prove it, the message alone was judged`)
  }
  return conclude(verdicts, options, output)
}

interface Expectation {
  readonly hops: readonly ExpectedHop[]
  readonly stateFolder: string | null
}

/** --path, its names looked up in chain.json where there is one; else the chain itself. */
async function expectation({ chain, path }: CheckCommandOptions): Promise<Expectation> {
  const found = path === undefined ? await readChainFile(chain) : await findChainFile(chain)
  const mtas = found?.config.mtas ?? []
  const hops = path === undefined ? mtas.map(expectedHop) : namesIn(path).map(name => hopNamed(name, mtas))
  return { hops, stateFolder: found?.stateFolder ?? null }
}

function namesIn(path: string): string[] {
  const names = path
    .split(/[,>]/)
    .map(name => name.trim())
    .filter(name => name !== '')
  if (names.length === 0) throw new CommandFailure(2, '--path: expected names, as a,b,c')
  return names
}

function hopNamed(name: string, mtas: readonly MtaConfig[]): ExpectedHop {
  const address = canonicalAddress(name)
  const mta = mtas.find(known => [known.name, known.hostname, known.address].includes(address ?? name))
  if (mta) return expectedHop(mta)
  // nothing is known of how its stamps look
  return { mta: name, hostname: address === null ? name : null, address, stamp: null }
}
