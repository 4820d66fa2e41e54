/**
 * What a failed test shows of its chain: the journal since the test began, and the header of each message that was
 * delivered. Safe to print; large ones cut. It also works once the chain is closed.
 */
import type { Chain } from '../chain/chain.js'
import { describeEvent } from '../journal/describe.js'
import type { DeliveredEvent } from '../journal/event.js'
import { splitLargeHeader } from '../mail/header.js'
import { printableLines, quoted, shorten } from '../report/text.js'

const mostEvents = 100
const longestEvent = 300
const mostMessages = 10
const mostOctets = 4000

/** `since`: the number of the last event before the test. */
export function evidenceOf(chain: Chain, since: number): string {
  const events = chain.events.after(since).map(({ event }) => event)
  const left = events.length - mostEvents
  const delivered = events.filter(event => event.event === 'delivered')
  const unshown = delivered.length - mostMessages
  return [
    events.length === 0 ? 'What happened in the chain: nothing' : 'What happened in the chain:',
    ...(left > 0 ? [`  ${left} events before`] : []),
    ...events.slice(-mostEvents).map(event => `  ${shorten(describeEvent(event), longestEvent)}`),
    ...delivered.slice(0, mostMessages).map(event => messageOf(event, chain)),
    ...(unshown > 0 ? [`and ${unshown} more messages`] : []),
  ].join('\n')
}

function messageOf({ mta, id, recipient }: DeliveredEvent, chain: Chain): string {
  const title = `Delivered to ${quoted(recipient, 100)} as ${id}:`
  const message = chain.mta(mta).received.find(received => received.id === id)
  if (!message) return title
  const { stamp, content } = message
  const header = content === null ? '(not kept)' : textOf(content.subarray(0, splitLargeHeader(content).header.end))
  const lines = cut(stamp + header)
    .trimEnd()
    .replaceAll('\r\n', '\n')
    .split('\n')
  return [title, ...lines.map(line => `  ${printableLines(line)}`)].join('\n')
}

function textOf(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString()
}

function cut(text: string): string {
  return text.length <= mostOctets
    ? text
    : `${text.slice(0, mostOctets)}\n… ${text.length - mostOctets} characters more`
}
