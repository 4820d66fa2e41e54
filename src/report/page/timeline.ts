/**
 * A message's way on one axis of mail time: a row a hop, as long as it took, and why.
 */
import { anchors, clock, colourOf, listed, named, shown } from './words.js'
import { count, duration } from '../quantities.js'
import type { Attempt, End, Story, StoryHop } from '../story/types.js'

interface Axis {
  readonly begin: number
  readonly end: number
}

/** More recipients' ends are counted. */
const mostEnds = 8
/** More marks can't be told apart. */
const mostMarks = 24

/** Empty where nothing was taken over. */
export function timeline({ hops, ends }: Story, message: number): string {
  const [first] = hops
  if (!first) return ''
  const times = [...hops.map(({ time }) => time), ...ends.flatMap(({ time }) => time ?? [])]
  const last = times.reduce((latest, time) => (time > latest ? time : latest), first.since)
  const axis = { begin: Date.parse(first.since), end: Date.parse(last) }
  const isLong = first.since.slice(0, 10) !== last.slice(0, 10)
  return [
    `<h3>Timeline <span class="soft">${duration(axis.end - axis.begin)} of mail time, UTC</span></h3>`,
    `<p class="axis">${clock(first.since, true)}<span>${clock(last, isLong)}</span></p>`,
    '<ol>',
    ...hops.map((hop, at) => hopRow(hop, anchors.hop(message, at), axis)),
    ...ends.slice(0, mostEnds).map(end => endRow(end, hops, axis)),
    '</ol>',
    ...(ends.length > mostEnds ? [`<p class="note">and ${count(ends.length - mostEnds, 'recipient')} more</p>`] : []),
  ].join('')
}

function hopRow(hop: StoryHop, anchor: string, axis: Axis): string {
  const { mta, position, sender, tookMs, since, time, reason, attempts } = hop
  const marks = marksOf(attempts.slice(0, -1))
  const tries = attempts.at(-1)?.number ?? 1
  const from = sender === null ? 'the client' : named(sender, 60)
  const took = `+${duration(tookMs)}${tries > 1 ? `, at attempt ${tries}` : ''}`
  return [
    `<li class="time-row ${colourOf(position)}"><div class="who"><span class="dot">${position}</span>`,
    `<div><a href="#${anchor}"><strong>${named(mta, 60)}</strong></a> <span class="soft">from ${from}</span></div></div>`,
    `<div>${lane(Date.parse(since), Date.parse(time), marks, axis)}<p class="took">${took}</p>`,
    ...(reason === null ? [] : [`<p class="why">${shown(reason)}</p>`]),
    '</div></li>',
  ].join('')
}

function endRow({ kind, recipient, time, mta, id, words }: End, hops: readonly StoryHop[], axis: Axis): string {
  const copy = hops.find(hop => hop.id === id)
  const colour = colourOf(copy?.position ?? null)
  const [mark, said] =
    kind === 'delivered'
      ? ['✔', `in the mailbox of ${listed([recipient])}`]
      : ['✘', `${kind === 'bounced' ? 'not delivered to' : 'did not reach'} ${listed([recipient])}`]
  const begin = copy ? Date.parse(copy.time) : axis.end
  const end = time === null ? null : Date.parse(time)
  const took = end === null || !copy ? '' : `+${duration(end - begin)}`
  return [
    `<li class="time-row ${colour}"><div class="who"><span class="${kind === 'delivered' ? 'pass' : 'fail'}">${mark}</span>`,
    `<div>${said}${mta === null || kind === 'delivered' ? '' : ` <span class="soft">by ${named(mta, 60)}</span>`}</div></div>`,
    `<div>${end === null ? '' : lane(begin, end, marksOf(kind === 'bounced' ? (copy?.vain ?? []) : []), axis)}<p class="took">${took}</p>`,
    ...(words === '' ? [] : [`<p class="why">${shown(words)}</p>`]),
    '</div></li>',
  ].join('')
}

function marksOf(failed: readonly Attempt[]): number[] {
  return failed.slice(0, mostMarks).map(({ time }) => Date.parse(time))
}

/** Marks are failed attempts. */
function lane(from: number, to: number, marks: readonly number[], { begin, end }: Axis): string {
  const place = (moment: number): number => (end > begin ? ((moment - begin) / (end - begin)) * 100 : 0)
  const [left, width] = [place(from).toFixed(2), (place(to) - place(from)).toFixed(2)]
  const ticks = marks.map(mark => `<u style="left:min(${place(mark).toFixed(2)}%,calc(100% - 2px))"></u>`)
  return `<div class="lane" aria-hidden="true"><i style="left:min(${left}%,calc(100% - 4px));width:${width}%"></i>${ticks.join('')}</div>`
}
