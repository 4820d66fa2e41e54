/**
 * What the routes about the clock and about what happens are asked and what they answer, as schemas.
 */
import * as z from 'zod'
import type { AwaitedEvent } from '../chain/event-filter.js'
import { durationPattern, parseDuration } from '../config/units.js'
import { listSchema } from './message-answers.js'

export const clockSchema = z.object({ now: z.iso.datetime().describe('Mail time.') })
const byError = 'a duration such as "15m"'
export const advanceSchema = z.strictObject(
  { by: z.string(byError).regex(durationPattern, byError) },
  'an object as { "by": "15m" }',
)

/** Each kind of event, and no other. */
const kinds: { readonly [Kind in AwaitedEvent]: Kind } = {
  received: 'received',
  queued: 'queued',
  refused: 'refused',
  fault: 'fault',
  relayed: 'relayed',
  delivered: 'delivered',
  deferred: 'deferred',
  failed: 'failed',
  held: 'held',
  released: 'released',
  dropped: 'dropped',
  bounced: 'bounced',
  reported: 'reported',
  'set-aside': 'set-aside',
}

const longestWait = '10m'
const timeoutError = `a duration such as "10s", ${longestWait} at most`
const countError = 'a whole number from 1'
const patternError = 'an address, * standing for anything'

export const waitSchema = z.strictObject({
  event: z.enum(kinds, `one of ${Object.keys(kinds).join(', ')}`).describe('queued: received, or released.'),
  mta: z.string("an MTA's name").exactOptional(),
  id: z.string('a queue id').exactOptional().describe('The queue id of the copy.'),
  message: listSchema.describe('Any copy of the message whose first copy has this id; may be given more than once.'),
  from: z
    .string(patternError)
    .exactOptional()
    .describe('The reverse-path, * standing for anything; <> is the null one.'),
  to: z.string(patternError).exactOptional().describe('A recipient, * standing for anything.'),
  reply: z.string('a text').exactOptional().describe('Somewhere in the reply, or in the problem.'),
  count: z.coerce
    .number(countError)
    .int(countError)
    .min(1, countError)
    .optional()
    .describe('So many: the last is told.'),
  timeout: z
    .string(timeoutError)
    .regex(durationPattern, timeoutError)
    .refine(written => parseDuration(written) <= parseDuration(longestWait), timeoutError)
    .optional()
    .describe('Default: 5s.'),
})

/** An event of the journal, whatever it tells beside what all have. */
export const awaitedSchema = z.looseObject({ event: z.string(), time: z.iso.datetime(), mta: z.string() })

const afterError = 'the number of an event, 0 for all that are kept'
export const eventsSchema = z.strictObject({
  after: z
    .string(afterError)
    .regex(/^\d{1,15}$/, afterError)
    .transform(Number)
    .optional()
    .describe('Those behind this number. Default: what happens from now on. A header Last-Event-ID goes before it.'),
})

const text = z.string().optional()
const address = z.looseObject({ address: z.string(), port: z.int() }).optional()

/** What the data of each event of the stream are: an event of the journal with its number, or a gap. */
export const numberedSchema = z.looseObject({
  number: z.int().optional(),
  event: z.enum([...Object.values(kinds).filter(kind => kind !== 'queued'), 'gap']),
  time: z.iso.datetime().optional().describe('Mail time.'),
  mta: text,
  id: text.describe('Queue id of the copy.'),
  previous: z.string().nullable().optional().describe('The copy that it came from.'),
  client: address,
  protocol: text,
  reversePath: z.string().nullable().optional(),
  recipients: z.array(z.string()).optional(),
  recipient: text,
  stage: text,
  rule: text,
  action: text,
  reply: z.string().nullable().optional(),
  problem: text,
  nextAttemptAt: z.iso.datetime().optional(),
  report: z.string().nullable().optional().describe('Queue id of the report to the sender.'),
  key: text,
  reason: text,
  after: z.int().optional().describe('Of a gap: the number that was asked for.'),
  first: z.int().optional().describe('Of a gap: the first number that is kept.'),
  last: z.int().optional().describe('Of a gap: the newest number.'),
})
