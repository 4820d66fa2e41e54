/**
 * A message's way told for people in a terminal: who took it over, why it waited, and what was said at each hop.
 */
import { explainAttempts } from './attempts.js'
import type { Telling } from './line.js'
import { say, sayMarked } from './say.js'
import { count, duration, size } from '../quantities.js'
import type { End, Story, StoryHop } from '../story/types.js'
import { printable, quoted } from '../text.js'

/** More recipients' ends are counted. */
const mostEnds = 10

export function explain(story: Story, telling: Telling): string {
  const { style, columns } = telling
  const { file, copies, from, to, hops, hopsLeft, refused, ends } = story
  const envelope = `From <${from ?? ''}> to ${named(to)}, says the envelope. The message, ${size(story.size)}, stays as it is: each MTA only puts a stamp in front.`
  return [
    `  ${style.bold(`The way of ${printable(file)}`)}`,
    ...(copies > 1 ? say(`one of ${count(copies, 'copy', 'copies')} is told of`, 2, columns, style.dim) : []),
    ...say(envelope, 2, columns),
    ...refusedLines(refused, telling),
    ...hops.flatMap((hop, at) => ['', ...hopLines(hop, hops.slice(0, at), telling)]),
    ...(hopsLeft > 0
      ? ['', ...say(`and ${count(hopsLeft, 'copy', 'copies')} more, each on its own way`, 2, columns)]
      : []),
    '',
    ...ends.slice(0, mostEnds).flatMap(end => endLines(end, story, telling)),
    ...(ends.length > mostEnds ? [style.dim(`  and ${count(ends.length - mostEnds, 'recipient')} more`)] : []),
  ].join('\n')
}

function named(recipients: readonly string[]): string {
  return recipients.length > 3 ? count(recipients.length, 'recipient') : recipients.join(', ')
}

function refusedLines(refused: Story['refused'], telling: Telling): string[] {
  if (refused.length === 0) return []
  const { style, columns } = telling
  const head = sayMarked(style.red('✘'), 'The first MTA did not take it:', 2, columns)
  return ['', ...head, ...explainAttempts(refused, 0, telling)]
}

function hopLines(hop: StoryHop, before: readonly StoryHop[], telling: Telling): string[] {
  const { style, columns } = telling
  const { position, mta, address, id, time, reason, attempts, attemptsLeft, vain, vainLeft, reports } = hop
  const again = before.some(other => other.mta === mta) ? style.yellow('  another copy') : ''
  const kept = `${mta} put its stamp in front, kept the message as ${id} in its spool, and only then answered 250:`
  return [
    `  ${style.dim(String(position))} ${style.bold(style.cyan(printable(mta)))} ${style.dim(`${address}  ${clockOf(time)}`)}${again}`,
    ...say(wayOf(hop), 4, columns),
    ...(reason === null ? [] : say(`What held it up: ${reason}`, 4, columns, style.yellow)),
    ...explainAttempts(attempts, attemptsLeft, telling),
    ...say(kept, 4, columns),
    ...stampLines(hop.stamp, telling),
    ...(vain.length === 0 ? [] : sayMarked(style.red('✘'), 'What did not go on from here:', 4, columns)),
    ...explainAttempts(vain, vainLeft, telling),
    ...reports.flatMap(words => say(`${mta} ${words}`, 4, columns, style.yellow)),
  ]
}

function wayOf({ sender, client, mta, tookMs, attempts, protocol, recipients }: StoryHop): string {
  const number = attempts.at(-1)?.number ?? null
  const whom = `for ${named(recipients)}`
  if (sender === null) {
    const name = client.helo === null ? '' : `, which calls itself ${client.helo},`
    return `A client at ${client.address}${name} handed it in by ${protocol}, ${whom}.`
  }
  const tries = number === null || number === 1 ? '' : `, at attempt ${number}`
  return `${duration(tookMs)} later${tries}, ${sender} handed it from its own address ${client.address} to ${mta} by ${protocol}, ${whom}.`
}

/** As it stands in the message: its lines are not wrapped, but cut. */
function stampLines(stamp: string, { style, columns }: Telling): string[] {
  const lines = stamp.trimEnd().split('\r\n')
  return lines.map(line => `      ${style.green(quoted(line.replaceAll('\t', '  '), Math.max(40, columns - 7)))}`)
}

function endLines({ kind, recipient, time, mta, words }: End, { hops }: Story, { style, columns }: Telling): string[] {
  const begin = hops[0]?.since
  const took = time === null || begin === undefined ? '' : `, ${duration(Date.parse(time) - Date.parse(begin))} in all`
  if (kind === 'delivered') {
    return sayMarked(style.green('✔'), `${mta} put it into the mailbox of ${recipient}${took}.`, 2, columns)
  }
  const what = kind === 'bounced' ? `${recipient} did not get it${took}: ${words}` : words
  return sayMarked(style.red('✘'), what, 2, columns)
}

/** Mail time. */
function clockOf(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`
}
