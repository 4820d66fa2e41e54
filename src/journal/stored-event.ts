/**
 * Events as they lie in the journal file: checked when they are read back, since anything may stand in a file.
 */
import { z } from 'zod'
import { isQueueId, type QueueId } from '../mail/envelope.js'
import type { FaultEvent, MessageEvent } from './event.js'

const id = z.string().transform((text, context): QueueId => {
  if (isQueueId(text)) return text
  context.addIssue('not a queue id')
  return z.NEVER
})
const happening = { time: z.string(), mta: z.string(), id }
const recipients = z.array(z.string())
const peer = z.object({ address: z.string(), port: z.int() })
const client = peer.extend({ helo: z.string().nullable() })
const stages = ['connect', 'helo', 'starttls', 'auth', 'mail', 'rcpt', 'data', 'message'] as const

const event = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('received'),
    ...happening,
    previous: id.nullable(),
    client,
    protocol: z.string(),
    reversePath: z.string().nullable(),
    recipients,
    size: z.int(),
    digest: z.string(),
    stamp: z.string(),
    reply: z.string(),
  }),
  z.object({ event: z.literal('relayed'), ...happening, to: peer, recipients, reply: z.string() }),
  z.object({ event: z.literal('delivered'), ...happening, recipient: z.string(), file: z.string().nullable() }),
  z.object({
    event: z.literal('deferred'),
    ...happening,
    recipients,
    problem: z.string(),
    attempts: z.int(),
    nextAttemptAt: z.string(),
  }),
  z.object({ event: z.literal('failed'), ...happening, recipients, problem: z.string() }),
  z.object({ event: z.enum(['held', 'released', 'dropped']), ...happening, recipients }),
  z.object({
    event: z.literal('bounced'),
    ...happening,
    recipients,
    problem: z.string(),
    report: id.nullable(),
    digest: z.string().nullable(),
    to: z.string().nullable(),
    by: z.enum(['mailbox', 'route']).nullable(),
  }),
  z.object({
    event: z.literal('reported'),
    ...happening,
    recipients,
    action: z.enum(['delayed', 'delivered', 'relayed']),
    report: id,
    digest: z.string(),
    to: z.string(),
    by: z.enum(['mailbox', 'route']),
  }),
  z.object({
    event: z.literal('fault'),
    time: z.string(),
    mta: z.string(),
    rule: z.string(),
    stage: z.enum(stages),
    client,
    previous: id.nullable(),
    reversePath: z.string().nullable(),
    recipients,
    action: z.string(),
    reply: z.string().nullable(),
  }),
])

/** An event about a message, or a fault that it may have met; null for a line that holds neither. */
export function readEvent(line: string): MessageEvent | FaultEvent | null {
  try {
    const read = event.safeParse(JSON.parse(line))
    return read.success ? read.data : null
  } catch {
    return null
  }
}
