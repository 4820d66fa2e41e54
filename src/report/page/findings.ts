/**
 * What was found, each with the way to the field that it is about.
 */
import type { Finding, MessageVerdict } from '../../check/types.js'
import { markup } from '../markup.js'
import { named, shown } from './words.js'
import { count } from '../quantities.js'

/** More of them are counted: a message may bring thousands of claims. */
const mostFindings = 100

/** `target`: where a finding of a verdict leads to; null where there is no such place. */
export function findingList(
  verdicts: readonly MessageVerdict[],
  target: (finding: Finding, verdict: MessageVerdict) => string | null,
): string {
  const found = verdicts.flatMap(verdict => verdict.findings.map(finding => ({ finding, verdict })))
  const ordered = severities.flatMap(severity => found.filter(({ finding }) => finding.severity === severity))
  const items = new Set<string>()
  let left = 0
  for (const { finding, verdict } of ordered) {
    const item = findingItem(finding, target(finding, verdict))
    if (items.size < mostFindings) items.add(item)
    else if (!items.has(item)) left++
  }
  if (items.size === 0)
    return '<h3>Findings</h3><p class="soft">None: every field is what the chain and the journal say.</p>'
  const more = left === 0 ? '' : `<p class="note">and ${count(left, 'finding')} more</p>`
  return `<h3>Findings</h3><ul class="findings">${[...items].join('')}</ul>${more}`
}

const severities = ['error', 'warning', 'info'] as const

/** `target`: an anchor. */
export function findingItem(
  { code, severity, position, field, expected, found, message }: Finding,
  target: string | null,
) {
  const place = [...(position === null ? [] : [`hop ${position}`]), ...(field === null ? [] : [`field ${field}`])].join(
    ', ',
  )
  const link = target === null ? '' : ` <a href="#${markup(target)}">${place === '' ? 'where' : place}</a>`
  const differ = [
    ...(expected === null ? [] : [`expected ${named(expected)}`]),
    ...(found === null ? [] : [`found ${named(found)}`]),
  ]
  const difference = differ.length === 0 ? '' : `<span class="differ">${differ.join(', ')}</span>`
  return `<li class="${severity}"><b>${markup(code)}</b> <span class="soft">${severity}${target === null && place !== '' ? `, ${place}` : ''}</span>${link} ${shown(message)}${difference}</li>`
}
