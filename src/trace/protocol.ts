/**
 * The `with` clause: which protocol was spoken, encrypted or not, authenticated or not (RFC 3848, RFC 6531).
 */
import type { ReceivedWith } from './types.js'

interface Letters {
  readonly secure: boolean
  readonly authenticated: boolean
}

/** The protocols that are built on SMTP, with what their letters S and A say. */
const smtpFamily = new Map<string, Letters>()
for (const name of ['SMTP', 'ESMTP', 'LMTP', 'UTF8SMTP', 'UTF8ESMTP', 'UTF8LMTP']) {
  smtpFamily.set(name, { secure: false, authenticated: false })
  smtpFamily.set(`${name}S`, { secure: true, authenticated: false })
  smtpFamily.set(`${name}A`, { secure: false, authenticated: true })
  smtpFamily.set(`${name}SA`, { secure: true, authenticated: true })
}
/** Protocols beside these; HTTPS and the like are encrypted by their name. */
const others = /^(?:HTTPS?|HTTPREST|MAPI|IMAP4?S?|POP3?S?|QMQP|QMTP|NNFMP|UUCP|BSMTP|MMS|ASMTP|NNTP|LOCAL)$/

export interface Said {
  /** By the comments of the field. */
  readonly tls: boolean | null
  readonly auth: boolean | null
  /** True where the dialect's ESMTP means that neither was spoken. */
  readonly says3848: boolean
}

export function readWith(text: string, said: Said): ReceivedWith {
  const protocol = protocolIn(text)
  const letters = smtpFamily.get(protocol)
  const unsaid = letters && said.says3848 ? false : null
  return {
    text,
    protocol,
    tls: letters?.secure || encrypted.has(protocol) || (said.tls ?? unsaid),
    auth: letters?.authenticated || protocol === 'ASMTP' || (said.auth ?? unsaid),
  }
}

const encrypted: ReadonlySet<string> = new Set(['HTTPS', 'IMAPS', 'POP3S'])

/** The first word that is a protocol's name, where there is one: "Microsoft SMTP Server" is SMTP. */
function protocolIn(text: string): string {
  // RFC 5234 2.3: literals of a grammar are case-insensitive
  const upper = text.toUpperCase()
  if (!/[ /[(]/.test(upper)) return upper === 'SMTPSVC' ? 'SMTP' : upper
  const words = upper.split(/[ /[\]()]+/).filter(word => word !== '')
  const known = words.find(word => smtpFamily.has(word) || others.test(word) || word === 'SMTPSVC')
  return known === 'SMTPSVC' ? 'SMTP' : (known ?? words[0] ?? upper)
}
