/**
 * What became of a message for each of its recipients, and what its sender was told.
 */
import type { BouncedEvent, DeliveredEvent, MessageEvent } from '../journal/event.js'
import type { End, Material } from './story-types.js'

export function endsOf({ to, history: { events }, verdicts }: Material): End[] {
  const delivered = new Map<string, DeliveredEvent>()
  const bounced = new Map<string, BouncedEvent>()
  for (const event of events) {
    if (event.event === 'delivered' && !delivered.has(event.recipient)) delivered.set(event.recipient, event)
    if (event.event === 'bounced') for (const recipient of event.recipients) bounced.set(recipient, event)
  }
  return to.map(recipient => {
    const end = delivered.get(recipient) ?? bounced.get(recipient)
    if (end?.event === 'delivered') {
      return { recipient, kind: 'delivered', time: end.time, mta: end.mta, id: end.id, words: '' }
    }
    const missing = verdicts
      .find(verdict => verdict.recipient === recipient)
      ?.findings.find(({ code }) => code === 'not-delivered')
    const words = missing?.message ?? 'what became of it is not known'
    if (!end) return { recipient, kind: 'missing', time: null, mta: null, id: null, words }
    return { recipient, kind: 'bounced', time: end.time, mta: end.mta, id: end.id, words: end.problem }
  })
}

/** None where the event is none. */
export function reportWords(event: MessageEvent): string[] {
  if (event.event === 'reported') return [`told ${event.to} that it is ${event.action}: report ${event.report}`]
  if (event.event !== 'bounced') return []
  const { to, report, problem } = event
  if (report === null) return [`gave up for ${named(event.recipients)}, and there was nobody to tell: ${problem}`]
  return [`gave up for ${named(event.recipients)} and told ${to ?? '<>'}: report ${report}`]
}

function named(recipients: readonly string[]): string {
  const more = recipients.length - 3
  return recipients.slice(0, 3).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
