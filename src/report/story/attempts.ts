/**
 * The attempts to hand on one copy of a message: what the journal says came of each, joined with what was said.
 */
import type { FaultEvent, MessageEvent } from '../../journal/event.js'
import { dialogueOf, type Spoken } from './dialogue.js'
import type { Answer, Attempt } from './types.js'

interface Outcome extends Answer {
  readonly time: string
  /** Attempts made, as a deferral counts them. */
  readonly tries: number | null
  readonly nextAttemptAt: string | null
}

/** An attempt before it is known how much of it is told. */
export interface Draft {
  readonly spoken: readonly Spoken[]
  readonly outcomes: readonly Outcome[]
  readonly number: number | null
  /** The end of the one before; null for the first. */
  readonly after: string | null
}

/** `events` are the copy's own, `spoken` what was said about it at the next MTA, both in order. */
export function draftsOf(events: readonly MessageEvent[], spoken: readonly Spoken[]): Draft[] {
  const steps = [
    ...spoken.map(talk => ({ at: talk.begin.toISOString(), talk })),
    ...outcomesOf(events).map(outcome => ({ at: outcome.time, outcome })),
  ].toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)))
  const drafts: { spoken: Spoken[]; outcomes: Outcome[]; recipients: Set<string> }[] = []
  for (const step of steps) {
    const current = drafts.at(-1)
    const draft =
      current && goesOn(current, step) ? current : { spoken: [], outcomes: [], recipients: new Set<string>() }
    if (draft !== current) drafts.push(draft)
    if ('talk' in step) draft.spoken.push(step.talk)
    else {
      draft.outcomes.push(step.outcome)
      for (const recipient of step.outcome.recipients) draft.recipients.add(recipient)
    }
  }
  return numbered(drafts)
}

/** An attempt says once what came of a recipient, and says nothing more to the next MTA then. */
function goesOn(
  { outcomes, recipients }: { readonly outcomes: readonly Outcome[]; readonly recipients: ReadonlySet<string> },
  step: { readonly talk: Spoken } | { readonly outcome: Outcome },
): boolean {
  if ('talk' in step) return outcomes.length === 0
  return !step.outcome.recipients.some(recipient => recipients.has(recipient))
}

function outcomesOf(events: readonly MessageEvent[]): Outcome[] {
  return events.flatMap((event): Outcome[] => {
    if (event.event === 'relayed') {
      const { time, recipients, reply } = event
      return [{ kind: 'taken', time, recipients, said: reply, tries: null, nextAttemptAt: null }]
    }
    if (event.event !== 'deferred' && event.event !== 'failed') return []
    const { event: kind, time, recipients, problem } = event
    const [tries, nextAttemptAt] = event.event === 'deferred' ? [event.attempts, event.nextAttemptAt] : [null, null]
    return [{ kind, time, recipients, said: problem, tries, nextAttemptAt }]
  })
}

function numbered(drafts: readonly Pick<Draft, 'spoken' | 'outcomes'>[]): Draft[] {
  let made = 0
  let after: string | null = null
  return drafts.map(({ spoken, outcomes }) => {
    const tries = outcomes.find(outcome => outcome.tries !== null)?.tries ?? null
    const isUntried = spoken.length === 0 && (tries === null ? outcomes.length > 0 && made > 0 : tries <= made)
    made = Math.max(tries ?? 0, isUntried ? made : made + 1)
    const draft = { spoken, outcomes, number: isUntried ? null : made, after }
    after = outcomes.at(-1)?.time ?? after
    return draft
  })
}

/** What the client was told that no journal knows of: the first reply that refused something. */
export function refusalIn({ lines }: Spoken, recipients: readonly string[]): Outcome[] {
  const line = lines.find(({ from, text }) => from === 'server' && /^[45]\d\d /.test(text))
  if (!line) return []
  const kind = line.text.startsWith('4') ? 'deferred' : 'failed'
  return [{ kind, recipients, said: line.text, time: line.time.toISOString(), tries: null, nextAttemptAt: null }]
}

/** Where an attempt met the next MTA. */
export interface Encounter {
  /** The copy that is handed on; null for the client's. */
  readonly copy: string | null
  /** When that was there. */
  readonly since: string
  /** Sessions of its MTA at the next one that came to no transaction. */
  readonly bare: readonly Spoken[]
  /** Those of the next MTA. */
  readonly faults: readonly FaultEvent[]
}

export function attemptOf(draft: Draft, { copy, since, bare, faults }: Encounter): Attempt {
  const { outcomes, number } = draft
  const [from, to] = [draft.after ?? since, outcomes.at(-1)?.time ?? '9']
  const isWithin = (time: string): boolean => time <= to && (draft.after === null ? time >= from : time > from)
  const isMute = draft.spoken.length === 0 && number !== null
  const spoken = isMute ? bare.filter(({ begin }) => isWithin(begin.toISOString())) : draft.spoken
  const fired = faults.filter(
    fault =>
      isWithin(fault.time) && ((copy !== null && fault.previous === copy) || spoken.some(talk => isOf(fault, talk))),
  )
  return {
    number,
    time: spoken[0]?.begin.toISOString() ?? outcomes[0]?.time ?? from,
    answers: outcomes.map(({ kind, recipients, said }) => ({ kind, recipients, said })),
    rules: [...new Set(fired.map(({ rule, reply, action }) => `${rule}: ${reply ?? action}`))],
    nextAttemptAt: outcomes.findLast(({ nextAttemptAt }) => nextAttemptAt !== null)?.nextAttemptAt ?? null,
    dialogues: spoken.slice(0, mostDialogues).map(dialogueOf),
  }
}

/** Recipients may be parted into many transactions. */
const mostDialogues = 5

function isOf({ client }: FaultEvent, talk: Spoken): boolean {
  return client.address === talk.client.address && client.port === talk.client.port
}
