/**
 * Hands the journal's events to the submissions they belong to, until nothing more happens to them: then it keeps
 * nothing of them. When the chain ends, whoever still waits is told.
 */
import type { JournalEvent, ReceivedEvent } from '../journal/event.js'
import type { QueueId } from '../mail/envelope.js'
import type { Cargo } from './flights.js'
import type { Submission } from './submission.js'

export class Tracker {
  readonly #byId = new Map<QueueId, Submission>()
  readonly #open = new Map<Submission, QueueId[]>()

  /** A copy was received: what carried it tells whose it is. */
  received(event: ReceivedEvent, cargo: Cargo | null): void {
    const submission = cargo === null ? undefined : 'copy' in cargo ? this.#byId.get(cargo.copy) : cargo.submission
    if (!submission) return
    this.#byId.set(event.id, submission)
    const ids = this.#open.get(submission)
    if (ids) ids.push(event.id)
    else this.#follow(submission, event.id)
    submission.observe(event)
  }

  observe(event: JournalEvent): void {
    if (event.event === 'received' || !('id' in event)) return
    this.#byId.get(event.id)?.observe(event)
  }

  close(): void {
    for (const submission of this.#open.keys()) submission.abandon()
  }

  #follow(submission: Submission, id: QueueId): void {
    this.#open.set(submission, [id])
    void submission.settled.then(() => {
      for (const known of this.#open.get(submission) ?? []) this.#byId.delete(known)
      this.#open.delete(submission)
    })
  }
}
