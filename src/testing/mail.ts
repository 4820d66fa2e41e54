/**
 * What a matcher may be given, made into a message: a delivered one, what `send` gave, octets, a text, a file. Whatever
 * is none of them is a TypeError; a file that can't be read is the system's error; a message that does not arrive an
 * UndeliveredError, one that goes on waiting a WaitError.
 */
import { readFile } from 'node:fs/promises'
import { types } from 'node:util'
import { type Carrier, carrierOf } from '../chain/carrier.js'
import type { Chain, DeliveredMail, Sent } from '../chain/chain.js'
import type { ExpectedPath } from '../check/types.js'
import type { Journal } from '../journal/journal.js'
import { quoted } from '../report/text.js'
import { inTime } from './patience.js'

/**
 * A delivered message; what `chain.send` or `chain.inject` gave, where it has one recipient; the octets; a text: one with
 * a line end or one that begins with a header field is the message, any other one the path of a file; a file.
 */
export type MailSource =
  | DeliveredMail
  | Sent
  | Uint8Array
  | string
  | URL
  | { readonly file: string | URL }
  | { readonly content: Uint8Array | string }

/** What the message is held against, where it does not tell itself: a delivered message knows its chain. */
export type Against =
  | { readonly chain: Chain; readonly path?: never; readonly journal?: never }
  | { readonly path: ExpectedPath; readonly journal?: Journal; readonly chain?: never }

export interface Message {
  readonly content: Uint8Array
  /** As "the mail to b@example.test"; safe to print. */
  readonly name: string
  /** Queue id of the last copy, and for whom; null where no chain of this program delivered it. */
  readonly delivered: { readonly id: string; readonly recipient: string } | null
  readonly chain: Chain | null
  /** The way that it is expected to take; null where nobody told. */
  readonly path: ExpectedPath | null
  readonly journal: Journal | null
}

const longestName = 100

export async function messageOf(source: unknown, against?: Against): Promise<Message> {
  const carrier = typeof source === 'object' && source !== null ? carrierOf(source) : null
  if (carrier && isSent(source)) return deliveredBy(await onlyMailOf(source, carrier), carrier.chain, against)
  if (carrier && isDelivered(source)) return deliveredBy(source, carrier.chain, against)
  const { content, name } = await read(source)
  return { content, name, delivered: null, ...heldAgainst(against) }
}

function deliveredBy(mail: DeliveredMail, chain: Chain, against: Against | undefined): Message {
  const { content, recipient, id } = mail
  const held = against ? heldAgainst(against) : { chain, path: chain.expectedPath(mail), journal: chain.journal }
  return { content, name: `the mail to ${quoted(recipient, longestName)}`, delivered: { id, recipient }, ...held }
}

function heldAgainst(against: Against | undefined): Pick<Message, 'chain' | 'path' | 'journal'> {
  if (!against) return { chain: null, path: null, journal: null }
  if (against.chain) return { chain: against.chain, path: against.chain.expectedPath(), journal: against.chain.journal }
  if (!against.path) throw new TypeError('expected { chain } or { path, journal } as what the message is held against')
  return { chain: null, path: against.path, journal: against.journal ?? null }
}

async function read(source: unknown): Promise<{ readonly content: Uint8Array; readonly name: string }> {
  if (types.isUint8Array(source)) return { content: source, name: 'the message' }
  if (typeof source === 'string') return isText(source) ? fromText(source) : fromFile(source)
  if (source instanceof URL) return fromFile(source)
  if (typeof source === 'object' && source !== null) {
    if ('content' in source) {
      if (types.isUint8Array(source.content)) return { content: source.content, name: 'the message' }
      if (typeof source.content === 'string') return fromText(source.content)
    }
    if ('file' in source && (typeof source.file === 'string' || source.file instanceof URL))
      return fromFile(source.file)
  }
  throw new TypeError(
    `expected a delivered message, what chain.send gave, octets, a text, or { file }, found ${kindOf(source)}`,
  )
}

/** A file's name holds no line end; "C:\\mail.eml" has one letter before its colon. */
function isText(text: string): boolean {
  return /[\r\n]/.test(text) || /^[A-Za-z][\w-]+[ \t]*:[ \t]/.test(text)
}

function fromText(text: string): { readonly content: Uint8Array; readonly name: string } {
  return { content: Buffer.from(text), name: 'the message' }
}

async function fromFile(file: string | URL): Promise<{ readonly content: Uint8Array; readonly name: string }> {
  return { content: await readFile(file), name: quoted(String(file), longestName) }
}

async function onlyMailOf(sent: Sent, { chain, recipients }: Carrier): Promise<DeliveredMail> {
  const mailboxes = recipients - sent.refused.length
  const problem = `the message goes to ${mailboxes} mailboxes: expected one of the mails that delivered() resolves with`
  if (mailboxes > 1) throw new TypeError(problem)
  const [mail] = await inTime(sent.delivered(), 'delivered', sent, chain)
  if (mail) return mail
  throw new TypeError(problem)
}

export function isSent(source: unknown): source is Sent {
  return typeof source === 'object' && source !== null && 'delivered' in source && carrierOf(source) !== null
}

function isDelivered(source: unknown): source is DeliveredMail {
  return typeof source === 'object' && source !== null && 'content' in source && carrierOf(source) !== null
}

function kindOf(source: unknown): string {
  if (source instanceof Promise) return 'a promise: await it'
  if (Array.isArray(source)) return 'a list: expected one of its messages'
  if (source === undefined) return 'nothing: was the message delivered?'
  return source === null ? 'null' : `a value of type ${typeof source}`
}
