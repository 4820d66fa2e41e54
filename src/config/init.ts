/**
 * The chain.json that `mta-chain init` writes.
 */

const mostMtas = 250

/**
 * A commented chain.json for so many MTAs; it loads without mistake.
 * Throws a RangeError where the count is no whole number from 1 to 250.
 */
export function chainTemplate(count: number): string {
  if (!Number.isInteger(count) || count < 1 || count > mostMtas) {
    throw new RangeError(`a chain has 1 to ${mostMtas} MTAs, not ${count}`)
  }
  return `// A chain of SMTP servers, each at its own address.
// A message enters at the first, each MTA relays it to the next, and the last one puts it into a mailbox.
{
  "$schema": "./node_modules/mta-chain/chain.schema.json",

  // Each MTA's port, unless it names its own. Port 25 needs rights that most users do not have.
  "port": 2525,

  // An MTA's hostname is <name>.<domain>, unless it names its own with "hostname".
  "domain": "chain.test",

  // In travel order. Any address in 127.0.0.0/8 will do.
  // An MTA with "recipients": ["*@example.test"] refuses all others.
  "mtas": [
${mtaEntries(count)}
  ],

  // What an MTA takes; more is refused. "limits" of an MTA go before these. The values are the defaults.
  "limits": {
    // "messageSize": "50MB",
    // "recipients": 1000,
    ${hopsLimit(count)}
    // "connections": 500,
    // "sessionTime": "10m",
    // "idleTime": "60s",
  },

  // When a deferred message is tried again (the last wait repeats), and when it is given up. Also the defaults.
  // "retry": { "after": ["1m", "5m", "15m", "1h", "3h"], "expire": "5d" },

  // A journal file that is larger is moved aside; so many of those are kept. Also the defaults.
  // "journal": { "size": "64MB", "keep": 4 },
}
`
}

function mtaEntries(count: number): string {
  const entries = Array.from({ length: count }, (_, index) => {
    return `    { "name": "${mtaName(index, count)}", "address": "${mtaAddress(index)}" },`
  })
  return entries.join('\n')
}

const customaryNames = ['submission', 'outbound', 'gateway', 'filter']

function mtaName(index: number, count: number): string {
  if (index === count - 1) return 'mailbox'
  return customaryNames[index] ?? `relay${index + 1}`
}

/** 127.0.0.11 and on, at most 240 in each 127.0.x. */
function mtaAddress(index: number): string {
  return `127.0.${Math.floor(index / 240)}.${11 + (index % 240)}`
}

/** A long chain needs more than the default: each MTA adds a Received field. */
function hopsLimit(count: number): string {
  return count > 50 ? `"hops": ${count * 2},` : '// "hops": 100,'
}
