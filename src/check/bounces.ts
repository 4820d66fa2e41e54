/**
 * What the journal says of a message's other recipients: those whom it did not reach, and whose sender was told.
 */
import type { BouncedEvent } from '../journal/event.js'
import type { MessageHistory } from '../journal/journal.js'
import { saidIn } from './deferrals.js'
import { finding } from './finding.js'
import type { Place } from './placement.js'
import type { Finding } from './types.js'

/** So many recipients are named, the others counted. */
const mostNamed = 3

/** One for each reason, at the hop of the MTA that gave up. In the order they happened. */
export function bounceFindings(places: readonly Place[], { events }: MessageHistory): Finding[] {
  const alike = new Map<string, BouncedEvent>()
  for (const event of events) {
    if (event.event !== 'bounced') continue
    const reason = `${event.mta} ${event.problem}`
    const before = alike.get(reason)?.recipients ?? []
    alike.set(reason, { ...event, recipients: [...before, ...event.recipients] })
  }
  return Array.from(alike.values(), event => {
    const place = places.find(({ hop }) => hop.mta === event.mta)
    const subject = { position: place?.position ?? null, field: place?.field?.number ?? null }
    return finding('bounced', subject, { expected: null, found: null }, bounceText(event))
  })
}

/** As "bounced for c@example.test by gateway: 550 5.1.1 No such mailbox". */
export function bounceText({ recipients, mta, problem }: BouncedEvent): string {
  const named = recipients.slice(0, mostNamed).join(', ')
  const more = recipients.length > mostNamed ? ` and ${recipients.length - mostNamed} more` : ''
  return `bounced for ${named}${more} by ${mta}: ${saidIn(problem)}`
}
