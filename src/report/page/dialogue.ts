/**
 * Each hop with what was said at it, one to be opened below the other.
 */
import { anchors, clock, colourOf, listed, named, shown } from './words.js'
import { count, duration, size } from '../quantities.js'
import type { Attempt, Dialogue, Line, Story, StoryHop } from '../story/types.js'
import { failureOf, rulesOf } from '../story/words.js'

/** A line may be as long as the MTA's limits let it. */
const longestLine = 600
/** Where lines of a long dialogue were left out, so many stand behind the gap. */
const linesBehind = 20

export function hopList({ hops, hopsLeft, refused }: Story, message: number): string {
  const items = hops.map((hop, at) => hopItem(hop, message, at))
  const rejected = refused.length === 0 ? '' : refusedItem(refused)
  if (items.length === 0 && rejected === '') return ''
  const more =
    hopsLeft > 0 ? `<p class="note">and ${count(hopsLeft, 'copy', 'copies')} more, each on its own way</p>` : ''
  return `<h3>What was said at each hop</h3>${rejected}${items.join('')}${more}`
}

function refusedItem(refused: readonly Attempt[]): string {
  const body = refused.map(attemptItem).join('')
  return `<details class="hop" open="open"><summary><strong>The first MTA did not take it</strong></summary><div class="body">${body}</div></details>`
}

function hopItem(hop: StoryHop, message: number, at: number): string {
  const { mta, position, sender, client, time, id, protocol, recipients, attempts, attemptsLeft, vain, vainLeft } = hop
  const from = sender === null ? 'the client' : named(sender, 60)
  const tries = attempts.length > 1 ? `, ${count(attempts.length + attemptsLeft, 'attempt')}` : ''
  const helo = client.helo === null ? '' : `, calls itself ${named(client.helo, 80)}`
  const isOpen = vain.length > 0 || (message === 0 && at === 0)
  return [
    `<details class="hop ${colourOf(position)}" id="${anchors.hop(message, at)}"${isOpen ? ' open="open"' : ''}>`,
    `<summary><span class="dot">${position}</span> <strong>${named(mta, 60)}</strong> <span class="soft">from ${from}, +${duration(hop.tookMs)}${tries}</span></summary>`,
    `<div class="body"><p class="facts">${clock(time, true)} · from ${named(client.address)}${helo} · ${shown(protocol)} · for ${listed(recipients)} · ${size(hop.size)} · kept as <code>${named(id, 60)}</code></p>`,
    ...gapped(attempts, attemptsLeft),
    ...(vain.length === 0 ? [] : ['<p class="attempt"><strong>What did not go on from here</strong></p>']),
    ...gapped(vain, vainLeft),
    ...hop.reports.map(words => `<p class="why">${named(mta, 60)} ${shown(words)}</p>`),
    '</div></details>',
  ].join('')
}

function gapped(attempts: readonly Attempt[], left: number): string[] {
  const items = attempts.map(attemptItem)
  if (left === 0) return items
  const half = Math.ceil(items.length / 2)
  const gap = `<p class="note">${count(left, 'attempt')} between them not shown</p>`
  return [...items.slice(0, half), gap, ...items.slice(half)]
}

function attemptItem(attempt: Attempt): string {
  const { number, time, nextAttemptAt, dialogues } = attempt
  const failure = failureOf(attempt)
  const rules = rulesOf(attempt)
  const name = number === null ? 'No attempt, the next MTA was left alone' : `Attempt ${number}`
  const notes = [
    ...(rules === '' ? [] : [shown(rules)]),
    ...(nextAttemptAt === null ? [] : [`next at ${clock(nextAttemptAt)}`]),
  ]
  const note = notes.length === 0 ? '' : ` <span class="soft">${notes.join(', ')}</span>`
  const line = `${clock(time)} <b>${name}</b>: ${failure === null ? 'taken' : shown(failure)}${note}`
  const talks = dialogues.map(talk).join('')
  if (failure === null) {
    const unknown = talks === '' ? '<p class="note">What was said is not kept any more.</p>' : ''
    return `<div class="attempt done"><p>${line}</p>${talks}${unknown}</div>`
  }
  if (talks === '') return `<div class="attempt vain"><p>${line}</p></div>`
  return `<details class="attempt vain"><summary>${line}</summary>${talks}</details>`
}

function talk({ connection, opening, lines, left }: Dialogue): string {
  const cut = left > 0 ? lines.length - linesBehind : lines.length
  const gap = left > 0 ? [`<li><span></span><span class="soft">${count(left, 'line')} more</span></li>`] : []
  const kept = connection === 'kept' ? keptOpening(opening) : ''
  const all = [
    ...(connection === 'new' ? opening.map(spokenLine) : []),
    ...lines.slice(0, cut).map(spokenLine),
    ...gap,
    ...lines.slice(cut).map(spokenLine),
  ]
  return `${kept}<ol class="talk">${all.join('')}</ol>`
}

/** It was said before: on paper it is not said again. */
function keptOpening(opening: readonly Line[]): string {
  const lines = opening.map(spokenLine).join('')
  return `<details class="opening"><summary class="soft">on a connection kept from before: its greeting</summary><ol class="talk">${lines}</ol></details>`
}

const sides = { client: 'C:', server: 'S:', event: '!' } as const
const speakers = { client: 'client', server: 'server', event: 'what happened' } as const

function spokenLine({ from, text, hint }: Line): string {
  const isNo = from === 'server' && /^[45]/.test(text)
  const told = hint === null ? '' : `<span class="hint">${shown(hint)}</span>`
  return `<li class="${from}${isNo ? ' no' : ''}"><abbr class="side" title="${speakers[from]}">${sides[from]}</abbr><span class="line"><span class="said">${shown(text, longestLine)}</span>${told}</span></li>`
}
