/**
 * What a rule under "faults" may say. Its values stay as they are written, so that a rule can be shown again; fault.ts
 * makes of them what is worked with. What no key tells alone is in fault-flaws.ts.
 */
import * as z from 'zod'
import type { Stage } from '../mail/envelope.js'
import {
  delayPattern,
  longestReply,
  parseDelay,
  parseErrorReply,
  parseRate,
  parseSizeRange,
  parseThrottle,
  ratePattern,
  replyPattern,
  sizeRangePattern,
  throttlePattern,
} from './fault-units.js'
import { aboveZero, durationPattern, parseDuration } from './units.js'
import { count, durationText, inMailTime, mailTimeRange } from './values.js'

const stages = [
  'connect',
  'helo',
  'starttls',
  'auth',
  'mail',
  'rcpt',
  'data',
  'message',
] as const satisfies readonly Stage[]
const stage = z.enum(stages, `one of ${stages.join(', ')}`)

/** Extensions that an MTA offers, where it does. */
const extensions = ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES', 'SIZE', 'DSN'] as const
const hideError = `${extensions.join(', ')}, or a list of them`
const extension = z.enum(extensions, `one of ${extensions.join(', ')}`)

const replyError =
  'an error reply such as "450 4.7.1 Greylisted", or "554 No": 4xx or 5xx, an enhanced code of the same class, one line of US-ASCII'
const reply = text(replyError, replyPattern, written => parseErrorReply(written) !== null, '450 4.7.1 Greylisted').meta(
  {
    title: 'reply',
    maxLength: longestReply,
  },
)

const yes = z.literal(true, 'true')

const delayError = 'a duration such as "200ms", or a range such as "100ms..2s" or ["100ms", "2s"], of at most 24d'
const longestDelay = parseDuration('24d')
const isDelay = (written: string | readonly string[]): boolean =>
  (parseDelay(written)?.most ?? Infinity) <= longestDelay
const delay = z
  .union(
    [
      text(delayError, delayPattern, isDelay, '100ms..2s'),
      z
        .array(text(delayError, durationPattern, isDelay, '200ms'), delayError)
        .length(2, delayError)
        .refine(isDelay, delayError),
    ],
    delayError,
  )
  .meta({ title: 'duration, or a range of them', examples: ['100ms..2s', '200ms'] })

const throttleError = 'so many octets a second, as "1kB/s"'
const throttle = text(throttleError, throttlePattern, written => parseThrottle(written) !== null, '1kB/s').meta({
  title: 'octets a second',
})

const glob = z
  .string('a text, * standing for anything')
  .min(1, 'a text, * standing for anything')
  .meta({ title: 'pattern', examples: ['*.chain.test'] })
const addressError = 'an IP address, * standing for anything, as "127.0.0.*"'
const addressGlob = z
  .string(addressError)
  .regex(/^[0-9a-fA-F.:*]+$/, addressError)
  .meta({ title: 'pattern', examples: ['127.0.0.*'] })
const mailboxError = 'an address, * standing for anything, as "*@example.test"'
const mailboxGlob = z
  .string(mailboxError)
  .regex(/^(?:\*|[Pp]ostmaster|.+@.+)$/, mailboxError)
  .meta({ title: 'pattern', examples: ['*@example.test'] })
const senderError = 'an address, * standing for anything, as "*@example.test"; or "<>"'
const senderGlob = z
  .string(senderError)
  .regex(/^(?:\*|<>|.+@.+)$/, senderError)
  .meta({ title: 'pattern, or "<>"', examples: ['<>', '*@example.test'] })
const sizeRangeError = 'a range of sizes such as ">1MB", "<=10kB" or "10kB..1MB"'
const sizeRange = text(sizeRangeError, sizeRangePattern, written => parseSizeRange(written) !== null, '>1MB').meta({
  title: 'range of sizes',
})
const headerError = 'an object as { "Subject": "*spam*" }'
// RFC 5322 2.2
const fieldName = z.string().regex(/^[!-9;-~]+$/, 'the name of a header field, as "Subject"')
const header = z
  .record(fieldName, glob, headerError)
  .refine(fields => Object.keys(fields).length > 0, headerError)
  .meta({ title: 'object of patterns', minProperties: 1, examples: [{ Subject: '*spam*' }] })

const matchFields = {
  client: addressGlob.describe("The client's IP address."),
  helo: glob.describe('What the client said in EHLO or HELO, upper and lower case being the same.'),
  sender: senderGlob.describe('The reverse-path; "<>" is the null one.'),
  recipient: mailboxGlob.describe('The recipient; of several, one that fits is enough.'),
  header: header.describe('Header fields by name; of several with one name, one that fits is enough.'),
  size: sizeRange.describe("The content's size."),
}

const greylist = durationText
  .refine(written => inMailTime(parseDuration(written)), mailTimeRange)
  .meta({ title: 'duration', examples: ['5m'], pattern: aboveZero(durationPattern) })
const rateError = 'so many in a time, as "10/min": s, min, h or d'
const rate = text(rateError, ratePattern, written => parseRate(written) !== null, '10/min').meta({
  title: 'number in a time',
})
const probabilityError = 'a number above 0, at most 1'
const probability = z
  .number(probabilityError)
  .gt(0, probabilityError)
  .lte(1, probabilityError)
  .meta({ title: 'number above 0, at most 1', examples: [0.2] })
const instantError = 'an instant such as "2026-01-01T00:00:00Z"'
const instant = z.iso
  .datetime({ offset: true, error: instantError })
  .meta({ title: 'moment', examples: ['2026-01-01T00:00:00Z'] })
const attemptsError = 'a list of attempts, counted from 1, as [1, 3]'

const actionFields = {
  reply: reply.describe('Says this instead. 421 closes the session.'),
  drop: yes.describe('Closes the connection without a word.'),
  reset: yes.describe('Breaks the connection off (TCP RST).'),
  stall: yes.describe("Never answers, until the client goes or the session's time is over."),
  delay: delay.describe('Waits so long (wire time), then goes on as usual; of a range, a time drawn from the seed.'),
  throttle: throttle.describe('From here on the session is read no faster than this.'),
  hide: z
    .union([extension, z.array(extension, hideError).min(1, hideError)], hideError)
    .describe('Does not offer this EHLO extension, or these, nor takes it.')
    .meta({ title: 'extension, or a list of them', examples: ['SMTPUTF8', ['SIZE', '8BITMIME']] }),
}

const at = stage.describe('Where in the session; "message" is the final dot.')
const optionalFields = {
  ...actionFields,
  keep: z
    .boolean('true or false')
    .describe(
      'With drop, reset or stall at "message": the message is taken over before (RFC 1047). Default: it is not.',
    ),
  match: z
    .strictObject(matchFields, 'an object as { "recipient": "*@example.test" }')
    .partial()
    .describe('What it is about; all that is given must fit. Default: everything.'),
  first: count.describe('Fires so many times, then never again.').meta({ examples: [2] }),
  attempts: z
    .array(count, attemptsError)
    .min(1, attemptsError)
    .describe('Fires at these attempts of a message.')
    .meta({ examples: [[1, 3]] }),
  probability: probability.describe("How often it fires, drawn from the chain's seed."),
  rate: rate.describe('So many pass, beyond that it fires (mail time).'),
  greylist: greylist.describe(
    'Fires for each new client, sender and recipient until this long has passed (mail time). Without an action the reply is 450 4.7.1.',
  ),
  from: instant.describe('Fires from then on (mail time).'),
  until: instant.describe('Fires before then (mail time).'),
}

const partial = z.object(optionalFields).partial().shape
export const faultSchema = z
  .strictObject({ at, ...partial }, 'a rule as { "at": "rcpt", "reply": "450 4.7.1 Greylisted" }')
  .describe('One thing that goes wrong: where, what, for what and when.')
  .meta({
    oneOf: [...Object.keys(actionFields).map(key => having(key)), having('greylist', Object.keys(actionFields))],
  })

/** A rule as it is written, in chain.json or in code. */
export type FaultInput = z.input<typeof faultSchema>

export const ruleKeys = ['at', ...Object.keys(optionalFields)]
export const matchKeys = Object.keys(matchFields)
export const actionKeys = Object.keys(actionFields)

/** True where nothing but a text can stand; the path is the rule's. */
export function takesText([key = '', inner = '', ...below]: readonly string[]): boolean {
  if (key !== 'match') return key === 'reply' || key === 'throttle' || key === 'rate' || key === 'greylist'
  return inner === 'header' ? below.length > 0 : inner !== ''
}

/** For editors: an object with that key and none of the others. */
function having(key: string, others: readonly string[] = []): object {
  const properties = Object.fromEntries([[key, {}], ...others.map(other => [other, { not: {} }])])
  return { type: 'object', properties, required: [key] }
}

function text(error: string, pattern: RegExp, isRight: (written: string) => boolean, example: string) {
  return z
    .string(error)
    .regex(pattern, { error, abort: true })
    .refine(isRight, error)
    .meta({ examples: [example] })
}
