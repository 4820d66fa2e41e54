/**
 * A matcher for the time that a message was on its way, in mail time.
 */
import { parseDuration } from '../config/units.js'
import type { MessageVerdict } from '../check/types.js'
import { duration } from '../report/quantities.js'
import { quoted } from '../report/text.js'
import { readTrace } from '../trace/trace.js'
import { wayOf as copiesOf } from '../journal/journal.js'
import { shown } from './asymmetric.js'
import { type Against, type Message, messageOf } from './mail.js'
import type { Result } from './result.js'
import { listed } from './side-by-side.js'
import { type Way, wayOf } from './way.js'

/**
 * From the first MTA's taking it over to the mailbox, both by the journal. Without a journal from the first Received
 * field's date to the last one's: whole seconds. `limit` as "2m", or milliseconds.
 */
export async function toHaveArrivedWithin(mail: unknown, limit: string | number, against?: Against): Promise<Result> {
  const most = typeof limit === 'string' ? parseDuration(limit) : limit
  if (typeof most !== 'number' || !(most >= 0)) {
    throw new TypeError(`expected a time as "2m", or milliseconds, found ${shown(limit)}`)
  }
  const message = await messageOf(mail, against)
  const way = await wayOf(message)
  const took = (await tookByJournal(message, way)) ?? tookByDates(message, way)
  const pass = took <= most
  return {
    pass,
    expected: most,
    actual: took,
    message: () => {
      const what = `expected ${message.name} ${pass ? 'not ' : ''}to have arrived within ${duration(most)}`
      return [`${what}, it took ${duration(took)}, its way:`, '', listed(way, null), ...reasons(way.verdict)].join('\n')
    },
  }
}

/** The last copy is the one that was delivered, or that the newest of the believed fields names. */
async function tookByJournal({ delivered, journal }: Message, { hops }: Way): Promise<number | null> {
  const id = delivered?.id ?? hops.at(-1)?.received.id
  if (!journal || !id) return null
  const history = await journal.history(id)
  const first = history && copiesOf(history, id)[0]
  const end = history?.events.find(
    event => event.event === 'delivered' && event.id === id && (!delivered || event.recipient === delivered.recipient),
  )
  return first && end ? Date.parse(end.time) - Date.parse(first.time) : null
}

/** By the fields that are believed: a claim may have any date. */
function tookByDates({ content, name }: Message, { hops: believed, verdict }: Way): number {
  const fields = believed.map(({ received }) => received.raw).toReversed()
  const { totalMs, hops } = readTrace(verdict ? Buffer.concat(fields) : content)
  if (totalMs !== null) return totalMs
  const why = hops.length < 2 ? `it has ${hops.length} of them` : 'they have no dates that can be compared'
  throw new TypeError(`the Received fields of ${name} do not tell how long it took: ${why}`)
}

/** Why it took long, as far as the journal tells. */
function reasons(verdict: MessageVerdict | null): string[] {
  const delayed = verdict?.findings.filter(({ code }) => code === 'delayed') ?? []
  return delayed.slice(0, 5).map(({ message }) => `  ${quoted(message, 300)}`)
}
