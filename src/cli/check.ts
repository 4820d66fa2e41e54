/**
 * `check`: the checker alone, on messages that already lie somewhere.
 */
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { check as checkMessage } from '../check/check.js'
import type { ExpectedHop, ExpectedPath } from '../check/types.js'
import { together } from '../check/verdict.js'
import { loadChain } from '../config/load.js'
import { JournalReader } from '../journal/reader.js'
import { canonicalAddress } from '../mail/address.js'
import { formatMessage, formatSummary } from '../report/verdict.js'
import { readChainFile } from './chain-file.js'
import { CommandFailure, type ExitStatus } from './exit.js'
import { readMessageFiles, unreadable } from './message-file.js'
import type { Output } from './output.js'

export interface CheckCommandOptions {
  readonly chain: string
  /** Names, hostnames or addresses, the first MTA first. */
  readonly path?: string
  readonly journal?: string
  readonly json: boolean
}

export async function check(
  paths: readonly string[],
  options: CheckCommandOptions,
  output: Output,
): Promise<ExitStatus> {
  const { expected, stateFolder } = await expectation(options)
  const journal = await findJournal(options, stateFolder)
  const files = await readMessageFiles(paths)
  const requireJournal = options.journal !== undefined
  const verdicts = await Promise.all(
    files.map(async ({ name, content }) => {
      const given = journal ? { journal, requireJournal } : {}
      return { ...(await checkMessage(content, expected, given)), file: name }
    }),
  )
  const verdict = together(verdicts)
  if (options.json) output.json(verdict)
  else {
    for (const message of verdicts) output.write(`${formatMessage({ verdict: message, note: '' }, output.style)}\n`)
    output.write(formatSummary(verdict, null, output.style))
  }
  return verdict.verdict === 'pass' ? 0 : 1
}

interface Expectation {
  readonly expected: ExpectedPath
  readonly stateFolder: string | null
}

/** --path, its names looked up in chain.json where there is one; else the chain itself. */
async function expectation({ chain, path }: CheckCommandOptions): Promise<Expectation> {
  if (path === undefined) {
    const { config, stateFolder } = await readChainFile(chain)
    return {
      expected: { hops: config.mtas.map(({ name, hostname, address }) => ({ mta: name, hostname, address })) },
      stateFolder,
    }
  }
  const loaded = await loadChain(chain)
  const known = loaded.ok ? loaded.config.mtas : []
  const names = path.split(/\s*[,>]\s*/).filter(name => name !== '')
  if (names.length === 0) throw new CommandFailure(2, '--path: expected names, as a,b,c')
  const hops = names.map((name): ExpectedHop => {
    const mta = known.find(({ name: mtaName, hostname, address }) => [mtaName, hostname, address].includes(name))
    if (mta) return { mta: mta.name, hostname: mta.hostname, address: mta.address }
    const address = canonicalAddress(name)
    return { mta: name, hostname: address === null ? name : null, address }
  })
  return { expected: { hops }, stateFolder: loaded.ok ? join(loaded.directory, '.mta-chain') : null }
}

/** --journal names the folder or a file in it; without it the one beside chain.json, if there is one. */
async function findJournal(
  { journal }: CheckCommandOptions,
  stateFolder: string | null,
): Promise<JournalReader | null> {
  if (journal !== undefined) {
    const isFolder = await stat(journal).then(
      found => found.isDirectory(),
      (error: unknown) => {
        throw unreadable(journal, error)
      },
    )
    return new JournalReader(isFolder ? journal : dirname(journal))
  }
  if (stateFolder === null) return null
  return stat(stateFolder).then(
    () => new JournalReader(stateFolder),
    () => null,
  )
}
