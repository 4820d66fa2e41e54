/**
 * The envelope for a message that comes without one: from the command line, or from its own header.
 */
import { recipientsIn, senderIn } from '../chain/header-envelope.js'
import { type Mailbox, parseMailbox, type ReversePath } from '../mail/address.js'
import { CommandFailure } from './exit.js'

export interface EnvelopeOptions {
  readonly from?: string
  readonly to?: readonly string[]
}

export interface FoundEnvelope {
  readonly from: ReversePath
  readonly to: readonly Mailbox[]
}

const defaultSender = 'a@example.test'
const defaultRecipient = 'b@example.test'

/** --from and --to; else what the message's header tells. */
export function findEnvelope(content: Buffer, options: EnvelopeOptions): FoundEnvelope {
  const from = options.from === undefined ? senderOf(content) : givenSender(options.from)
  const to = options.to?.length ? options.to.map(text => given('--to', text)) : recipientsOf(content)
  return { from, to }
}

function givenSender(text: string): ReversePath {
  return text === '' || text === '<>' ? null : given('--from', text)
}

function given(option: string, text: string): Mailbox {
  const mailbox = parseMailbox(text.replace(/^<(.*)>$/, '$1'))
  if (mailbox === null) throw new CommandFailure(2, `${option}: "${text}" is no mail address, expected local@domain`)
  return mailbox
}

function senderOf(content: Buffer): ReversePath {
  const sender = senderIn(content)
  return sender === undefined ? sure(defaultSender) : sender
}

function recipientsOf(content: Buffer): readonly Mailbox[] {
  const found = recipientsIn(content)
  return found.length > 0 ? found : [sure(defaultRecipient)]
}

function sure(text: string): Mailbox {
  const mailbox = parseMailbox(text)
  if (mailbox === null) throw new TypeError(`not a mailbox: ${text}`)
  return mailbox
}
