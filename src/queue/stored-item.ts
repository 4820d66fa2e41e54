/**
 * A queue item as it lies in the spool: JSON, checked when it is read back.
 */
import { z } from 'zod'
import { type Mailbox, parseMailbox } from '../mail/address.js'
import { isQueueId, type QueueId, type Stage } from '../mail/envelope.js'
import { type EnhancedCode, isEnhancedCode } from '../mail/reply.js'
import type { QueueItem } from './item.js'
import type { Unreadable } from './spool.js'

const mailbox = z.string().transform((text, context): Mailbox => {
  const read = parseMailbox(text)
  if (read !== null) return read
  context.addIssue(`not a mailbox: ${text}`)
  return z.NEVER
})
const id = z.string().transform((text, context): QueueId => {
  if (isQueueId(text)) return text
  context.addIssue(`not a queue id: ${text}`)
  return z.NEVER
})
const enhanced = z.string().transform((text, context): EnhancedCode => {
  if (isEnhancedCode(text)) return text
  context.addIssue(`not an enhanced code: ${text}`)
  return z.NEVER
})
const reply = z.object({ code: z.int(), enhanced: enhanced.nullable(), text: z.string() })
/** All of them, which the type sees to: an item with another could be written, and not read back. */
const stages: Readonly<Record<Stage, Stage>> = {
  connect: 'connect',
  helo: 'helo',
  starttls: 'starttls',
  auth: 'auth',
  mail: 'mail',
  rcpt: 'rcpt',
  data: 'data',
  message: 'message',
}
const stage = z.enum(stages)
const problem = z.object({ stage, reply: reply.nullable(), by: z.literal('here').optional(), cause: z.string() })
const date = z.iso.datetime().transform(text => new Date(text))
const client = z.object({ address: z.string(), port: z.int(), helo: z.string().nullable() })

const notify = z.array(z.enum(['never', 'success', 'failure', 'delay'])).nullable()
const text = z.string().nullable()

const item = z.object({
  id,
  mta: z.string(),
  envelope: z.object({
    reversePath: mailbox.nullable(),
    // null where an older version wrote it
    recipients: z.array(z.object({ mailbox, notify: notify.default(null), originalRecipient: text.default(null) })),
    eightBit: z.boolean(),
    smtpUtf8: z.boolean(),
    ret: z.enum(['full', 'headers']).nullable().default(null),
    envelopeId: text.default(null),
  }),
  recipients: z.array(
    z.discriminatedUnion('state', [
      z.object({ mailbox, state: z.literal('queued') }),
      z.object({ mailbox, state: z.literal('deferred'), problem }),
      z.object({ mailbox, state: z.literal('delivered'), reply, owes: z.enum(['delivered', 'relayed']).optional() }),
      z.object({ mailbox, state: z.literal('failed'), problem, last: problem.optional() }),
      z.object({ mailbox, state: z.literal('bounced'), problem, report: id.nullable() }),
    ]),
  ),
  stamp: z.string(),
  size: z.int().nonnegative(),
  eightBit: z.boolean(),
  utf8Header: z.boolean().optional(),
  origin: z.object({ previous: id.nullable(), client, protocol: z.string(), digest: z.string() }).optional(),
  receivedAt: date,
  attempts: z.int().nonnegative(),
  nextAttemptAt: date,
  expiresAt: date,
  held: z.boolean().default(false),
  warned: z.boolean().optional(),
  local: z.boolean().optional(),
})

export const itemKeys = 'item/'

export function itemKey(queueId: string): string {
  return itemKeys + queueId
}

export function writeItem(stored: QueueItem): Buffer {
  return Buffer.from(JSON.stringify(stored))
}

/** Returns the reason where the octets are no item. */
export function readItem(octets: Uint8Array): QueueItem | Unreadable {
  try {
    const read = item.safeParse(JSON.parse(Buffer.from(octets).toString()))
    return read.success ? read.data : { unreadable: z.prettifyError(read.error) }
  } catch {
    return { unreadable: 'not JSON' }
  }
}
