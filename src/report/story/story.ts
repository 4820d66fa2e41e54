/**
 * A message's way as a story: the journal's events, joined with what was said at each MTA. Nothing is read or written
 * here. What is not known any more (an old transcript) is left out, never guessed.
 */
import type { MessageEvent, ReceivedEvent } from '../../journal/event.js'
import { attemptOf, type Draft, draftsOf, type Encounter, refusalIn } from './attempts.js'
import { type Spoken, spokenOf } from './dialogue.js'
import { endsOf, reportsOf } from './ends.js'
import { reasonOf } from './reason.js'
import type { Attempt, Material, Story, StoryHop } from './types.js'

/** Of more attempts the first and the last ones are told. */
const mostAttempts = 12
/** Recipients may be parted into thousands of copies. */
const mostHops = 100

export function storyOf(material: Material): Story {
  const { file, copies, from, to, size, verdicts, history } = material
  const talks = new Talks(material)
  // a copy stands behind the one that it came from
  const shown = history.received.slice(0, mostHops)
  const legs = new Map(shown.map(copy => [copy.id, legOf(copy, material, talks)]))
  return {
    file,
    copies,
    from,
    to,
    size,
    verdict: verdicts.length > 0 && verdicts.every(({ verdict }) => verdict === 'pass') ? 'pass' : 'fail',
    refused: refusedOf(material, talks),
    hops: shown.flatMap(copy => hopOf(copy, material, talks, legs)),
    hopsLeft: history.received.length - shown.length,
    ends: endsOf(material),
  }
}

/** What was said, by the MTA it was said to. */
class Talks {
  readonly #at: ReadonlyMap<string, readonly Spoken[]>

  constructor({ mtas, linesOf }: Material) {
    this.#at = new Map(mtas.map(({ name }) => [name, spokenOf(linesOf(name))]))
  }

  at(mta: string): readonly Spoken[] {
    return this.#at.get(mta) ?? []
  }
}

/** All attempts to hand a copy on. */
interface Leg {
  readonly drafts: readonly Draft[]
  readonly encounter: Encounter
}

function legOf(copy: ReceivedEvent, { mtas, history, faults }: Material, talks: Talks): Leg {
  const at = mtas.findIndex(({ name }) => name === copy.mta)
  const [own, next] = [mtas[at], mtas[at + 1]]
  const spoken = next ? talks.at(next.name) : []
  const events: MessageEvent[] = history.events.filter(({ id }) => id === copy.id)
  const encounter = {
    copy: copy.id,
    since: copy.time,
    bare: spoken.filter(({ transaction, client }) => transaction === null && client.address === own?.address),
    faults: faults.filter(({ mta }) => mta === next?.name),
  }
  const drafts = draftsOf(
    events,
    spoken.filter(({ previous }) => previous === copy.id),
  )
  return { drafts, encounter }
}

function hopOf(
  copy: ReceivedEvent,
  { mtas, history, faults }: Material,
  talks: Talks,
  legs: ReadonlyMap<string, Leg>,
): StoryHop[] {
  const at = mtas.findIndex(({ name }) => name === copy.mta)
  const mta = mtas[at]
  const own = legs.get(copy.id)
  if (!mta || !own) return []
  const before = history.received.find(({ id }) => id === copy.previous)
  const leg = (before && legs.get(before.id)) ?? entryOf(copy, talks.at(copy.mta), faults)
  const led = ledTo(copy, leg.drafts)
  const attempts = told(led, leg.encounter)
  const since = before?.time ?? attempts[0]?.time ?? copy.time
  const { id, previous, client, time, protocol, recipients, size, stamp } = copy
  const followers = history.received.filter(other => other.previous === id)
  const useful = new Set(followers.flatMap(follower => ledTo(follower, own.drafts)))
  const vain = own.drafts.filter(draft => !useful.has(draft))
  return [
    {
      mta: mta.name,
      position: at + 1,
      address: mta.address,
      id,
      previous,
      sender: before?.mta ?? null,
      client: { address: client.address, helo: client.helo },
      time,
      since,
      tookMs: Date.parse(time) - Date.parse(since),
      reason: reasonOf(led, attempts.at(-1), mta.name),
      protocol,
      recipients,
      size,
      stamp,
      attempts,
      attemptsLeft: led.length - attempts.length,
      vain: told(vain, own.encounter),
      vainLeft: Math.max(0, vain.length - mostAttempts),
      reports: reportsOf(history.events.filter(event => event.id === id)),
    },
  ]
}

/** What the client said that brought this copy. */
function entryOf(copy: ReceivedEvent, spoken: readonly Spoken[], faults: Material['faults']): Leg {
  const own = spoken.filter(({ id }) => id === copy.id)
  const [first] = own
  const begin = first?.transaction === 1 ? first.opening[0]?.time : first?.begin
  const since = begin?.toISOString() ?? copy.time
  const encounter = { copy: null, since, bare: [], faults: faults.filter(({ mta }) => mta === copy.mta) }
  const { recipients, reply, time } = copy
  const outcomes = [{ kind: 'taken' as const, time, recipients, said: reply, tries: null, nextAttemptAt: null }]
  return { drafts: [{ spoken: own, outcomes, number: 1, after: null }], encounter }
}

/** Attempts for recipients of that copy, until it was taken over. */
function ledTo(copy: ReceivedEvent, drafts: readonly Draft[]): Draft[] {
  const own = new Set(copy.recipients)
  const relevant = drafts.filter(
    ({ spoken, outcomes }) =>
      spoken.some(({ id }) => id === copy.id) ||
      outcomes.some(({ recipients }) => recipients.some(recipient => own.has(recipient))),
  )
  const byId = relevant.findIndex(({ spoken }) => spoken.some(({ id }) => id === copy.id))
  const taken = relevant.findIndex(({ outcomes }) =>
    outcomes.some(({ kind, recipients }) => kind === 'taken' && recipients.some(recipient => own.has(recipient))),
  )
  const last = byId === -1 ? taken : byId
  return last === -1 ? [] : relevant.slice(0, last + 1)
}

function told(drafts: readonly Draft[], encounter: Encounter): Attempt[] {
  const half = mostAttempts / 2
  const kept = drafts.length > mostAttempts ? [...drafts.slice(0, half), ...drafts.slice(-half)] : drafts
  return kept.map(draft => attemptOf(draft, encounter))
}

/** Where the first MTA took the message for some recipients only, or for nobody. */
function refusedOf({ mtas, history, to, sent, faults }: Material, talks: Talks): Attempt[] {
  const [first] = mtas
  const taken = new Set(history.received.flatMap(({ previous, recipients }) => (previous === null ? recipients : [])))
  if (!first || to.every(recipient => taken.has(recipient))) return []
  const talked = talks
    .at(first.name)
    .filter(({ id, previous, begin }) => id === null && previous === null && begin >= sent)
  const own = faults.filter(({ mta }) => mta === first.name)
  const missed = to.filter(recipient => !taken.has(recipient))
  const drafts = talked.map((talk, at) => {
    return { spoken: [talk], outcomes: refusalIn(talk, missed), number: at + 1, after: null }
  })
  return told(drafts, { copy: null, since: sent.toISOString(), bare: [], faults: own })
}
