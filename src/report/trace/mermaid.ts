/**
 * A trace as a sequence diagram for Mermaid: machines as participants, hops as arrows, oldest first. Whatever names
 * hold, it stays a diagram.
 */
import { quoted } from '../text.js'
import { boundaryWords, claimsIn, type HopView, summarize, type TracedMessage, viewHops } from './view.js'

/** Longer texts make a diagram that nobody can read. */
const longest = 120

export function traceToMermaid({ file, trace }: TracedMessage): string {
  const views = viewHops(trace)
  const places = placesOf(views)
  const claims = claimsIn(trace)
  const boundary = boundaryWords(trace)
  const last = Math.max(0, places.length - 1)
  const steps = views.flatMap((view, at) => [
    ...(at === claims && boundary !== null ? [`  Note over P0,P${last}: ${text(boundary)}`] : []),
    ...stepOf(view, at),
  ])
  return [
    'sequenceDiagram',
    `  title ${text(`${file}: ${summarize(trace)}`)}`,
    ...places.map((name, at) => `  participant P${at} as ${text(name)}`),
    ...(places.length === 0 ? ['  participant P0 as no Received fields'] : []),
    ...steps,
  ].join('\n')
}

/** The first client, then who received each hop: a place each, so that arrows go one way. */
function placesOf(views: readonly HopView[]): string[] {
  const [first] = views
  return first ? [first.from, ...views.map(({ by }) => by)] : []
}

function stepOf({ protocol, tls, delay, clock, oddities, hop }: HopView, at: number): string[] {
  const claim = hop.trusted === false ? 'claim' : ''
  const said = [protocol, tls, delay, clock ?? '', claim].filter(word => word !== '').join(', ')
  // a dashed arrow is a hop that is not trusted
  const arrow = hop.trusted === false ? '-->>' : '->>'
  const notes = oddities
    .filter(({ severity }) => severity === 'warning')
    .map(oddity => `  Note over P${at},P${at + 1}: ${text(`${oddity.code}: ${oddity.message}`)}`)
  return [`  P${at}${arrow}P${at + 1}: ${text(said)}`, ...notes]
}

/**
 * Mermaid reads #NN; as the character of that number, wherever it stands. All but letters, digits and a few marks are
 * written so, and the first letter of "end", which is a keyword even inside a text.
 */
function text(said: string): string {
  const safe = quoted(said, longest)
  const coded = Array.from(safe, character => (/^[A-Za-z0-9 .,_]$/.test(character) ? character : code(character)))
  return coded.join('').replace(/\be(?=nd\b)/gi, code)
}

function code(character: string): string {
  return `#${character.codePointAt(0)};`
}
