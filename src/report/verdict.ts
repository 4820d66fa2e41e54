/**
 * A verdict as people read it: each message with its hops, oldest first, and what was found.
 */
import type { Finding, Hop, MessageVerdict, Verdict } from '../check/types.js'
import { count, duration, padEnd, padStart, printable, type Style, width } from './style.js'

export interface MessageNote {
  readonly verdict: MessageVerdict
  /** What is told beside the file's name, as "a@example.test → b@example.test, 612 B". */
  readonly note: string
}

export function formatMessage({ verdict, note }: MessageNote, style: Style): string {
  const { file, path, claimed, findings } = verdict
  const mark = verdict.verdict === 'pass' ? style.green('✔') : style.red('✘')
  const title = `${mark} ${style.bold(printable(file ?? 'message'))}  ${style.dim(printable(note))}`.trimEnd()
  const shown = findings.filter(({ severity }) => severity !== 'info')
  return [
    title,
    ...formatHops(path, style),
    ...shown.map(finding => `  ${formatFinding(finding, style)}`),
    ...(claimed.length > 0 ? [formatClaims(claimed, style)] : []),
  ].join('\n')
}

function formatHops(hops: readonly Hop[], style: Style): string[] {
  const cells = hops.map(hop => [
    String(hop.position ?? '?'),
    hop.mta ?? hop.by.name ?? '?',
    hop.by.address ?? '',
    hop.with ?? '',
    hop.id ?? '',
    hop.delayMs === null ? '' : `+${duration(hop.delayMs)}`,
  ])
  const columns = [0, 1, 2, 3, 4, 5].map(at => Math.max(0, ...cells.map(row => width(printable(row[at] ?? '')))))
  return hops.map((hop, row) => {
    const padded = (cells[row] ?? []).map(printable).map((text, at) => {
      return at === 0 || at === 5 ? padStart(text, columns[at] ?? 0) : padEnd(text, columns[at] ?? 0)
    })
    const line = `  ${padded.join('  ')}`.trimEnd()
    if (hop.trusted) return colourHop(padded, style)
    return `${style.yellow(line)}  ${style.yellow('not trusted')}`
  })
}

function colourHop(
  [position = '', name = '', address = '', protocol = '', id = '', delay = '']: string[],
  style: Style,
): string {
  const parts = [style.dim(position), style.cyan(name), address, style.dim(protocol), id, style.dim(delay)]
  return `  ${parts.join('  ')}`.trimEnd()
}

function formatFinding(finding: Finding, style: Style): string {
  const where = [
    finding.position === null ? null : `hop ${finding.position}`,
    finding.field === null ? null : `field ${finding.field}`,
  ].filter(part => part !== null)
  const colour = finding.severity === 'error' ? style.red : style.yellow
  const place = where.length > 0 ? style.dim(` (${where.join(', ')})`) : ''
  return `${colour(`✘ ${finding.code}`)}${place}  ${printable(finding.message)}${formatDifference(finding, style)}`
}

function formatDifference({ expected, found }: Finding, style: Style): string {
  if (expected === null && found === null) return ''
  const parts = [expected === null ? null : `expected ${expected}`, found === null ? null : `found ${found}`]
  return `\n      ${style.dim(printable(parts.filter(part => part !== null).join(', ')))}`
}

function formatClaims(claims: readonly Hop[], style: Style): string {
  const names = claims.map(({ by }) => by.name ?? by.address ?? '?')
  const list = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
  return style.dim(printable(`  ${count(claims.length, 'claim')} below, not believed: ${list}`))
}

export function formatSummary(verdict: Verdict, took: number | null, style: Style): string {
  const passed = verdict.messages.filter(message => message.verdict === 'pass').length
  const failed = verdict.messages.length - passed
  const hops = verdict.messages.reduce((sum, message) => sum + message.path.length, 0)
  const word = verdict.verdict === 'pass' ? style.green(style.bold('PASS')) : style.red(style.bold('FAIL'))
  const facts = [
    count(verdict.messages.length, 'delivery', 'deliveries'),
    ...(failed > 0 ? [style.red(`${failed} failed`)] : []),
    count(hops, 'hop'),
    `evidence: ${verdict.evidence.replace('+', ' + ')}`,
    ...(took === null ? [] : [duration(took)]),
  ]
  return `${word}  ${facts.join(style.dim(' · '))}`
}
