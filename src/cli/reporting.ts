/**
 * How `run` and `check` tell what they found: `--format` on standard output, `--junit` in a file beside it.
 */
import { appendFile } from 'node:fs/promises'
import { together } from '../check/verdict.js'
import type { Judgement, VerdictFormatName } from '../report/judged.js'
import { formatGithub } from '../report/github.js'
import { formatGithubSummary } from '../report/github-summary.js'
import { formatJunit } from '../report/junit.js'
import type { Story } from '../report/story/types.js'
import { type ExitStatus, reasonOf } from './exit.js'
import { formatOf } from './format.js'
import type { Output } from './output.js'
import { conclude } from './verdicts.js'
import { requireWritable, writeWhole } from './whole-file.js'

export interface ReportOptions {
  readonly json?: boolean
  readonly format?: VerdictFormatName
  /** The file that the JUnit XML is written to. */
  readonly junit?: string
}

/** Of these options. Fails with a sentence where they can't be met, before anything is done. */
export async function readReporting(options: ReportOptions): Promise<Reporting> {
  const format = formatOf(options)
  if (options.junit !== undefined) await requireWritable(options.junit, '--junit')
  return { format, junit: options.junit ?? null }
}

export interface Reporting {
  readonly format: VerdictFormatName
  readonly junit: string | null
}

/**
 * The end of the output; `explained` stands in the JSON document. Fails with a sentence where the file can't be written,
 * once all else is told.
 */
export async function report(
  judgement: Judgement,
  { format, junit }: Reporting,
  output: Output,
  explained?: readonly Story[],
): Promise<ExitStatus> {
  const status = tell(judgement, format, output, explained)
  if (format === 'github') await tellJob(judgement, output)
  if (junit !== null) await writeWhole(junit, `${formatJunit(judgement)}\n`, '--junit')
  return status
}

function tell(
  judgement: Judgement,
  format: VerdictFormatName,
  output: Output,
  explained: readonly Story[] | undefined,
): ExitStatus {
  const verdicts = judgement.all.map(({ verdict }) => verdict)
  if (format === 'text' || format === 'json') {
    return conclude(verdicts, { json: format === 'json', took: judgement.took, explained }, output)
  }
  output.write(format === 'junit' ? formatJunit(judgement) : formatGithub(judgement))
  return together(verdicts).verdict === 'pass' ? 0 : 1
}

/** docs.github.com: a step's summary is the file of that name. Mail is judged without it too. */
async function tellJob(judgement: Judgement, output: Output): Promise<void> {
  const file = process.env['GITHUB_STEP_SUMMARY']
  if (!file) return
  await appendFile(file, formatGithubSummary(judgement)).catch((error: unknown) => {
    output.error(`mta-chain: GITHUB_STEP_SUMMARY: ${file} can't be written: ${reasonOf(error)}`)
  })
}
