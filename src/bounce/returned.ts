/**
 * The message that a report returns, its octets as they are: whole, or its header alone.
 */
import { isAscii, isUtf8 } from 'node:buffer'
import { isField, splitHeader } from '../mail/header.js'

export interface Returned {
  readonly octets: Buffer
  readonly type: 'message/rfc822' | 'message/global' | 'text/rfc822-headers' | 'message/global-headers'
  /** The message's own Message-ID; null where it has none in order. */
  readonly messageId: string | null
}

/** A header is returned up to here. */
const longestHeader = 64 * 1024

/** `what` is what is wanted, `smtpUtf8` how the message came. Throws where the content does. */
export function returnedOf(content: Iterable<Uint8Array>, what: 'full' | 'headers', smtpUtf8: boolean): Returned {
  const octets = what === 'full' ? Buffer.concat([...content]) : headerOf(content)
  const header = splitHeader(octets)
  const headerOctets = octets.subarray(0, header.end)
  // RFC 6533 6: message/global and message/global-headers are for internationalised headers
  const isGlobal = smtpUtf8 && !isAscii(headerOctets) && isUtf8(headerOctets)
  const types = isGlobal
    ? ({ full: 'message/global', headers: 'message/global-headers' } as const)
    : ({ full: 'message/rfc822', headers: 'text/rfc822-headers' } as const)
  const field = header.fields.find(each => isField(each, 'Message-ID'))
  const messageId = /<[!-;=?-~]{1,250}>/.exec(Buffer.from(field?.raw ?? []).toString('latin1'))?.[0] ?? null
  return { octets, type: types[what], messageId }
}

/** The header of a content, read no further than is needed; a field that is cut is left out. */
function headerOf(content: Iterable<Uint8Array>): Buffer {
  const chunks: Uint8Array[] = []
  let size = 0
  for (const chunk of content) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= longestHeader) break
  }
  const start = Buffer.concat(chunks).subarray(0, longestHeader)
  const { fields, end } = splitHeader(start)
  const isCut = size >= longestHeader && end === start.length
  return start.subarray(0, isCut ? (fields.at(-1)?.start ?? 0) : end)
}
