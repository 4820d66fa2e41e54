/**
 * The octets of a queued message as they go on: its head (stamp, Return-Path), then the content from the spool.
 */
import type { QueueItem } from '../queue/item.js'
import type { Spool } from '../queue/spool.js'

/** Messages up to this size are handed on in one piece. */
const small = 64 * 1024

export function assemble(head: Buffer, item: QueueItem, spool: Pick<Spool, 'content'>): Iterable<Uint8Array> {
  if (item.size > small) return pieces(head, item, spool)
  return [Buffer.concat([head, ...spool.content(item.id)])]
}

function* pieces(head: Buffer, item: QueueItem, spool: Pick<Spool, 'content'>): Iterable<Uint8Array> {
  yield head
  yield* spool.content(item.id)
}
