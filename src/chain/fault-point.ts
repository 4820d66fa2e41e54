/**
 * Where an MTA's sessions ask its fault rules; what fires goes into the journal.
 */
import { type Ask, describeEffect, type FaultPoint } from '../fault/ask.js'
import type { FaultPlan } from '../fault/plan.js'
import type { Peer } from '../journal/event.js'
import type { QueueId } from '../mail/envelope.js'
import { formatReply } from '../mail/reply.js'
import type { Cargo } from './flights.js'
import type { Shared } from './shared.js'

/** `socket` is where the MTA listens. */
export function faultPoint(plan: FaultPlan, socket: () => Peer, shared: Shared): FaultPoint {
  return {
    has: stage => plan.has(stage),
    fire(ask) {
      // a connection is kept for many messages: before MAIL it carries none
      const cargo = ask.transaction === null ? null : shared.flights.find(ask.client, socket())
      const firing = plan.fire(ask, messageOf(cargo))
      if (!firing) return null
      const { rule, effect } = firing
      const time = shared.clock.now().toISOString()
      const said = effect.kind === 'reply' ? formatReply(effect.reply) : null
      const what = { rule, action: describeEffect(effect), reply: said }
      shared.record({ event: 'fault', time, mta: plan.mta, ...placeOf(ask), previous: copyOf(cargo), ...what })
      return effect
    },
  }
}

function messageOf(cargo: Cargo | null): QueueId | object | null {
  if (cargo === null) return null
  return 'copy' in cargo ? cargo.copy : cargo.submission
}

function copyOf(cargo: Cargo | null): QueueId | null {
  return cargo !== null && 'copy' in cargo ? cargo.copy : null
}

function placeOf({ stage, client, reversePath, recipients }: Ask) {
  return { stage, client, reversePath, recipients }
}
