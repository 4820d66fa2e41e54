/**
 * A checked chain.json as the configuration that everything else sees.
 */
import { resolveFault } from './fault.js'
import type { CheckedChain } from './schema.js'
import type { ChainConfig, MtaConfig } from './types.js'

export function resolveChain(chain: CheckedChain): ChainConfig {
  const { domain, spool, mailbox, journal, clock, seed } = chain
  const mtas = chain.mtas.map(mta => resolveMta(chain, mta))
  return {
    domain,
    mtas,
    spool,
    mailbox,
    journal,
    clock: clock ? { start: clock.start ?? null, speed: clock.speed } : null,
    seed,
  }
}

function resolveMta(chain: CheckedChain, mta: CheckedChain['mtas'][number]): MtaConfig {
  return {
    name: mta.name,
    address: mta.address,
    port: mta.port ?? chain.port,
    hostname: mta.hostname ?? `${mta.name}.${chain.domain}`,
    recipients: mta.recipients ?? null,
    limits: { ...chain.limits, ...given(mta.limits) },
    retry: { ...chain.retry, ...given(mta.retry) },
    skew: mta.skew,
    zone: mta.zone,
    stamp: mta.stamp ?? chain.stamp,
    faults: (mta.faults ?? []).map(resolveFault),
    bounces: mta.bounces ?? chain.bounces,
  }
}

/** Without the keys that are undefined. */
function given<Value>(values: Readonly<Record<string, Value>> = {}) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
