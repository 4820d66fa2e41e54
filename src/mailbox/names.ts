/**
 * Names of a recipient's folder and of a message's file. Different recipients have different folders, and no name is
 * longer than file systems take (255 octets).
 */
import { createHash } from 'node:crypto'
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

/** Unique, and the same for every attempt of one copy (cr.yp.to/proto/maildir.html: time, unique part, host). */
export function messageFile({ id, receivedAt, hostname }: Delivery): string {
  return `${Math.floor(receivedAt.getTime() / 1000)}.Q${id}.${hostname.slice(0, longestHost)}`
}
