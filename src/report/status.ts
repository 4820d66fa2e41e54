/**
 * A running chain at a glance.
 */
import { count, duration } from './quantities.js'
import type { Style } from './style.js'
import { align } from './table.js'
import { endpoint, printable } from './text.js'

export interface ShownStatus {
  readonly version: string
  readonly pid: number
  readonly since: string
  readonly now: string
  readonly faults: number
  readonly mtas: readonly ShownMta[]
}

interface ShownMta {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly sessions: number
  readonly queue: Readonly<Record<string, number>>
  readonly destinations: readonly ShownDestination[]
}

interface ShownDestination {
  readonly name: string
  readonly problem: string | null
  readonly nextProbeAt: string | null
}

/** A line for each MTA, below it where it hands on to that does not answer. */
export function formatStatus(status: ShownStatus, style: Style): string {
  const { version, pid, since, now, faults, mtas } = status
  const head = `mta-chain ${version}, process ${pid}, since ${since}; mail time ${now}; ${count(faults, 'fault rule')}`
  const rows = align(
    mtas.map(({ name, address, port, sessions, queue }) => [
      name,
      endpoint(address, port),
      count(sessions, 'session'),
      queued(queue),
    ]),
  )
  const lines = mtas.map(({ destinations }, at) =>
    [`  ${(rows[at] ?? []).join('  ')}`.trimEnd(), ...destinations.flatMap(each => silent(each, now, style))].join(
      '\n',
    ),
  )
  return [printable(head), ...lines].join('\n')
}

function queued(queue: Readonly<Record<string, number>>): string {
  const states = Object.entries(queue).filter(([, number]) => number > 0)
  return states.length === 0
    ? 'queue empty'
    : states.map(([state, number]) => `${number.toLocaleString('en')} ${state}`).join(', ')
}

function silent({ name, problem, nextProbeAt }: ShownDestination, now: string, style: Style): string[] {
  if (problem === null) return []
  const wait = nextProbeAt === null ? 0 : Date.parse(nextProbeAt) - Date.parse(now)
  const probe = wait <= 0 ? 'now' : `in ${duration(wait)}`
  return [style.dim(`    ${printable(`${name} does not answer: ${problem}; next probe ${probe}`)}`)]
}
