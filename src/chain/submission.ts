/**
 * A message that was given to the chain, followed through all its MTAs until each recipient has it.
 */
import type { JournalEvent } from '../journal/event.js'
import type { Mailbox, ReversePath } from '../mail/address.js'
import type { QueueId } from '../mail/envelope.js'
import { printable } from '../mail/printable.js'

/** A message in a mailbox. */
export interface Delivered {
  readonly recipient: Mailbox
  readonly reversePath: ReversePath
  /** Name of the MTA that it was given to. */
  readonly entry: string
  /** Queue id of the last MTA's copy. */
  readonly id: QueueId
  /** File of the message below the mailbox folder; null where the mailbox is in memory. */
  readonly file: string | null
}

/** Why a message did not arrive: where it is, and what was said. The message is safe to print, the rest is as it was said. */
export class UndeliveredError extends Error {
  override readonly name = 'UndeliveredError'
  readonly recipient: string
  /** The MTA that holds the message. */
  readonly mta: string
  /** What was said, or went wrong. */
  readonly problem: string

  constructor(recipient: string, mta: string, problem: string) {
    super(printable(`not delivered to ${recipient}: at ${mta}: ${problem}`))
    this.recipient = recipient
    this.mta = mta
    this.problem = problem
  }
}

export class Submission {
  readonly reversePath: ReversePath
  /** Name of the MTA that it is given to. */
  readonly entry: string
  readonly #ids: QueueId[] = []
  readonly #recipients: ReadonlyMap<string, Mailbox>
  /** Where each recipient's copy was seen last, and what was said of it. */
  readonly #seen = new Map<string, { mta: string; problem: string }>()
  readonly #delivered = new Map<Mailbox, Delivered>()
  readonly #failed = new Set<Mailbox>()
  readonly #done: Promise<readonly Delivered[]>
  readonly #settled: Promise<void>
  #resolve: (delivered: readonly Delivered[]) => void = () => undefined
  #reject: (error: Error) => void = () => undefined
  #settle: () => void = () => undefined

  constructor(reversePath: ReversePath, recipients: Iterable<Mailbox>, entry: string) {
    this.reversePath = reversePath
    this.entry = entry
    this.#recipients = new Map(Array.from(recipients, recipient => [recipient, recipient]))
    this.#done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#settled = new Promise(resolve => {
      this.#settle = resolve
    })
    // who does not ask is not told
    this.#done.catch(() => undefined)
  }

  /** Resolves once every recipient has it, in the order of delivery; rejects once one of them will not get it. */
  get delivered(): Promise<readonly Delivered[]> {
    return this.#done
  }

  /** How many it is for. */
  get recipients(): number {
    return this.#recipients.size
  }

  /** Queue ids of its first copies: one, unless the MTA took the recipients in several transactions. */
  get ids(): readonly QueueId[] {
    return this.#ids
  }

  /** Resolves once nothing more happens: every recipient has it, or will not get it, or the chain has ended. */
  get settled(): Promise<void> {
    return this.#settled
  }

  /** Where each recipient's copy is that is not delivered, and what was said of it. */
  get missing(): UndeliveredError[] {
    return [...this.#recipients.values()]
      .filter(recipient => !this.#delivered.has(recipient))
      .map(recipient => {
        const { mta, problem } = this.#seen.get(recipient) ?? { mta: 'the client', problem: 'not taken over yet' }
        return new UndeliveredError(recipient, mta, problem)
      })
  }

  observe(event: JournalEvent): void {
    switch (event.event) {
      case 'received':
        if (event.previous === null) this.#ids.push(event.id)
        this.#see(event.recipients, event.mta, 'queued')
        break
      case 'deferred':
        this.#see(event.recipients, event.mta, event.problem)
        break
      case 'held':
        this.#see(event.recipients, event.mta, 'held by hand')
        break
      case 'released':
        this.#see(event.recipients, event.mta, 'queued')
        break
      case 'dropped':
        this.fail(event.recipients, event.mta, 'dropped by hand')
        break
      case 'failed':
        this.fail(event.recipients, event.mta, event.problem)
        break
      case 'delivered':
        this.#deliver(event.recipient, event.id, event.file)
        break
    }
  }

  /** These recipients will not get it. */
  fail(recipients: readonly string[], mta: string, problem: string): void {
    this.#see(recipients, mta, problem)
    for (const text of recipients) {
      const recipient = this.#recipients.get(text)
      if (recipient === undefined) continue
      this.#failed.add(recipient)
      this.#reject(new UndeliveredError(recipient, mta, problem))
    }
    this.#settleIfOver()
  }

  /** The chain ends: whoever still waits is told where the message is. */
  abandon(): void {
    const [first] = this.missing
    if (first) this.#reject(first)
    this.#settle()
  }

  #see(recipients: readonly string[], mta: string, problem: string): void {
    for (const recipient of recipients) this.#seen.set(recipient, { mta, problem })
  }

  #deliver(to: string, id: QueueId, file: string | null): void {
    const recipient = this.#recipients.get(to)
    if (recipient === undefined) return
    this.#failed.delete(recipient)
    this.#delivered.set(recipient, { recipient, reversePath: this.reversePath, entry: this.entry, id, file })
    if (this.#delivered.size === this.#recipients.size) this.#resolve([...this.#delivered.values()])
    this.#settleIfOver()
  }

  #settleIfOver(): void {
    if (this.#delivered.size + this.#failed.size === this.#recipients.size) this.#settle()
  }
}
