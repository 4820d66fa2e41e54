/**
 * MTAs that refuse recipients for a while, as greylisting ones do: real servers, but for this one decision.
 */
import { vi } from 'vitest'
import { reply } from '../../src/mail/reply.js'
import { MailTransaction, type RcptAnswer } from '../../src/receive/mail-transaction.js'

export interface Greylisting {
  /** RCPT commands of the whole process that are answered honestly before. */
  readonly after: number
  readonly times: number
  /** What a command must hold to be counted; absent: each is. */
  readonly recipient?: string
}

const said = reply(450, '4.7.1', 'Greylisted')
const refusal: RcptAnswer = { said, recipient: null, isError: false, isNew: false }

/** Until vi.restoreAllMocks(). Of one message the fourth RCPT is the fourth MTA's first. */
export function greylist({ after, times, recipient = '' }: Greylisting): void {
  const method: unknown = Reflect.get(MailTransaction.prototype, 'rcpt')
  if (typeof method !== 'function') throw new Error('MailTransaction has no rcpt')
  const honest = (transaction: MailTransaction, command: Buffer): RcptAnswer =>
    Reflect.apply(method, transaction, [command, new Set()])
  let count = 0
  vi.spyOn(MailTransaction.prototype, 'rcpt').mockImplementation(function (this: MailTransaction, command) {
    if (!command.includes(recipient)) return honest(this, command)
    const at = count++
    return at < after || at >= after + times ? honest(this, command) : refusal
  })
}
