/**
 * A checked chain.json as the configuration that everything else sees.
 */
import type { CheckedChain } from './schema.js'
import type { ChainConfig, MtaConfig } from './types.js'

export function resolveChain(chain: CheckedChain): ChainConfig {
  const { domain, spool, mailbox, journal } = chain
  return { domain, mtas: chain.mtas.map(mta => resolveMta(chain, mta)), spool, mailbox, journal }
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
    bounces: mta.bounces ?? chain.bounces,
  }
}

/** Without the keys that are undefined. */
function given<Value>(values: Readonly<Record<string, Value>> = {}) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
