/**
 * A run as one page that needs nothing else: no script, nothing from elsewhere. It is well-formed XML too, whatever
 * messages, clients and servers said.
 */
import type { Verdict } from '../../check/types.js'
import { badge, messageSection } from './message.js'
import { pageStyle } from './style.js'
import { drawTopology } from './topology.js'
import { anchors, listed, named, type PageMta } from './words.js'
import { count, duration } from '../quantities.js'
import type { ToldMessage } from '../story/types.js'

export interface Run {
  /** Of all messages, those that are not told of included. */
  readonly verdict: Verdict
  readonly told: readonly ToldMessage[]
  /** Messages that are not told of. */
  readonly untold: number
  /** In travel order. */
  readonly mtas: readonly PageMta[]
  /** How long the run took, ms. */
  readonly took: number
}

// even if a text slipped through: nothing runs, nothing is fetched, nothing is sent
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

export function makePage(run: Run): string {
  const { verdict, told, mtas } = run
  const word = verdict.verdict === 'pass' ? 'PASS' : 'FAIL'
  return [
    '<!DOCTYPE html>',
    '<html lang="en"><head><meta charset="utf-8"/>',
    `<meta http-equiv="Content-Security-Policy" content="${policy}"/>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
    '<meta name="color-scheme" content="light dark"/><meta name="referrer" content="no-referrer"/>',
    `<title>${word}: ${count(verdict.messages.length, 'delivery', 'deliveries')}, mta-chain</title>`,
    `<style>${pageStyle}</style></head><body><main>`,
    `<header class="top"><h1>${badge(verdict.verdict)} ${headline(verdict)}</h1>`,
    `<p class="lead">${facts(run)}</p>${drawTopology(mtas)}</header>`,
    ...(told.length > 1 ? [index(run)] : []),
    ...told.map((message, at) => messageSection(message, at, mtas)),
    '<footer class="note">All times are mail time, the chain’s own clock. Written by mta-chain; what messages and clients said is shown, never run.</footer>',
    '</main></body></html>\n',
  ].join('\n')
}

function headline({ messages, verdict }: Verdict): string {
  const passed = messages.filter(message => message.verdict === 'pass').length
  const all = count(messages.length, 'delivery', 'deliveries')
  if (messages.length === 1) return verdict === 'pass' ? 'It went the way it should' : 'It did not go the way it should'
  return verdict === 'pass' ? `All ${all} went the way they should` : `${passed} of ${all} went the way they should`
}

function facts({ verdict, told, mtas, took }: Run): string {
  const hops = verdict.messages.reduce((sum, { path }) => sum + path.length, 0)
  const first = told.flatMap(({ story }) => story.hops[0]?.since ?? [])[0]
  return [
    ...(first === undefined ? [] : [`<time datetime="${first}">${first.slice(0, 16).replace('T', ' ')} UTC</time>`]),
    count(mtas.length, 'MTA'),
    count(told.length, 'message'),
    count(hops, 'hop'),
    `evidence: ${verdict.evidence.replace('+', ' + ')}`,
    `run in ${duration(took)}`,
  ].join(' · ')
}

function index({ told, untold }: Run): string {
  const items = told.map(({ story, verdicts }, at) => {
    const errors = verdicts.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error')).length
    const note = errors > 0 ? count(errors, 'error') : count(story.hops.length, 'hop')
    const name = `<a href="#${anchors.message(at)}">${named(story.file, 100)}</a>`
    return `<li><span>${badge(story.verdict)}</span><span>${name} <span class="soft">to ${listed(story.to)}</span></span><span class="soft">${note}</span></li>`
  })
  const more =
    untold > 0
      ? `<p class="note">${count(untold, 'message')} more were sent, which count above and are not told of here.</p>`
      : ''
  return `<nav class="index" aria-label="Messages"><h2>${count(told.length, 'message')}</h2><ol>${items.join('')}</ol>${more}</nav>`
}
