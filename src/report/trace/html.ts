/**
 * Traces as one page that needs nothing else: no script, nothing from elsewhere. It is well-formed XML too, whatever
 * the messages hold.
 */
import type { Oddity } from '../../trace/types.js'
import { markup, shortened } from '../markup.js'
import { htmlStyle } from './html-style.js'
import {
  boundaryWords,
  claimsIn,
  delayWords,
  type HopView,
  newsOf,
  type Span,
  timelineOf,
  tlsKind,
  summarize,
  type TracedMessage,
  viewHops,
} from './view.js'

const longestName = 90
const longestMessage = 300

// even if a name slipped through: nothing runs, nothing is fetched
const policy = "default-src 'none'; style-src 'unsafe-inline'"

export const htmlHead = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${policy}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>Message trace</title>
<style>${htmlStyle}</style></head><body><main>`

export const htmlTail = '</main></body></html>'

/** A section of the page. */
export function traceToHtml({ file, trace }: TracedMessage): string {
  const views = viewHops(trace)
  const { spans, ends } = timelineOf(trace)
  const boundary = boundaryWords(trace)
  const claims = claimsIn(trace)
  const rows = views.flatMap((view, at) => [
    ...(at === claims && boundary !== null ? [`<li class="boundary"><span>${markup(boundary)}</span></li>`] : []),
    hopRow(view, spans[at] ?? null),
  ])
  const general = trace.oddities.filter(({ field }) => field === null)
  return [
    `<section><h2>${named(file)}</h2><p class="summary">${markup(summarize(trace))}</p>`,
    ...(general.length > 0 ? [oddityList(general)] : []),
    ...(ends === null ? [] : [`<p class="axis"><span>${ends[0]}</span><span>${ends[1]}</span></p>`]),
    ...(rows.length > 0 ? ['<ol class="hops">', ...rows, '</ol>'] : []),
    '</section>',
  ].join('\n')
}

function hopRow(view: HopView, span: Span | null): string {
  const { number, from, by, date, hop, id, oddities } = view
  const facts = [
    `<time>${markup(date)}</time>`,
    `<b>${markup(view.protocol)}</b>`,
    lock(view),
    `<span>${named(id, 40)}</span>`,
  ]
  const news = newsOf(oddities)
  return [
    `<li class="hop${hop.trusted === false ? ' claim' : ''}"><span class="number">${number}</span>`,
    `<div class="way"><p class="who">${named(from)} <span class="arrow">→</span> <strong>${named(by)}</strong></p>`,
    `<p class="facts">${facts.join(' ')}${hop.trusted === false ? ' <em>claim</em>' : ''}</p></div>`,
    `<div class="time"><div class="lane">${bar(span)}</div><p>${timeWords(view)}</p></div>`,
    ...(news.length > 0 ? [oddityList(news)] : []),
    '</li>',
  ].join('')
}

function named(name: string, columns = longestName): string {
  const { shown, title } = shortened(name, columns)
  return title === null ? `<bdi>${shown}</bdi>` : `<bdi title="${title}">${shown}</bdi>`
}

const lockShape = '<rect x="1" y="5" width="8" height="6" rx="1"/><path d="M3 5V3.5a2 2 0 0 1 4 0V5" fill="none"/>'

function lock(view: HopView): string {
  const kind = tlsKind(view)
  const drawn = kind === 'yes' ? `<svg viewBox="0 0 10 12" aria-hidden="true">${lockShape}</svg>` : ''
  return `<span class="tls ${kind}">${drawn}${named(view.tls, 20)}</span>`
}

function bar(span: Span | null): string {
  if (!span) return ''
  const [left, width] = [span.start, span.end - span.start].map(share => (share * 100).toFixed(2))
  return `<i style="margin-left:min(${left}%,calc(100% - 4px));width:max(4px,${width}%)"></i>`
}

function timeWords(view: HopView): string {
  const { clock } = view
  const words = markup(delayWords(view))
  return clock === null ? words : `${words} <span class="clock">${markup(clock)}</span>`
}

function oddityList(oddities: readonly Oddity[]): string {
  const items = oddities.map(({ code, severity, message }) => {
    return `<li class="${severity}"><code>${code}</code> ${shortened(message, longestMessage).shown}</li>`
  })
  return `<ul class="oddities">${items.join('')}</ul>`
}
