/**
 * A matcher for what does not arrive: of a message that was sent by what happened to it, of a report by its delivery-status
 * part (RFC 3464).
 */
import { types } from 'node:util'
import { carrierOf } from '../chain/carrier.js'
import type { Chain } from '../chain/chain.js'
import { namesHop } from '../check/path-pattern.js'
import { readStatusPart } from '../check/status-part.js'
import { quoted } from '../report/text.js'
import { matches, shown } from './asymmetric.js'
import { type Failure, failuresIn, failuresOf } from './failures.js'
import { type Against, isSent, messageOf } from './mail.js'
import { type HopName, requireMtas } from './names.js'
import type { Result } from './result.js'

interface Told {
  readonly name: string
  readonly chain: Chain | null
  readonly failures: readonly Failure[]
  readonly isReport: boolean
}

/**
 * `by` is the MTA that refused the message for good, or, where none did, the one that gave it up (it expired, ...). `reply`
 * is an enhanced code ("5.1.1"), a reply code ("550"), or what stands somewhere in the reply. A message that was sent is
 * waited for until nothing more happens to it.
 */
export async function toHaveBeenBouncedBy(
  mail: unknown,
  by: HopName,
  reply?: string | number | RegExp,
  against?: Against,
): Promise<Result> {
  if (reply !== undefined && !isReply(reply)) {
    throw new TypeError(`expected a code or a part of the reply, found ${shown(reply)}`)
  }
  const told = await tellOf(mail, against)
  requireMtas([by], told.chain?.config.mtas ?? null)
  const pass = told.failures.some(failure => isBy(by, failure, told.chain) && isSaid(reply, failure))
  const wanted = `${typeof by === 'string' ? by : String(by)}${reply === undefined ? '' : ` with ${String(reply)}`}`
  return {
    pass,
    expected: { by, reply },
    actual: told.failures,
    message: () =>
      [
        `expected ${told.name} ${pass ? 'not ' : ''}to have been bounced by ${quoted(wanted, 200)}, it was:`,
        '',
        ...describe(told),
      ].join('\n'),
  }
}

/** A number is a code; what would fit in any reply, or in none, is a mistake. */
function isReply(reply: unknown): boolean {
  if (typeof reply === 'string') return reply.trim() !== ''
  return types.isRegExp(reply) || (typeof reply === 'number' && /^[45]\d\d$/.test(String(reply)))
}

async function tellOf(mail: unknown, against: Against | undefined): Promise<Told> {
  if (isSent(mail)) {
    const chain = carrierOf(mail)?.chain ?? null
    return { name: `the message ${mail.ids.join(', ')}`, chain, failures: await failuresOf(mail), isReport: true }
  }
  const { content, name, chain } = await messageOf(mail, against)
  const part = await readStatusPart(content)
  return { name, chain, failures: part ? failuresIn(part) : [], isReport: part !== null }
}

/** A report has hostnames, a chain's events have names. */
function isBy(by: HopName, failure: Failure, chain: Chain | null): boolean {
  const mta = chain?.config.mtas.find(({ name, hostname }) => name === failure.by || hostname === failure.by)
  const hop = {
    mta: mta?.name ?? failure.by,
    by: { name: mta?.hostname ?? null, address: mta?.address ?? null },
  }
  if (typeof by === 'string') return namesHop(by, hop)
  return [hop.mta, hop.by.name, hop.by.address].some(known => known !== null && matches(by, known))
}

function isSaid(reply: string | number | RegExp | undefined, { codes, said }: Failure): boolean {
  if (reply === undefined) return true
  if (types.isRegExp(reply)) return matches(reply, said)
  const wanted = String(reply)
  if (/^\d\.\d+\.\d+$/.test(wanted)) return codes.includes(wanted)
  if (/^\d{3}$/.test(wanted)) return said.startsWith(`${wanted} `)
  return said.toLowerCase().includes(wanted.toLowerCase())
}

function describe({ failures, isReport }: Told): string[] {
  if (!isReport) return ['  no report: it has no part message/delivery-status']
  if (failures.length === 0) return ['  not bounced by anybody']
  return failures.slice(0, 20).map(({ recipient, by, holder, codes, said }) => {
    const teller = holder === by ? '' : `, held by ${holder}`
    const what = said === '' ? (codes[0] ?? 'no reason given') : said
    return `  ${quoted(`for ${recipient} by ${by}${teller}: ${what}`, 300)}`
  })
}
