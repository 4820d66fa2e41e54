/**
 * EHLO and HELO (RFC 5321 4.1.1.1): the name that the client gives itself, verbatim.
 */
import type { Reply } from '../mail/reply.js'
import { heloSyntax } from './replies.js'
import { decodeUtf8 } from './text.js'

export type HeloCommand = { readonly name: string } | { readonly wrong: Reply }

/** RFC 5321 4.5.3.1.2: the longest domain, in octets. */
const longestName = 255

// One word. What it says is the client's affair (RFC 5321 4.1.4: it must not be refused for that), but it goes into
// journals: no control characters, and none that can't be seen
const pattern = /^[A-Z]{4} +([^\s\p{Cc}\u200B\u2060\uFEFF]+)[ \t]*$/iu

export function readHelo(command: Buffer): HeloCommand {
  const name = pattern.exec(decodeUtf8(command) ?? '')?.[1]
  if (name === undefined || Buffer.byteLength(name) > longestName) return { wrong: heloSyntax }
  return { name }
}

/** RFC 2034 4: no enhanced code in the answer to EHLO and HELO. */
export function heloReply(lines: readonly string[]): string {
  return lines.map((line, at) => `250${at < lines.length - 1 ? '-' : ' '}${line}\r\n`).join('')
}
