/**
 * Verdicts as the Markdown table of a job's summary in GitHub Actions. What a message says stays text: no link, image or
 * markup comes of it.
 */
import { describePath } from '../check/expected-way.js'
import { together } from '../check/verdict.js'
import type { Judged, Judgement } from './judged.js'
import { count } from './quantities.js'
import { makeStyle } from './style.js'
import { quoted } from './text.js'
import { formatSummary } from './verdict.js'

/** A summary takes a mebibyte; nobody reads more rows. */
const mostRows = 500
const longest = 200

/** Messages that failed first. */
export function formatGithubSummary({ command, all, took }: Judgement): string {
  const sum = together(all.map(({ verdict }) => verdict))
  const failed = all.filter(({ verdict }) => verdict.verdict === 'fail')
  const sorted = [...failed, ...all.filter(({ verdict }) => verdict.verdict === 'pass')]
  const more = sorted.length - mostRows
  return [
    `### mta-chain ${command}`,
    '',
    formatSummary(sum, took, makeStyle(false)),
    '',
    '| | message | recipient | path | findings |',
    '| --- | --- | --- | --- | --- |',
    ...sorted.slice(0, mostRows).map(formatRow),
    ...(more > 0 ? ['', `${count(more, 'message')} more`] : []),
    '',
    '',
  ].join('\n')
}

function formatRow({ verdict: { verdict, file, recipient, path, findings } }: Judged): string {
  const told = findings.filter(({ severity }) => severity !== 'info').map(({ code, message }) => `${code}: ${message}`)
  const cells = [file ?? 'message', recipient ?? '', describePath(path), told.join(' ')]
  return `| ${verdict === 'pass' ? '✔' : '✘'} | ${cells.map(cell).join(' | ')} |`
}

/** CommonMark 2.5: a character that is written by its number has no meaning but itself. */
function cell(text: string): string {
  return quoted(text, longest).replace(/[!-/:-@[-`{-~]/g, character => `&#${character.charCodeAt(0)};`)
}
