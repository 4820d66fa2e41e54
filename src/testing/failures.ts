/**
 * Why a message did not arrive, and which MTA said so: of one that was sent from the chain's events, of a report from what
 * it tells.
 */
import { carrierOf } from '../chain/carrier.js'
import type { Chain, Sent } from '../chain/chain.js'
import { fitsFilter } from '../chain/event-filter.js'
import type { StatusPart } from '../check/status-part.js'
import type { FailedEvent, FaultEvent, JournalEvent, ReceivedEvent, RefusedEvent } from '../journal/event.js'
import { isEnhancedCode } from '../mail/reply.js'
import { inTime } from './patience.js'

/** Of one recipient. */
export interface Failure {
  readonly recipient: string
  /** The MTA that refused it; where none did, the one that gave it up: its name in the chain, or its hostname. */
  readonly by: string
  /** The MTA that held the message, and that told the sender. */
  readonly holder: string
  /** Enhanced codes (RFC 3463) that it may be known by. */
  readonly codes: readonly string[]
  /** What was said. */
  readonly said: string
}

/**
 * Waits until nothing more happens to the message; rejects with a WaitError, which tells where it is, where that takes
 * too long.
 */
export async function failuresOf(sent: Sent): Promise<Failure[]> {
  const carrier = carrierOf(sent)
  if (!carrier) return []
  const { chain, settled } = carrier
  // after a first failure the other recipients are waited for
  await inTime(settled, 'failed', sent, chain)
  const copies = new Map<string, ReceivedEvent>()
  const events = chain.events.after(0).map(({ event }) => event)
  const later = events.flatMap((event, at): Failure[] => {
    if (event.event === 'received') copies.set(event.id, event)
    if (event.event !== 'failed' || !fitsFilter(event, { message: sent }, copies)) return []
    const copy = copies.get(event.id)
    const before = events.slice(copy ? events.indexOf(copy) : 0, at)
    return event.recipients.map(recipient => failure(event, recipient, { chain, copy, before }))
  })
  return [...sent.refused.map(atOnce), ...later]
}

/** By the MTA that it was given to: nobody else has had it. */
function atOnce({ recipient, mta, problem }: Sent['refused'][number]): Failure {
  const said = replyIn(problem)
  return { recipient, by: mta, holder: mta, codes: codesIn(said), said }
}

/** Without the place where it was said. */
function replyIn(problem: string): string {
  return problem.replace(/ \(at \w+\)$/, '')
}

interface Circumstances {
  readonly chain: Chain
  /** What the holder had; undefined where that is no longer known. */
  readonly copy: ReceivedEvent | undefined
  /** What happened from then on until it failed, to other messages too. */
  readonly before: readonly JournalEvent[]
}

function failure(event: FailedEvent, recipient: string, { chain, copy, before }: Circumstances): Failure {
  const said = replyIn(event.problem)
  const at = chain.mtas.findIndex(({ name }) => name === event.mta)
  const next = chain.mtas[at + 1]?.name
  const isSaidByNext = before.some(
    other => other.mta === next && says(other, said) && mayBeAbout(other, recipient, copy),
  )
  const by = next !== undefined && isSaidByNext ? next : event.mta
  return { recipient, by, holder: event.mta, codes: codesIn(said), said }
}

function says(event: JournalEvent, said: string): event is RefusedEvent | FaultEvent {
  return (event.event === 'refused' || event.event === 'fault') && event.reply === said
}

/** Nobody knows of which copy before MAIL and RCPT have been said, and of a refusal not even then. */
function mayBeAbout(event: RefusedEvent | FaultEvent, recipient: string, copy: ReceivedEvent | undefined): boolean {
  const { reversePath, recipients } = event
  if (recipients.length > 0 && !recipients.includes(recipient)) return false
  if (!copy) return true
  if (event.event === 'fault' && event.previous !== null) return event.previous === copy.id
  return reversePath === null || reversePath === copy.reversePath
}

// what has expired is 5.4.7 to the queue, and 4.4.7 in the report (RFC 3463 3.5)
function codesIn(said: string): string[] {
  const code = said.split(' ')[1] ?? ''
  if (!isEnhancedCode(code)) return []
  return code === '5.4.7' ? [code, '4.4.7'] : [code]
}

/** Of what a report says has failed. */
export function failuresIn({ reportingMta, recipients }: StatusPart): Failure[] {
  const holder = reportingMta ?? '?'
  return recipients.flatMap(({ recipient, action, status, remoteMta, diagnostic }) => {
    if (action !== 'failed') return []
    const isRefused = diagnostic?.type === 'smtp' && diagnostic.text.startsWith('5')
    const said = diagnostic?.text ?? ''
    return [
      {
        recipient: recipient ?? '?',
        by: isRefused && remoteMta !== null ? remoteMta : holder,
        holder,
        codes: [...(status === null ? [] : [status]), ...codesIn(said)],
        said,
      },
    ]
  })
}
