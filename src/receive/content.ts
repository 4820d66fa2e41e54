/**
 * Content on its way from the session to the spool. The promise: whatever happens, the message is either taken over
 * whole and answered 250, or nothing of it stays; an answer is always given, unless the client went away.
 */
import type { Readable } from 'node:stream'
import type { Limits } from '../config/types.js'
import { type Reply, reply } from '../mail/reply.js'
import { ContentScan } from './content-scan.js'
import { tooLarge } from './path-command.js'
import type { Receiving } from './transaction.js'

// RFC 5321 2.3.8: CR and LF appear only as CRLF; 4.5.2 has no NUL. Taking them would open SMTP smuggling.
const bareOctets = reply(550, '5.5.2', 'Bare CR, bare LF or NUL in the message, lines must end with CRLF')
// RFC 3463 3.4: X.3.1 mail system full
const notKept = reply(452, '4.3.1', 'The message could not be stored, try again later')
const tooManyHops = (limit: number): Reply =>
  // RFC 5321 6.3 and RFC 3463 3.5: X.4.6 routing loop detected
  reply(554, '5.4.6', `Too many hops, more than ${limit} Received fields: the message loops`)

/** Reads all of the content; calls back with the answer to the final dot. */
export function receiveContent(
  content: Readable,
  receiving: Receiving,
  limits: Limits,
  answer: (reply: Reply) => void,
): void {
  const scan = new ContentScan()
  let failed = false
  const give = (wait: Promise<void>): void => {
    content.pause()
    wait.then(
      () => content.resume(),
      () => {
        failed = true
        content.resume()
      },
    )
  }
  content.on('data', (chunk: Buffer) => {
    scan.write(chunk)
    if (failed || scan.size > limits.messageSize) return
    const wait = receiving.write(chunk)
    if (wait) give(wait)
  })
  content.on('error', () => receiving.discard())
  content.on('end', () => {
    const refusal = failed ? notKept : refuse(scan, limits)
    if (refusal) {
      receiving.discard()
      answer(refusal)
      return
    }
    receiving.take(scan).then(answer, () => answer(notKept))
  })
}

function refuse(scan: ContentScan, limits: Limits): Reply | null {
  if (scan.size > limits.messageSize) return tooLarge(limits.messageSize)
  if (scan.hasBareOctets) return bareOctets
  if (scan.receivedFields > limits.hops) return tooManyHops(limits.hops)
  return null
}
