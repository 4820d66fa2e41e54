/**
 * What the routes are asked and what they answer, as schemas: who asks reads the answers with them. Times are mail time,
 * ISO 8601.
 */
import * as z from 'zod'
import { isQueueId } from '../mail/envelope.js'
import { queueStates } from '../queue/list.js'

const stateError = `one of ${queueStates.join(', ')}`
const state = z.enum(queueStates, stateError)

const idError = 'a queue id, as 7QJ2M4XKZ9'
const queueId = z.string(idError).refine(isQueueId, idError)
const patternError = 'an address, * standing for anything'
const time = z.iso.datetime()

/** What went wrong, what is expected or what to do: of every answer that is none of those below. */
export const refusalSchema = z.object({ error: z.string(), expected: z.string() })

const destinationSchema = z.object({
  name: z.string().describe("The next MTA's name; mailbox where it delivers."),
  active: z.int().describe('Attempts under way.'),
  answers: z.boolean().describe('As far as is known.'),
  problem: z.string().nullable().describe('Why it is left alone.'),
  nextProbeAt: time.nullable(),
})

const mtaSchema = z.object({
  name: z.string(),
  hostname: z.string(),
  address: z.string(),
  port: z.int(),
  sessions: z.int().describe('Sessions open with its clients.'),
  queue: z.record(state, z.int()).describe('Messages by state.'),
  destinations: z.array(destinationSchema),
})

export const statusSchema = z.object({
  version: z.string(),
  pid: z.int(),
  since: z.iso.datetime().describe("When the chain started, by the machine's clock."),
  now: time,
  faults: z.int().describe('How many fault rules there are.'),
  mtas: z.array(mtaSchema),
})
export type Status = z.infer<typeof statusSchema>

const filterFields = {
  mta: z.string("an MTA's name").describe("The MTA's name."),
  state,
  from: z.string(patternError).describe('The reverse-path, * standing for anything; <> is the null one.'),
  to: z.string(patternError).describe('A recipient, * standing for anything.'),
}
const limitError = 'a whole number from 1'
export const filterSchema = z
  .strictObject({ ...filterFields, limit: z.coerce.number(limitError).int(limitError).min(1, limitError) })
  .partial()

export const messageSchema = z.object({
  id: z.string(),
  mta: z.string(),
  state,
  from: z.string().nullable().describe('The reverse-path; null is the null one.'),
  to: z.array(z.string()).describe('The recipients that still wait or were refused; at most 20 of them.'),
  recipients: z.int().describe('How many those are.'),
  size: z.int().describe('Octets of the content, without the stamp.'),
  receivedAt: time,
  attempts: z.int(),
  nextAttemptAt: time.nullable(),
  problem: z.string().nullable(),
})
export type Message = z.infer<typeof messageSchema>

const recipientSchema = z.object({
  recipient: z.string(),
  state: z.enum(['queued', 'deferred', 'delivered', 'failed', 'bounced']),
  said: z.string().nullable().describe('The last reply or problem.'),
})

/** An event of the journal, whatever it tells beside what all have. */
const eventSchema = z.looseObject({ event: z.string(), time, mta: z.string(), id: z.string() })

export const shownSchema = messageSchema.omit({ to: true }).extend({
  eightBit: z.boolean(),
  smtpUtf8: z.boolean(),
  expiresAt: time,
  recipients: z.array(recipientSchema),
  stamp: z.string(),
  history: z.array(eventSchema).describe('What happened to the message in all MTAs, from the journal.'),
})
export type Shown = z.infer<typeof shownSchema>

const idsError = 'a list of queue ids'
const allError = 'true, for all messages that fit'
/** Those of the ids, or all that fit. Nothing is done to all where nobody says so. */
export const someSchema = z.union(
  [
    z.strictObject({ ids: z.array(queueId, idsError).min(1, idsError) }),
    z.strictObject({ all: z.literal(true, allError), ...z.object(filterFields).partial().shape }),
  ],
  '{ "ids": [...] }, or { "all": true } and perhaps mta, state, from, to',
)

const refusedSchema = z.object({ id: z.string(), reason: z.enum(['running', 'unknown', 'held', 'failed']) })
export const doneSchema = z.object({
  done: z.int().describe('How many messages it was done to.'),
  refused: z.array(refusedSchema).describe('Those it was not done to, and why.'),
})
export type Done = z.infer<typeof doneSchema>

const ruleError = 'a rule as { "at": "rcpt", "reply": "450 4.7.1 Greylisted" }'

/** A record would come without a key that is called __proto__: here nothing is lost before the rule is checked. */
const ruleSchema = z
  .unknown()
  .meta({ type: 'object', additionalProperties: {}, description: 'As under "faults" in chain.json.' })
  .transform((given, context): object => {
    if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given
    context.addIssue({ code: 'custom', message: ruleError })
    return z.NEVER
  })
export const faultSchema = z.strictObject(
  {
    mta: z.string("an MTA's name"),
    rule: ruleSchema,
  },
  'an object as { "mta": "gateway", "rule": { "at": "rcpt", "reply": "450 4.7.1 Greylisted" } }',
)
export const addedSchema = z.object({ id: z.string() })
export const faultsSchema = z.object({
  faults: z.array(z.object({ id: z.string(), mta: z.string(), rule: z.record(z.string(), z.unknown()) })),
})
export const clearSchema = z
  .strictObject({
    mta: z.string("an MTA's name").describe('All rules of this MTA.'),
    id: z.string("a rule's id").describe('This rule alone.'),
  })
  .partial()
export const clearedSchema = z.object({ cleared: z.int() })
