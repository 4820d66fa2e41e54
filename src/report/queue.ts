/**
 * Queued messages as people read them.
 */
import { duration, size } from './quantities.js'
import type { Style } from './style.js'
import { align } from './table.js'
import { printable, printableLines } from './text.js'

export interface ListedMessage {
  readonly id: string
  readonly mta: string
  readonly state: string
  /** null is the null reverse-path. */
  readonly from: string | null
  readonly to: readonly string[]
  /** How many recipients there are, of which `to` names the first ones. */
  readonly recipients: number
  readonly size: number
  readonly attempts: number
  readonly nextAttemptAt: string | null
  readonly problem: string | null
}

/** A line for each, below it what went wrong. `now`: mail time, ISO 8601. */
export function formatQueue(messages: readonly ListedMessage[], now: string, style: Style): string {
  const rows = align(
    messages.map(message => cells(message, now)),
    [3],
  )
  return messages
    .map(({ problem }, at) => {
      const line = (rows[at] ?? []).join('  ').trimEnd()
      return problem === null ? line : `${line}\n${style.dim(`  ${printable(problem)}`)}`
    })
    .join('\n')
}

function cells(message: ListedMessage, now: string): string[] {
  const { id, mta, state, size: octets, from, to, recipients, attempts } = message
  const others = recipients > 1 ? ` and ${recipients - 1} more` : ''
  const tried = attempts === 0 ? '' : `${attempts}×`
  return [id, mta, state, size(octets), tried, next(message, now), `${from ?? '<>'} → ${to[0] ?? ''}${others}`]
}

function next({ nextAttemptAt }: Pick<ListedMessage, 'nextAttemptAt'>, now: string): string {
  if (nextAttemptAt === null) return ''
  const wait = Date.parse(nextAttemptAt) - Date.parse(now)
  return wait <= 0 ? 'now' : `in ${duration(wait)}`
}

export interface ShownMessage extends Omit<ListedMessage, 'to' | 'recipients'> {
  readonly receivedAt: string
  readonly expiresAt: string
  readonly recipients: readonly { readonly recipient: string; readonly state: string; readonly said: string | null }[]
  readonly stamp: string
  readonly history: readonly HistoryEvent[]
}

export interface HistoryEvent {
  readonly event: string
  readonly time: string
  readonly mta: string
  readonly id: string
  readonly [key: string]: unknown
}

export function formatQueued(message: ShownMessage, style: Style): string {
  const { id, mta, state, from, recipients, stamp, history } = message
  const head = `${style.bold(id)}  ${printable(`${state} at ${mta}`)}`
  const facts = align([
    ['from', from ?? '<>'],
    ['size', size(message.size)],
    ['received', message.receivedAt],
    ['attempts', String(message.attempts)],
    ...(message.nextAttemptAt === null ? [] : [['next attempt', message.nextAttemptAt]]),
    ['expires', message.expiresAt],
    ...(message.problem === null ? [] : [['problem', message.problem]]),
  ])
  const to = align(recipients.map(({ recipient, state: reached, said }) => [recipient, reached, said ?? '']))
  const happened = align(history.map(event => [event.time, event.mta, event.id, event.event, detailOf(event)]))
  return [
    head,
    ...indented(facts),
    'recipients',
    ...indented(to),
    'stamp',
    ...printableLines(stamp.replaceAll('\r', '').trimEnd())
      .split('\n')
      .map(line => `  ${line}`),
    ...(happened.length > 0 ? ['history', ...indented(happened)] : []),
  ].join('\n')
}

/** What tells most of an event beside who, where and when. */
function detailOf(event: HistoryEvent): string {
  for (const key of ['problem', 'reply', 'recipient', 'recipients']) {
    const value = event[key]
    if (typeof value === 'string') return value
    if (Array.isArray(value)) return value.join(', ')
  }
  return ''
}

function indented(rows: readonly (readonly string[])[]): string[] {
  return rows.map(row => `  ${row.join('  ')}`.trimEnd())
}
