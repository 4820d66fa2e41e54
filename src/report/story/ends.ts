/**
 * What became of a message for each of its recipients, and what its sender was told.
 */
import type { BouncedEvent, DeliveredEvent, MessageEvent, ReportedEvent } from '../../journal/event.js'
import type { End, Material } from './types.js'
import { firstNames } from '../../journal/first-names.js'

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

/** One sentence for each report, whomever it is about; `events` are those of one copy. */
export function reportsOf(events: readonly MessageEvent[]): string[] {
  const alike = new Map<string, BouncedEvent | ReportedEvent>()
  for (const event of events) {
    if (event.event !== 'bounced' && event.event !== 'reported') continue
    const key = `${event.event} ${event.report ?? event.recipients.join(' ')}`
    const recipients = [...(alike.get(key)?.recipients ?? []), ...event.recipients]
    alike.set(key, { ...event, recipients })
  }
  return Array.from(alike.values(), reportWords)
}

function reportWords(event: BouncedEvent | ReportedEvent): string {
  const { recipients, report, to } = event
  if (event.event === 'reported')
    return `told ${to} that it is ${event.action} for ${firstNames(recipients)}: report ${report}`
  if (report === null) return `gave up for ${firstNames(recipients)}, and there was nobody to tell`
  return `gave up for ${firstNames(recipients)} and told ${to ?? '<>'}: report ${report}`
}
