/**
 * A fault rule that was checked, as it is worked with; and the check of a rule that is given alone.
 */
import * as z from 'zod'
import { type Reply, reply } from '../mail/reply.js'
import { faultSchema, type FaultInput } from './fault-schema.js'
import { ruleFlaws } from './fault-flaws.js'
import { withEnhancedCode } from './fault-reply.js'
import { parseDelay, parseErrorReply, parseRate, parseSizeRange, parseThrottle } from './fault-units.js'
import { flawsOf } from './issues.js'
import { formatMistakes, mistakeOf } from './mistake.js'
import type { FaultAction, FaultConditions, FaultRule } from './types.js'
import { parseDuration } from './units.js'

const alone = z.object({ faults: z.array(faultSchema) })

/** Throws a TypeError with the words that a mistake in chain.json has. */
export function readFault(written: unknown): FaultRule {
  const value = { faults: [written] }
  const checked = alone.safeParse(value)
  const found = [...(checked.error ? flawsOf(checked.error.issues, value) : []), ...ruleFlaws(written, ['faults', 0])]
  const [rule] = checked.data?.faults ?? []
  if (rule && found.length === 0) return resolveFault(rule)
  const mistakes = found.map(flaw => mistakeOf({ ...flaw, path: flaw.path.slice(2) }, null))
  throw new TypeError(formatMistakes('the rule', mistakes))
}

/** The rule was checked. */
export function resolveFault(written: FaultInput): FaultRule {
  const { at, match = {} } = written
  const size = match.size === undefined ? null : parseSizeRange(match.size)
  return { at, action: actionOf(written), match: { ...match, size }, when: conditionsOf(written), written }
}

// RFC 3463 3.8: X.7.1 delivery not authorised
const greylisted: Reply = reply(450, '4.7.1', 'Greylisted, try again later')

function actionOf(written: FaultInput): FaultAction {
  const { keep = false } = written
  if (written.drop) return { kind: 'drop', keep }
  if (written.reset) return { kind: 'reset', keep }
  if (written.stall) return { kind: 'stall', keep }
  if (written.hide !== undefined) return { kind: 'hide', extensions: [written.hide].flat() }
  if (written.delay !== undefined) return { kind: 'delay', ...(parseDelay(written.delay) ?? { least: 0, most: 0 }) }
  if (written.throttle !== undefined) return { kind: 'throttle', rate: parseThrottle(written.throttle) ?? Infinity }
  const said = written.reply === undefined ? null : parseErrorReply(written.reply)
  return { kind: 'reply', reply: said ? withEnhancedCode(said, written.at) : greylisted }
}

function conditionsOf(written: FaultInput): FaultConditions {
  const { first = null, attempts = null, probability = null, rate, greylist, from, until } = written
  return {
    first,
    attempts,
    probability,
    rate: rate === undefined ? null : parseRate(rate),
    greylist: greylist === undefined ? null : parseDuration(greylist),
    from: from === undefined ? null : Date.parse(from),
    until: until === undefined ? null : Date.parse(until),
  }
}
