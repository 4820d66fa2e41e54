/**
 * What a sender asks for about reports on a message's fate (RFC 3461): the parameters of MAIL and RCPT. Values are kept
 * as they came, once they were found to be in order, so that they go on verbatim.
 */
import type { Envelope, Recipient } from './envelope.js'

export type Notify = 'never' | 'success' | 'failure' | 'delay'

/** What is passed on where the next MTA offers DSN. */
export interface DsnRequest extends Pick<Envelope, 'ret' | 'envelopeId'> {
  readonly recipients: readonly Recipient[]
}

const notifications: ReadonlyMap<string, Notify> = new Map([
  ['SUCCESS', 'success'],
  ['FAILURE', 'failure'],
  ['DELAY', 'delay'],
])
// RFC 3461 4: xchar is printable but "+" and "="; hexchar has upper case digits
const xtext = /^(?:[!-*,-<>-~]|\+[0-9A-F]{2})+$/
const printable = /^[ -~]+$/
// RFC 6533 3: the embedded character is what QCHAR leaves out, or is beyond US-ASCII
const embedded = /\\x\{([0-9A-F]{2,6})\}/gu
const utf8Xtext = /^(?:[!-*,-<>-[\]-~]|\\x\{[0-9A-F]{2,6}\})+$/u
const utf8Unitext = /^(?:[!-*,-<>-[\]-~\u00A0-\u{10FFFF}]|\\x\{[0-9A-F]{2,6}\})+$/u
/** RFC 3461 4.4 and 4.2: the longest values, encoded. */
const longestEnvelopeId = 100
const longestOriginalRecipient = 500

/** RFC 3461 4.1: NEVER alone, or a list of the others. Null where it is neither. */
export function parseNotify(text: string): readonly Notify[] | null {
  if (text.toUpperCase() === 'NEVER') return ['never']
  const wanted = new Set<Notify>()
  for (const word of text.toUpperCase().split(',')) {
    const known = notifications.get(word)
    if (!known) return null
    wanted.add(known)
  }
  return [...wanted]
}

/** RFC 3461 4.3. */
export function parseRet(text: string): Envelope['ret'] {
  const word = text.toUpperCase()
  return word === 'FULL' ? 'full' : word === 'HDRS' ? 'headers' : null
}

export function isEnvelopeId(text: string): boolean {
  return text.length <= longestEnvelopeId && xtext.test(text) && printable.test(decodeXtext(text))
}

/** "rfc822;" or another type with xtext; "utf-8;" in the forms of RFC 6533 3, the second with SMTPUTF8 only. */
export function isOriginalRecipient(text: string, smtpUtf8: boolean): boolean {
  const [, type, address] = /^([!#-'*+\-/-9?A-Z^-~]+);(.+)$/isu.exec(text) ?? []
  if (type === undefined || address === undefined) return false
  if (Buffer.byteLength(text) > longestOriginalRecipient) return false
  if (type.toLowerCase() !== 'utf-8') return xtext.test(address) && printable.test(decodeXtext(address))
  if (!(smtpUtf8 ? utf8Unitext : utf8Xtext).test(address)) return false
  return !/[\p{Cc}\p{Cs}\uFFFD]/u.test(decodeUtf8Address(address))
}

export function decodeXtext(text: string): string {
  return text.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function decodeUtf8Address(text: string): string {
  return text.replace(embedded, (_, hex: string) => {
    const point = Number.parseInt(hex, 16)
    return point > 0x10ffff ? '\uFFFD' : String.fromCodePoint(point)
  })
}

/** An original recipient as reports show it: its type, and the address decoded. */
export function decodeOriginalRecipient(text: string): { readonly type: string; readonly address: string } {
  const at = text.indexOf(';')
  const [type, address] = [text.slice(0, at), text.slice(at + 1)]
  return { type, address: type.toLowerCase() === 'utf-8' ? decodeUtf8Address(address) : decodeXtext(address) }
}

/** RFC 6533 3: an address in US-ASCII alone, for places that can carry no more. */
export function encodeUtf8Address(text: string): string {
  return Array.from(text, character =>
    /[!-*,-<>-[\]-~]/.test(character)
      ? character
      : `\\x{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0')}}`,
  ).join('')
}

/** RFC 6533 3: utf-8-addr-unitext becomes utf-8-addr-xtext where SMTPUTF8 is not offered; all else is verbatim. */
export function withAsciiOriginal(recipient: Recipient): Recipient {
  const { originalRecipient } = recipient
  if (originalRecipient === null || /^[ -~]*$/.test(originalRecipient)) return recipient
  const { type, address } = decodeOriginalRecipient(originalRecipient)
  return { ...recipient, originalRecipient: `${type};${encodeUtf8Address(address)}` }
}

/** RFC 3461 4.1: without NOTIFY a sender is told of failures and, where the MTA likes to, of delays. */
export function isToldOf(event: 'success' | 'failure' | 'delay', { notify }: Pick<Recipient, 'notify'>): boolean {
  return notify === null ? event !== 'success' : notify.includes(event)
}

/** Parameters of MAIL, each with a blank before it. */
export function mailParameters({ ret, envelopeId }: DsnRequest): string {
  const size = ret === null ? '' : ` RET=${ret === 'full' ? 'FULL' : 'HDRS'}`
  return envelopeId === null ? size : `${size} ENVID=${envelopeId}`
}

/** Parameters of RCPT, each with a blank before it. */
export function rcptParameters({ notify, originalRecipient }: Recipient): string {
  const wanted = notify === null ? '' : ` NOTIFY=${notify.join(',').toUpperCase()}`
  return originalRecipient === null ? wanted : `${wanted} ORCPT=${originalRecipient}`
}
