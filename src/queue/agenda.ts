/**
 * What waits for a time: entries that are deferred, and those whose destination does not answer and whose sender is to be
 * told of it. What nobody waits for any more is passed over, so that it holds up no clock that jumps.
 */
import type { Entry } from './entry.js'
import { Schedule } from './schedule.js'

export class Agenda {
  readonly #schedule = new Schedule<Entry>()

  /** It is tried again at `due`. */
  defer(entry: Entry): void {
    this.#schedule.add(entry, entry.due)
  }

  /** It is looked at when its sender is to be told of the delay, or when its time is over. */
  watch(entry: Entry): void {
    if (entry.watchedAt !== null) return
    entry.watchedAt = Math.min(entry.warnAt, entry.expiresAt)
    this.#schedule.add(entry, entry.watchedAt)
  }

  /** Mail time of the first, ms; null where none waits. */
  get nextAt(): number | null {
    for (let first = this.#schedule.first; first; first = this.#schedule.first) {
      if (!isOver(first.value, first.due)) return first.due
      if (first.due === first.value.watchedAt) first.value.watchedAt = null
      this.#schedule.take(first.due)
    }
    return null
  }

  /** Those that are to be tried at that mail time, ms, and those that are to be looked at. */
  take(now: number): { readonly tried: readonly Entry[]; readonly watched: readonly Entry[] } {
    const [tried, watched] = [new Set<Entry>(), new Set<Entry>()]
    for (let entry = this.#schedule.take(now); entry; entry = this.#schedule.take(now)) {
      if (entry.place === 'scheduled' && entry.due <= now) tried.add(entry)
      if (entry.watchedAt === null || now < entry.watchedAt) continue
      entry.watchedAt = null
      if (isWaiting(entry)) watched.add(entry)
    }
    return { tried: [...tried], watched: [...watched] }
  }
}

/** True where nothing happens to the entry at that time any more: it was gone, or moved to another time, before it. */
function isOver(entry: Entry, due: number): boolean {
  if (entry.place === 'scheduled' && due === entry.due) return false
  return !(isWaiting(entry) && due === entry.watchedAt)
}

function isWaiting({ place, destination }: Entry): boolean {
  return place === 'ready' && destination.health.problem !== null
}
