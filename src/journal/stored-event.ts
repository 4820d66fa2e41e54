/**
 * Events as they lie in the journal file: checked when they are read back, since anything may stand in a file.
 */
import { z } from 'zod'
import { isQueueId, type QueueId } from '../mail/envelope.js'
import type { MessageEvent } from './event.js'

const id = z.string().transform((text, context): QueueId => {
  if (isQueueId(text)) return text
  context.addIssue('not a queue id')
  return z.NEVER
})
const happening = { time: z.string(), mta: z.string(), id }
const recipients = z.array(z.string())
const peer = z.object({ address: z.string(), port: z.int() })
const client = peer.extend({ helo: z.string().nullable() })

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
    to: z.string().nullable(),
    by: z.enum(['mailbox', 'route']).nullable(),
  }),
  z.object({
    event: z.literal('reported'),
    ...happening,
    recipients,
    action: z.enum(['delayed', 'delivered', 'relayed']),
    report: id,
    to: z.string(),
    by: z.enum(['mailbox', 'route']),
  }),
])

/** An event about a message; null for a line that holds none. */
export function readEvent(line: string): MessageEvent | null {
  try {
    const read = event.safeParse(JSON.parse(line))
    return read.success ? read.data : null
  } catch {
    return null
  }
}
