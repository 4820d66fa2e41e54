/**
 * The status code of a report (RFC 3463): the enhanced code that was said; where none was, the one that stage and reply
 * code mean, or what the system's error means.
 */
import type { Stage } from '../mail/envelope.js'
import type { Problem } from '../mail/problem.js'
import { type EnhancedCode, isEnhancedCode, type Reply } from '../mail/reply.js'

// RFC 3463 2: class 4 is also for what was abandoned because a temporary condition lasted; 3.5: X.4.7 time expired
export const expiredStatus: EnhancedCode = '4.4.7'

export function statusOf({ stage, reply, cause }: Problem): EnhancedCode {
  return reply ? statusOfReply(stage, reply) : statusOfCause(stage, cause)
}

function statusOfReply(stage: Stage, { code, enhanced }: Reply): EnhancedCode {
  if (enhanced !== null) return enhanced
  const status = `${Math.floor(code / 100)}.${byStage[stage]?.get(code) ?? byCode.get(code) ?? '3.0'}`
  return isEnhancedCode(status) ? status : '5.3.0'
}

// RFC 3463 3, with what RFC 5321 4.2.3 and 4.3.2 say of the codes
const byCode: ReadonlyMap<number, string> = new Map([
  // X.3.2 not accepting messages; X.5.x what was wrong with the command; X.3.4 too big; X.7.x not authorised
  [421, '3.2'],
  [450, '2.0'],
  [452, '3.1'],
  [500, '5.2'],
  [501, '5.4'],
  [502, '5.1'],
  [503, '5.1'],
  [504, '5.4'],
  [530, '7.0'],
  [535, '7.8'],
  [550, '7.1'],
  [552, '3.4'],
  [555, '5.4'],
])
const byStage: { readonly [stage in Stage]?: ReadonlyMap<number, string> } = {
  connect: new Map([[554, '3.2']]),
  // X.1.0 other address status, X.1.7 the sender's bad syntax
  mail: new Map([
    [501, '1.7'],
    [550, '1.0'],
    [551, '1.0'],
    [553, '1.7'],
    [554, '1.0'],
  ]),
  // X.1.1 no such mailbox, X.1.3 bad syntax, X.1.6 has moved, X.2.x the mailbox's state
  rcpt: new Map([
    [450, '2.1'],
    [452, '5.3'],
    [501, '1.3'],
    [550, '1.1'],
    [551, '1.6'],
    [552, '2.2'],
    [553, '1.3'],
    [554, '1.0'],
  ]),
  // X.6.0 other content error
  data: new Map([[554, '6.0']]),
  message: new Map([[554, '6.0']]),
}

/** The other side said nothing: X.4.1 no answer, X.4.2 bad connection, X.3.0 a matter of this system. */
function statusOfCause(stage: Stage, cause: string): EnhancedCode {
  if (/^E[A-Z]*(?:REFUSED|UNREACH|ADDRNOTAVAIL|DOWN)$/.test(cause)) return '4.4.1'
  const isTimeOut = /^ETIMEDOUT$|in time/.test(cause)
  if (isTimeOut) return stage === 'connect' ? '4.4.1' : '4.4.2'
  if (/^(?:ECONNRESET|ECONNABORTED|EPIPE)$|closed the connection/.test(cause)) return '4.4.2'
  return '4.3.0'
}
