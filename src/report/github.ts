/**
 * Verdicts as annotations of GitHub Actions: one workflow command a line. No message can begin a command of its own, nor
 * end one: control characters are shown, and what has a meaning in a command is escaped as its documentation says.
 */
import { together } from '../check/verdict.js'
import type { Finding } from '../check/types.js'
import type { Judged, Judgement } from './judged.js'
import { makeStyle } from './style.js'
import { printable, quoted } from './text.js'
import { formatSummary } from './verdict.js'

const plain = makeStyle(false)

/** A sentence or a value may quote a whole field. */
const longest = 300

/** Errors and warnings, each at its field where the file has it; then the sum, as a notice where all passed. */
export function formatGithub({ all, took }: Judgement): string {
  const sum = together(all.map(({ verdict }) => verdict))
  const summary = formatSummary(sum, took, plain)
  const last = sum.verdict === 'pass' ? workflowCommand('notice', { title: 'mta-chain' }, summary) : summary
  return [...all.flatMap(annotations), last].join('\n')
}

function annotations({ verdict, place }: Judged): string[] {
  const { file, recipient, findings } = verdict
  return findings.flatMap(finding => {
    if (finding.severity === 'info') return []
    const line = place && finding.field !== null ? place.lines[finding.field] : undefined
    const about = [file ?? 'message', ...(recipient === null ? [] : [`to ${recipient}`])]
      .map(text => quoted(text, longest))
      .join(' ')
    const where = { ...(place ? { file: place.file } : {}), ...(line === undefined ? {} : { line: String(line) }) }
    return [workflowCommand(finding.severity, { ...where, title: titleOf(finding) }, `${about}: ${sentence(finding)}`)]
  })
}

function titleOf({ code, position }: Finding): string {
  return position === null ? code : `${code} (hop ${position})`
}

function sentence({ message, expected, found }: Finding): string {
  return [
    quoted(message, longest),
    ...(expected === null ? [] : [`expected ${quoted(expected, longest)}`]),
    ...(found === null ? [] : [`found ${quoted(found, longest)}`]),
  ].join('\n')
}

function workflowCommand(name: string, properties: Readonly<Record<string, string>>, message: string): string {
  const given = Object.entries(properties).map(([key, value]) => `${key}=${escapedProperty(printable(value))}`)
  return `::${name} ${given.join(',')}::${escaped(message)}`
}

/** github.com/actions/toolkit, docs/commands.md */
function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapedProperty(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
