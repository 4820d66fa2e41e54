/**
 * What the routes about messages are asked and what they answer, as schemas. Times are mail time, ISO 8601.
 */
import * as z from 'zod'

const time = z.iso.datetime()
const addressError = 'an address, or a list of them'
const patternError = 'an address, * standing for anything'
const limitError = 'a whole number from 1 to 1000'
const addresses = z.union([z.string(), z.array(z.string())], addressError)
const mta = z.string("an MTA's name").describe('The message begins its way at this MTA. Default: the first.')

/** What is given once or more often, as a list. */
export const listSchema = z
  .union([z.string(), z.array(z.string())])
  .transform(given => [given].flat())
  .optional()

const storedSchema = z.object({
  id: z.string().describe("Queue id of the last MTA's copy."),
  recipient: z.string().describe('Whose mailbox it lies in: recipient and id together name a message.'),
  path: z.string().describe('The path of this message here.'),
  from: z.string().nullable().describe('The reverse-path; null is the null one.'),
  subject: z.string().nullable().describe('Decoded.'),
  size: z.int().describe('Octets.'),
  receivedAt: time.describe('When the last MTA received it.'),
  file: z.string().nullable().describe('Its file below the mailbox folder; null where the mailbox is in memory.'),
})
export type Stored = z.infer<typeof storedSchema>

const patterns = {
  to: z.string(patternError).describe('Whose mailbox, * standing for anything.'),
  from: z.string(patternError).describe('The reverse-path, * standing for anything; <> is the null one.'),
}
export const storedFilterSchema = z
  .strictObject({
    ...patterns,
    limit: z.coerce.number(limitError).int(limitError).min(1, limitError).max(1000, limitError),
  })
  .partial()
export const storedListSchema = z.object({
  messages: z.array(storedSchema).describe('The newest first.'),
  more: z.boolean().describe('There are more than the limit lets through.'),
})

const text = z.string().nullable()
export const storedShownSchema = storedSchema.extend({
  header: z
    .object({ from: text, to: text, cc: text, subject: text, date: text, messageId: text })
    .describe('As mail programs show it, encoded words decoded; the date as it stands there.'),
})

const allError = 'all=true: nothing is removed where nobody says so'
export const removeAllSchema = z.strictObject(
  { all: z.literal('true', allError), to: patterns.to.optional(), from: patterns.from.optional() },
  allError,
)
export const removedSchema = z.object({ removed: z.int() })

const contentFields = {
  content: z.string('the message, header and body').describe('A string is sent as UTF-8.'),
  encoding: z.enum(['utf8', 'base64'], 'utf8 or base64').optional(),
}
const base64 = { path: ['content'], message: 'base64 (RFC 4648 4), line ends in it do not matter' }
/** Buffer.from would leave out what is none. */
function isAsSaid({
  content,
  encoding,
}: {
  readonly content: string
  readonly encoding?: string | undefined
}): boolean {
  return encoding !== 'base64' || /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(content)
}

const envelopeSchema = z
  .strictObject({
    from: z.string('one address, or null').nullable().describe('null is the null reverse-path.'),
    to: addresses,
  })
  .describe("Default: what the message's header tells.")
// a union takes a form of which only the names are wrong for the one that was meant
export const sendSchema = z.xor(
  [
    z
      .strictObject({ ...contentFields, envelope: envelopeSchema.optional(), mta: mta.optional() })
      .refine(isAsSaid, base64),
    z
      .strictObject({
        from: z.string('one address'),
        to: addresses,
        cc: addresses,
        bcc: addresses,
        subject: z.string('a text'),
        text: z.string('a text'),
        html: z.string('a text'),
        mta,
      })
      .partial(),
  ],
  '{ "from", "to", "subject", "text" }, or { "envelope": { "from", "to" }, "content" }',
)
export type Send = z.infer<typeof sendSchema>
export const sendQuerySchema = z.strictObject({
  from: z.string('one address, <> for the null one').optional().describe('Of message/rfc822: the reverse-path.'),
  to: listSchema.describe('Of message/rfc822: the recipients; may be given more than once.'),
  mta: mta.optional(),
})
export const sentSchema = z.object({
  ids: z.array(z.string()).describe('Queue ids of the first copies: one, unless there were several transactions.'),
  refused: z
    .array(z.object({ recipient: z.string(), problem: z.string() }))
    .describe('Recipients that the MTA did not take.'),
})

export const traceSchema = z
  .strictObject({
    ...contentFields,
    trusted: z.array(z.string('a network as 192.0.2.0/24'), 'a list of networks, as 192.0.2.0/24').optional(),
  })
  .refine(isAsSaid, base64)
export const traceQuerySchema = z.strictObject({
  trusted: listSchema.describe(
    'A network of ours, as 192.0.2.0/24: where trust ends is told. May be given more than once.',
  ),
})
export const tracedSchema = z
  .object({
    messages: z.array(
      z.looseObject({
        file: z.string(),
        totalMs: z.number().nullable(),
        boundary: z.looseObject({}).nullable(),
        hops: z.array(z.looseObject({ field: z.int() })),
        oddities: z.array(z.looseObject({ code: z.string(), severity: z.string(), message: z.string() })),
      }),
    ),
  })
  .describe('As mta-chain trace --json shows it.')

const ends = { name: text, address: text }
const hopSchema = z.object({
  position: z.int().nullable(),
  field: z.int(),
  mta: text,
  trusted: z.boolean(),
  from: z.object({ helo: text, ...ends }),
  by: z.object(ends),
  with: text,
  id: text,
  for: text,
  date: text,
  delayMs: z.number().nullable(),
})
export const verdictSchema = z
  .object({
    file: text,
    recipient: text,
    delivered: z.boolean(),
    verdict: z.enum(['pass', 'fail']),
    evidence: z.enum(['message', 'message+journal']),
    path: z.array(hopSchema),
    claimed: z.array(hopSchema),
    findings: z.array(
      z.object({
        code: z.string(),
        severity: z.enum(['error', 'warning', 'info']),
        position: z.int().nullable(),
        field: z.int().nullable(),
        expected: text,
        found: text,
        message: z.string(),
      }),
    ),
  })
  .describe('As mta-chain check --json shows each message.')
