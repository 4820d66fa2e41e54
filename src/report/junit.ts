/**
 * Verdicts as JUnit XML, as Jenkins, GitLab and others read it: a suite for the command, a case for each message and
 * recipient. Whatever a message holds, the document is well-formed (XML 1.0): what can't stand in one is replaced.
 */
import { describePath } from '../check/expected-way.js'
import type { Finding } from '../check/types.js'
import { together } from '../check/verdict.js'
import type { Judged, Judgement } from './judged.js'
import { markup } from './markup.js'
import { makeStyle } from './style.js'
import { shorten } from './text.js'
import { formatFinding, formatMessage } from './verdict.js'

const plain = makeStyle(false)

/** Of an attribute: a name or a sentence may quote a whole field. */
const longest = 500

export function formatJunit({ command, started, took, all }: Judgement): string {
  const { verdict, evidence } = together(all.map(judged => judged.verdict))
  const failures = all.filter(judged => judged.verdict.verdict === 'fail').length
  const time = took ?? all.reduce((sum, judged) => sum + judged.took, 0)
  const totals = { tests: all.length, failures, errors: 0, time: seconds(time) }
  const suite = { name: `mta-chain ${command}`, ...totals, timestamp: started.toISOString().replace(/\..*/, '') }
  const names = distinct(all)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'mta-chain', ...totals })}>`,
    `  <testsuite${attributes({ ...suite, skipped: 0 })}>`,
    '    <properties>',
    property('verdict', verdict),
    property('evidence', evidence),
    '    </properties>',
    ...all.map((judged, at) => formatCase(judged, names[at] ?? '')),
    '  </testsuite>',
    '</testsuites>',
  ].join('\n')
}

function property(name: string, value: string): string {
  return `      <property${attributes({ name, value })}/>`
}

function formatCase({ verdict, took }: Judged, name: string): string {
  const { file, evidence } = verdict
  const said = [...formatMessage(verdict, '', plain).split('\n'), `  evidence: ${evidence}`]
  return [
    `    <testcase${attributes({ classname: file ?? 'message', name, time: seconds(took) })}>`,
    ...formatFailure(verdict.findings),
    `      <system-out>${lines(said)}</system-out>`,
    '    </testcase>',
  ].join('\n')
}

/** One element: not every reader takes more of them. */
function formatFailure(findings: readonly Finding[]): string[] {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (!first) return []
  const said = errors.flatMap(error => formatFinding(error, plain).split('\n'))
  return [`      <failure${attributes({ type: first.code, message: first.message })}>${lines(said)}</failure>`]
}

/** By whom it is for, or which way it went. */
function nameOf({ verdict: { recipient, path } }: Judged): string {
  return recipient ?? path.at(-1)?.for ?? (path.length > 0 ? describePath(path) : 'message')
}

/** Copies of one file have numbers: readers keep one case of each name. */
function distinct(all: readonly Judged[]): string[] {
  const seen = new Map<string, number>()
  return all.map(judged => {
    const name = nameOf(judged)
    const key = JSON.stringify([judged.verdict.file, name])
    const times = (seen.get(key) ?? 0) + 1
    seen.set(key, times)
    return times === 1 ? name : `${name} #${times}`
  })
}

function attributes(all: Readonly<Record<string, string | number>>): string {
  return Object.entries(all)
    .map(([name, value]) => ` ${name}="${markup(shorten(String(value), longest))}"`)
    .join('')
}

function lines(all: readonly string[]): string {
  return all.map(markup).join('\n')
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3)
}
