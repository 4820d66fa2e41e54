/**
 * An MTA's reports to senders (RFC 5321 3.6.3, 6.1; RFC 3461, 3464). A report becomes a message of the MTA's own queue,
 * in one transaction of the spool with the item that says it was made: none is made twice, none is forgotten. Where the
 * spool can't be written the report stays due. It never rejects.
 */
import { isAscii } from 'node:buffer'
import { createHash } from 'node:crypto'
import { composeReport, type ComposedReport } from '../bounce/compose.js'
import { returnedOf, type Returned } from '../bounce/returned.js'
import type { MtaConfig } from '../config/types.js'
import type { Peer } from '../journal/event.js'
import { addressLiteral, type Mailbox, parseMailbox } from '../mail/address.js'
import type { QueueId } from '../mail/envelope.js'
import type { QueueItem } from '../queue/item.js'
import { assemble } from './content.js'
import { eventsOf, type Made } from './report-events.js'
import { type Due, reportsDue, withReport } from './reports-due.js'
import type { Shared } from './shared.js'

export interface ReporterHost {
  /** The MTA that messages are relayed to; null where they are delivered. */
  remote(): Peer | null
  enqueue(item: QueueItem): void
}

/** What is in the postmaster's mailbox can't be returned to anybody: it is tried for ever. */
const never = new Date('9999-12-31T00:00:00Z')

export class Reporter {
  readonly #config: MtaConfig
  readonly #shared: Shared
  readonly #host: ReporterHost

  constructor(config: MtaConfig, shared: Shared, host: ReporterHost) {
    this.#config = config
    this.#shared = shared
    this.#host = host
  }

  /** Makes what is due; resolves with the item in which it is noted. */
  async report(item: QueueItem): Promise<QueueItem> {
    let current = item
    for (const due of reportsDue(item, this.#shared.clock.now(), this.#config.retry)) {
      current = await this.#make(current, due).catch(() => current)
    }
    return current
  }

  async #make(item: QueueItem, due: Due): Promise<QueueItem> {
    const { record, clock } = this.#shared
    if (due.affected.length === 0) {
      for (const event of eventsOf(item, due, null, clock.now())) record(event)
      return withReport(item, due, null)
    }
    const id = this.#shared.ids.next(this.#config.stamp, clock.now())
    const told = withReport(item, due, id)
    const { report, content } = this.#compose(id, item, due)
    await this.#commit(report, content, told)
    for (const event of eventsOf(item, due, madeOf(report, content), clock.now())) record(event)
    this.#host.enqueue(report)
    return told
  }

  #compose(id: QueueId, item: QueueItem, due: Due): { readonly report: QueueItem; readonly content: Buffer } {
    const { hostname } = this.#config
    const to = item.envelope.reversePath ?? postmaster
    const date = this.#shared.clock.now()
    const composed = composeReport({
      hostname,
      id,
      to,
      unreturnable: item.envelope.reversePath === null,
      date,
      envelopeId: item.envelope.envelopeId,
      arrivedAt: item.receivedAt,
      retryUntil: item.expiresAt,
      isTried: item.attempts > 0,
      remote: this.#remote(item),
      affected: due.affected,
      returned: this.#returned(item, due),
      sevenBit: this.#isRouted(to),
    })
    return { report: this.#item(id, to, composed, date), content: composed.content }
  }

  /** RFC 3464 2.3.5: the MTA that was tried, by its name. */
  #remote(item: QueueItem): string | null {
    const next = item.local ? null : this.#host.remote()
    return next && (this.#shared.nameOf(next.address) ?? addressLiteral(next.address))
  }

  #returned(item: QueueItem, due: Due): Returned {
    const { stamp, envelope } = item
    const head = Buffer.from(stamp)
    const what = this.#returns(item, due)
    try {
      return returnedOf(assemble(head, item, this.#shared.spool), what, envelope.smtpUtf8)
    } catch {
      // a content that can't be read is one of the reasons to bounce a message
      return returnedOf([head], 'headers', false)
    }
  }

  /** RFC 3461 4.3, 6.2: the sender's choice for failures, of which the whole message is the default; else the header. */
  #returns({ envelope, stamp, size, eightBit }: QueueItem, { kind }: Due): 'full' | 'headers' {
    if (kind !== 'failure') return 'headers'
    // what can't be returned is kept whole
    if (envelope.reversePath === null) return 'full'
    // RFC 2046 5.2.1: 8-bit can't be encoded there, and who offers no 8BITMIME on the way would not take it back
    if ((eightBit || !isAscii(Buffer.from(stamp))) && this.#isRouted(envelope.reversePath)) return 'headers'
    return envelope.ret === 'headers' || stamp.length + size > this.#config.limits.bounceSize ? 'headers' : 'full'
  }

  /** What is the postmaster's is kept here. */
  #isRouted(to: Mailbox): boolean {
    return to !== postmaster && this.#config.bounces === 'route'
  }

  /** RFC 3461 6.2: a report has the null reverse-path, and nothing is to be reported of it. */
  #item(id: QueueId, to: Mailbox, { content, eightBit, smtpUtf8 }: ComposedReport, now: Date): QueueItem {
    const local = !this.#isRouted(to)
    const recipient = { mailbox: to, notify: ['never'], originalRecipient: null } as const
    return {
      id,
      mta: this.#config.name,
      envelope: { reversePath: null, recipients: [recipient], eightBit, smtpUtf8, ret: null, envelopeId: null },
      recipients: [{ mailbox: to, state: 'queued' }],
      // RFC 5321 4.4: only who receives a message stamps it
      stamp: '',
      size: content.length,
      eightBit,
      // but for the address that it is for
      utf8Header: smtpUtf8,
      receivedAt: now,
      attempts: 0,
      nextAttemptAt: now,
      held: false,
      expiresAt: to === postmaster ? never : new Date(now.getTime() + this.#config.retry.expire),
      ...(local ? { local } : {}),
    }
  }

  async #commit(report: QueueItem, content: Buffer, told: QueueItem): Promise<void> {
    const writer = this.#shared.spool.writer(report.id, 'onward')
    await writer.write(content)
    await writer.commit(report, told)
  }
}

function madeOf({ id, recipients, local }: QueueItem, content: Buffer): Made {
  const digest = createHash('sha256').update(content).digest('hex')
  return { id, digest, to: recipients[0]?.mailbox ?? postmaster, by: local ? 'mailbox' : 'route' }
}

function makePostmaster(): Mailbox {
  const mailbox = parseMailbox('postmaster')
  if (mailbox === null) throw new TypeError('no mailbox')
  return mailbox
}

// RFC 5321 4.5.1: each MTA has one
const postmaster = makePostmaster()
