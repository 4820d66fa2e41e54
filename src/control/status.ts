/**
 * The chain at a glance.
 */
import { describeProblem } from '../mail/problem.js'
import { statusSchema, type Status } from './answers.js'
import type { Controlled } from './controlled.js'
import { type Route, route } from './route.js'

export const statusRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/status',
    summary: 'The MTAs, what is in their queues, and whether where they hand on to answers.',
    type: 'application/json',
    answer: statusSchema,
    run: (_, controlled) => ({ document: statusOf(controlled) }),
  }),
]

function statusOf({ chain, faults, version, since, now }: Controlled): Status {
  return {
    version,
    pid: process.pid,
    since: since.toISOString(),
    now: now().toISOString(),
    faults: faults.list().length,
    mtas: chain.mtas.map(({ config: { name, hostname, address }, port, sessions, counts }) => ({
      name,
      hostname,
      address,
      port,
      sessions,
      queue: counts,
      destinations: chain.queue.destinations(name).map(({ problem, nextProbeAt, ...destination }) => ({
        ...destination,
        answers: problem === null,
        problem: problem && describeProblem(problem),
        nextProbeAt: nextProbeAt && nextProbeAt.toISOString(),
      })),
    })),
  }
}
