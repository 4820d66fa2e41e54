/**
 * `check`: the checker alone, on messages that already lie somewhere.
 */
import { expectedHop } from '../chain/expected-path.js'
import { check as checkMessage } from '../check/check.js'
import { alongWay, checkWay, ofAnyMta, plainWay, type Way } from '../check/expected-way.js'
import { fieldLines } from '../check/field-lines.js'
import { addressIn } from '../check/path-pattern.js'
import type { CheckOptions, ExpectedHop, MessageVerdict } from '../check/types.js'
import type { MtaConfig } from '../config/types.js'
import type { Judged } from '../report/judged.js'
import { mapAtOnce } from './at-once.js'
import { findChainFile, readChainFile } from './chain-file.js'
import { CommandFailure, type ExitStatus } from './exit.js'
import { requireKnown } from './expected-way.js'
import { findJournal, openJournal } from './journal-file.js'
import { type MessageFile, readMessageFiles } from './message-file.js'
import type { Output } from './output.js'
import { readReporting, report, type ReportOptions } from './reporting.js'
import { showFile } from './verdicts.js'

export interface CheckCommandOptions extends ReportOptions {
  readonly chain?: string
  /** Names, hostnames or addresses, the first MTA first. */
  readonly path?: string
  readonly expect?: Way
  readonly journal?: string
}

/** Checks under way at once. */
const checksAtOnce = 8

export async function check(
  paths: readonly string[],
  options: CheckCommandOptions,
  output: Output,
): Promise<ExitStatus> {
  const started = new Date()
  const reporting = await readReporting(options)
  const expected = await expectation(options)
  const requireJournal = options.journal !== undefined
  const journal =
    options.journal === undefined ? await findJournal(expected.stateFolder) : await openJournal(options.journal)
  const proof = journal ? { journal, requireJournal } : {}
  const files = await readMessageFiles(paths, output)
  const all = await mapAtOnce(files, checksAtOnce, file => judgeFile(file, expected, proof))
  const verdicts = all.map(({ verdict }) => verdict)
  if (reporting.format === 'text') for (const verdict of verdicts) showFile([verdict], '', output)
  const unknown = verdicts.filter(({ evidence }) => evidence === 'message').length
  if (journal && !requireJournal && unknown > 0) {
    const whose = unknown === verdicts.length ? '' : ` ${unknown} of ${verdicts.length}:`
    output.error(`mta-chain:${whose} the journal beside the chain can't prove it, the message alone was judged`)
  }
  return report({ command: 'check', started, took: null, all }, reporting, output)
}

async function judgeFile(
  { name, content, place }: MessageFile,
  expected: Expectation,
  proof: CheckOptions,
): Promise<Judged> {
  const started = performance.now()
  const verdict = { ...(await judge(content, expected, proof)), file: name }
  const took = performance.now() - started
  if (!place || verdict.findings.every(({ severity }) => severity === 'info'))
    return { verdict, took, place: place && { file: place.file, lines: [] } }
  const lines = fieldLines(content, expected.hops ?? [ofAnyMta]).map(line => place.line + line - 1)
  return { verdict, took, place: { file: place.file, lines } }
}

async function judge(content: Buffer, { hops, way }: Expectation, proof: CheckOptions): Promise<MessageVerdict> {
  if (!hops) return checkWay(content, way, proof)
  const verdict = await checkMessage(content, { hops }, proof)
  return way ? alongWay(verdict, hops, way) : verdict
}

/** What each message is held against: MTAs, or a way alone, or the one and the other. */
type Expectation = { readonly stateFolder: string | null } & (
  | { readonly hops: readonly ExpectedHop[]; readonly way: Way | null }
  | { readonly hops: null; readonly way: Way }
)

/**
 * --path, its names looked up in chain.json where there is one; else the chain itself; else --expect alone, which is as
 * good as --path where it names every MTA.
 */
async function expectation({ chain, path, expect, journal }: CheckCommandOptions): Promise<Expectation> {
  const found = path === undefined && !expect ? await readChainFile(chain) : await findChainFile(chain)
  const stateFolder = found?.stateFolder ?? null
  const mtas = found?.config.mtas ?? []
  const names = path === undefined ? null : namesIn(path)
  if (expect && !names && !found) {
    // the journal knows more of the MTAs than their names
    const plain = journal === undefined ? plainWay(expect) : null
    return plain
      ? { hops: plain.map(name => hopNamed(name, [])), way: null, stateFolder }
      : { hops: null, way: expect, stateFolder }
  }
  const hops = names ? names.map(name => hopNamed(name, mtas)) : mtas.map(expectedHop)
  if (expect) requireKnown(expect, hops)
  return { hops, way: expect ?? null, stateFolder }
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
  const address = addressIn(name)
  const mta = mtas.find(known => [known.name, known.hostname, known.address].includes(address ?? name))
  if (mta) return expectedHop(mta)
  // nothing is known of how its stamps look
  return { mta: address ?? name, hostname: address === null ? name : null, address, stamp: null }
}
