/**
 * A verdict as people read it: each message with its hops, oldest first, and what was found.
 */
import type { Finding, Hop, MessageVerdict, Verdict } from '../check/types.js'
import { firstNames } from '../journal/first-names.js'
import { count, duration } from './quantities.js'
import type { Style } from './style.js'
import { align } from './table.js'
import { printable, quoted } from './text.js'

/** A sentence or a value may quote a whole field; JSON has all of it. */
const longest = 300
const longestName = 64

/** `note` is told beside the file's name, as "a@example.test → b@example.test, 612 B". */
export function formatMessage(
  { file, verdict, path, claimed, findings }: MessageVerdict,
  note: string,
  style: Style,
): string {
  const mark = verdict === 'pass' ? style.green('✔') : style.red('✘')
  const title = `${mark} ${style.bold(printable(file ?? 'message'))}`
  const shown = findings.filter(({ severity }) => severity !== 'info')
  return [
    note === '' ? title : `${title}  ${style.dim(printable(note))}`,
    ...explanations(null, findings).map(text => style.dim(`  ${text}`)),
    ...formatHops(path, findings, style),
    ...shown.map(finding => formatFinding(finding, style)),
    ...(claimed.length > 0 ? [formatClaims(claimed, style)] : []),
  ].join('\n')
}

function formatHops(hops: readonly Hop[], findings: readonly Finding[], style: Style): string[] {
  const rows = align(hops.map(toCells), [0, 5])
  return hops.flatMap(({ trusted, field }, at) => {
    const row = rows[at] ?? []
    const line = trusted ? colour(row, style) : style.yellow(`  ${row.join('  ').trimEnd()}  not trusted`)
    return [line, ...explanations(field, findings).map(text => style.dim(`     ${text}`))]
  })
}

/** What the journal, or the configuration, says of a hop that is odd but in order; null: of what has no field. */
function explanations(field: number | null, findings: readonly Finding[]): string[] {
  const notes = findings.filter(other => other.severity === 'info' && other.field === field && other.position !== null)
  return notes.map(({ message }) => quoted(message, longest))
}

function toCells(hop: Hop): string[] {
  return [
    String(hop.position ?? '?'),
    hop.mta ?? hop.by.name ?? '?',
    hop.by.address ?? '',
    hop.with ?? '',
    hop.id ?? '',
    hop.delayMs === null ? '' : `${hop.delayMs < 0 ? '' : '+'}${duration(hop.delayMs)}`,
  ]
}

function colour(
  [position = '', name = '', address = '', protocol = '', id = '', delay = '']: string[],
  style: Style,
): string {
  const parts = [style.dim(position), style.cyan(name), address, style.dim(protocol), id, style.dim(delay)]
  return `  ${parts.join('  ')}`.trimEnd()
}

export function formatFinding(finding: Finding, style: Style): string {
  const where = [
    finding.position === null ? null : `hop ${finding.position}`,
    finding.field === null ? null : `field ${finding.field}`,
  ].filter(part => part !== null)
  const name = finding.severity === 'error' ? style.red(`✘ ${finding.code}`) : style.yellow(`! ${finding.code}`)
  const place = where.length > 0 ? style.dim(` (${where.join(', ')})`) : ''
  return `  ${name}${place}  ${quoted(finding.message, longest)}${formatDifference(finding, style)}`
}

function formatDifference({ expected, found }: Finding, style: Style): string {
  const parts = [
    ...(expected === null ? [] : [`expected ${quoted(expected, longest)}`]),
    ...(found === null ? [] : [`found ${quoted(found, longest)}`]),
  ]
  return parts.length === 0 ? '' : `\n      ${style.dim(parts.join(', '))}`
}

function formatClaims(claims: readonly Hop[], style: Style): string {
  const names = claims.map(({ by }) => quoted(by.name ?? by.address ?? '?', longestName))
  return style.dim(`  ${count(claims.length, 'claim')} below, not believed: ${firstNames(names)}`)
}

/** `took`: milliseconds, null where that is of no interest. */
export function formatSummary({ verdict, evidence, messages }: Verdict, took: number | null, style: Style): string {
  const failed = messages.filter(message => message.verdict === 'fail').length
  const hops = messages.reduce((sum, message) => sum + message.path.length, 0)
  const word = verdict === 'pass' ? style.green(style.bold('PASS')) : style.red(style.bold('FAIL'))
  const facts = [
    count(messages.length, 'delivery', 'deliveries'),
    ...(failed > 0 ? [style.red(`${failed} failed`)] : []),
    count(hops, 'hop'),
    `evidence: ${evidence.replace('+', ' + ')}`,
    ...(took === null ? [] : [duration(took)]),
  ]
  return `${word}  ${facts.join(style.dim(' · '))}`
}
