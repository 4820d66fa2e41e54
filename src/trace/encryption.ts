/**
 * What a Received field tells of a connection's encryption and of the client's authentication.
 */
import type { Clauses } from './clauses.js'
import { longestNote } from './tcp-info.js'
import type { ReceivedTls } from './types.js'

/** What a comment has in it that tells of encryption, authentication or the reverse-path; few have. */
const hint = /TLS|SSL|ipher|encrypted|Transport Security|uthenticat|AUTH|account|auth|nvelope| with /

export function isTelling(comment: string): boolean {
  return !comment.endsWith(']') && comment.length <= longestNote && hint.test(comment)
}

/** True for what stands in the from part and is the client's own: its HELO, its ident, its certificate. */
export function isOfClient(comment: string): boolean {
  return /^(?:[EHL][EH]LO |helo=|ehlo=|port=|ident=|\[|Client )/i.test(comment)
}

/** How programs write version and cipher in a comment, most of them in one of these ways. */
const forms: readonly RegExp[] = [
  // Exchange, Sendmail, Gmail, hMailServer: version=TLS1_2, cipher=X; version=TLSv1/SSLv3 cipher=X bits=256
  /(?:^|[ ,])version=(?<version>[^\s,]+),? cipher=(?<cipher>[^\s,]+)/i,
  // Postfix, Dovecot, Stalwart: using TLSv1.3 with cipher X (256/256 bits)
  /^using (?<version>(?:TLS|SSL)\S*) with cipher (?<cipher>[^\s,]+)/i,
  // Courier: TLS: TLSv1.3,256bits,X
  /(?:^|, )TLS: (?<version>(?:TLS|SSL)[^,\s]*),\d+bits,(?<cipher>[^,\s]+)/,
  // Exim, OpenSMTPD: TLS1.2:X:256, TLSv1.3:X:256:NO, Cipher TLSv1:X:168
  /^(?:Cipher )?(?<version>(?:TLS|SSL)[^:\s]*):(?<cipher>[^:\s]+)(?::|$)/,
  // T-Online: TLSv1.3:X encrypted
  /^(?<version>(?:TLS|SSL)[^:\s]*):(?<cipher>[^:\s]+)(?::\S+)? encrypted$/,
  // TLS1.3 X; Exim: TLS1.3, the cipher in a tls clause
  /^(?<version>(?:TLS|SSL)v?\d[\w.]*)(?:[ ,:](?<cipher>[A-Z][\w-]+))?$/,
  // ecelerity: cipher=X; qpsmtpd: X encrypted
  /^cipher=(?<cipher>[^\s,]+)$/,
  /^(?<cipher>[\w-]+) encrypted$/,
  // chasquid: over ESMTPS, TLS-1.3, envelope from "a@b"
  /(?:^|, )(?<version>TLS-\d\.\d)(?:,|$)/,
]

/** Null where neither version nor cipher stand in the field. `comments` are the field's. */
export function readTls(clauses: Clauses, protocol: string, comments: readonly string[]): ReceivedTls | null {
  const found = fromComments(comments) ?? fromProtocol(protocol)
  const cipher = clauses.value('tls') ?? null
  if (cipher === null) return found
  return { version: found?.version ?? null, cipher: found?.cipher ?? cipher }
}

function fromComments(comments: readonly string[]): ReceivedTls | null {
  for (const comment of comments) {
    for (const form of forms) {
      const groups = form.exec(comment)?.groups
      if (groups) return { version: groups['version'] ?? null, cipher: groups['cipher'] ?? null }
    }
  }
  return null
}

/** IronPort: with ESMTP/TLS/X. qmail with patches: with X encrypted SMTP. */
function fromProtocol(protocol: string): ReceivedTls | null {
  const cipher =
    /^with E?SMTPS?\/TLS\/(\S+)/i.exec(protocol)?.[1] ?? /^with (\S+) encrypted E?SMTP/i.exec(protocol)?.[1]
  return cipher === undefined ? null : { version: null, cipher }
}

const noEncryption = /^(?:not using TLS|no TLS|using no TLS)/i

/** True and false where a comment says so, null where none does. */
export function saysEncrypted(clauses: Clauses, comments: readonly string[]): boolean | null {
  // Microsoft's SMTPSVC: by a.example over TLS secured channel
  if (clauses.value('by', 1) === 'over' && clauses.value('by', 2) === 'TLS') return true
  for (const comment of comments) {
    if (noEncryption.test(comment)) return false
    if (/^(?:TLS|SSL|using (?:TLS|SSL)|Google Transport Security)/i.test(comment)) return true
  }
  return null
}

// Postfix, Sendmail, SquirrelMail, Courier, qmail's patches, Yahoo, CommuniGate
const authenticated =
  /^(?:[\w-]+ )?authenticated(?: |$)|^AUTH: |^account |^Authenticated sender: | with (?:login|plain|cram-md5)$/i
const unauthenticated = /^not authenticated\b|^unauthenticated\b/i

/** True and false where a comment says so, null where none does. */
export function saysAuthenticated(comments: readonly string[]): boolean | null {
  for (const comment of comments) {
    if (unauthenticated.test(comment)) return false
    if (authenticated.test(comment)) return true
  }
  return null
}
