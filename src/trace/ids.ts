/**
 * Ids that are none. Programs write what they like after `id`, so only two things are held against one: that it is
 * plainly something else, and that it is not as the program writes it whose field this says to be.
 */
import { addressIn } from './tcp-info.js'
import type { Oddity, Received, TraceHop } from './types.js'

interface Style {
  readonly dialect: string
  readonly program: string
  readonly pattern: RegExp
}

const styles: readonly Style[] = [
  // postconf(5) enable_long_queue_ids: hexadecimal, or time in base 52, z, inode in base 51
  {
    dialect: 'postfix',
    program: 'Postfix',
    pattern: /^(?:[0-9A-F]{5,20}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,}z[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-y]+)$/,
  },
  // Exim's specification, "Message identification", before 4.97 and since; a resent part of one has a suffix
  {
    dialect: 'exim',
    program: 'Exim',
    pattern: /^[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4})(?:-[A-Z])?$/,
  },
]

export function oddIds({ field, received }: TraceHop): Oddity[] {
  const { id } = received
  if (id === null) return []
  const what = otherThing(id)
  if (what !== null) return [odd(field, `the id ${id} is ${what}`)]
  const style = styles.find(({ dialect }) => dialect === received.dialect)
  if (!style || style.pattern.test(id)) return []
  return [odd(field, `the field looks like one of ${style.program}, but the id ${id} is none that it writes`)]
}

function odd(field: number, message: string): Oddity {
  return { code: 'odd-id', severity: 'warning', field, message }
}

function otherThing(id: string): string | null {
  if (/^(?:from|by|via|with|for)$/i.test(id)) return 'the word that begins the next clause'
  if (!/[\p{L}\p{N}]/u.test(id)) return 'neither letter nor digit'
  // Exchange writes its version there
  if (addressIn(id) !== null && !/^\d{1,2}\.\d{1,2}\.\d+\.\d+$/.test(id)) return 'an address'
  return null
}

/** True where the word is a program's version, as Exchange writes it in the place of an id. */
export function isVersion({ id, with: protocol }: Received): boolean {
  return (
    id !== null && /^\d{1,2}\.\d{1,2}\.\d+\.\d+$/.test(id) && /mapi|Microsoft|^HTTPS?\b/i.test(protocol?.text ?? '')
  )
}
