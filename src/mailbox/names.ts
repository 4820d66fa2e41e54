/**
 * Names of a recipient's folder and of a message's file. Different recipients have different folders, and no name is
 * longer than file systems take (255 octets).
 */
import { createHash } from 'node:crypto'
import { isQueueId } from '../mail/envelope.js'
import type { Delivery } from './mailbox.js'

const longestName = 240
/** "%s" is no octet's encoding: no other recipient's folder can be called so. */
const digestMark = '%sha256-'
const digestLength = 32
const longestHost = 200

/** A recipient's folder: octets outside [A-Za-z0-9@._+-], and a leading dot, percent-encoded; a digest ends long ones. */
export function mailboxFolder(recipient: string): string {
  const octets = Buffer.from(recipient)
  let name = ''
  for (const octet of octets) {
    const character = String.fromCharCode(octet)
    const plain = /[A-Za-z0-9@._+-]/.test(character) && !(name === '' && character === '.')
    name += plain ? character : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`
  }
  if (name.length <= longestName) return name
  const digest = createHash('sha256').update(octets).digest('hex').slice(0, digestLength)
  return name.slice(0, longestName - digestMark.length - digestLength) + digestMark + digest
}

const shortened = new RegExp(
  `^(?!\\.)[A-Za-z0-9@._+%-]{${longestName - digestMark.length - digestLength}}${digestMark}[0-9a-f]{${digestLength}}$`,
)

/**
 * Whose folder it is: the recipient, or the name itself where that is a shortened one. Null for a name that no
 * recipient's folder has.
 */
export function recipientOf(folder: string): string | null {
  if (shortened.test(folder)) return folder
  try {
    const recipient = decodeURIComponent(folder)
    return recipient !== '' && mailboxFolder(recipient) === folder ? recipient : null
  } catch {
    return null
  }
}

/** The folder of a recipient as `recipientOf` tells it; null for a text that has none. */
export function folderOf(recipient: string): string | null {
  if (shortened.test(recipient)) return recipient
  return recipient === '' ? null : mailboxFolder(recipient)
}

/** Unique, and the same for every attempt of one copy (cr.yp.to/proto/maildir.html: time, unique part, host). */
export function messageFile({ id, receivedAt, hostname }: Delivery): string {
  return `${Math.floor(receivedAt.getTime() / 1000)}.Q${id}.${hostname.slice(0, longestHost)}`
}

export interface ReadName {
  readonly id: string
  readonly receivedAt: Date
}

/** What a message's file tells by its name, also one with flags behind it; null where it is none of ours. */
export function readMessageFile(name: string): ReadName | null {
  const [, seconds = '', rest = ''] = /^(\d{1,12})\.Q(.+)$/.exec(name) ?? []
  // some ids have dots in them, and so have hostnames: the longest that is an id
  for (let end = rest.lastIndexOf('.'); end > 0; end = rest.lastIndexOf('.', end - 1)) {
    const id = rest.slice(0, end)
    if (isQueueId(id)) return { id, receivedAt: new Date(Number(seconds) * 1000) }
  }
  return null
}
