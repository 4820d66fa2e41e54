/**
 * The date-time as RFC 5322 3.3 has it and nearly all write it, read in one pass without a regular expression:
 * a fifth of the time that one needs.
 */
import { daysSince1970, monthNames, weekdayNames, weekdayOf } from './calendar.js'
import type { ReceivedDate } from './types.js'

const shortest = 25
const TAB = 9
const SPACE = 32
const OPEN = 40
const PLUS = 43
const COMMA = 44
const MINUS = 45
const COLON = 58

/** Reads the text behind the `;`. Null for what is in another form or in any way not in order. */
export function readDateInOrder(text: string): ReceivedDate | null {
  let at = afterBlanks(text, 0)
  // the shortest is 1 Jan 2026 10:00:00 +0000
  if (at === 0 || text.length - at < shortest) return null
  let weekday = -1
  if (text.charCodeAt(at + 3) === COMMA) {
    weekday = weekdayNames.indexOf(text.slice(at, at + 3))
    at = afterBlanks(text, at + 4)
    if (weekday === -1 || text.length - at < shortest) return null
  }
  const short = digits(text, at, 1)
  const long = digits(text, at, 2)
  const afterDay = at + (long === -1 ? 1 : 2)
  const monthAt = afterBlanks(text, afterDay)
  const yearAt = afterBlanks(text, monthAt + 3)
  const timeAt = afterBlanks(text, yearAt + 4)
  if (short === -1 || monthAt === afterDay || yearAt === monthAt + 3 || timeAt === yearAt + 4) return null
  if (text.length < timeAt + 14) return null
  const month = monthNames.indexOf(text.slice(monthAt, monthAt + 3))
  const year = digits(text, yearAt, 4)
  const days = month === -1 || year === -1 ? null : daysSince1970(year, month, long === -1 ? short : long)
  if (days === null || (weekday !== -1 && weekday !== weekdayOf(days))) return null
  return withTime(text, days, timeAt)
}

/** `at`: where the time of day begins. */
function withTime(text: string, days: number, at: number): ReceivedDate | null {
  const hour = digits(text, at, 2)
  const minute = digits(text, at + 3, 2)
  const second = digits(text, at + 6, 2)
  if (hour === -1 || hour > 23 || minute === -1 || minute > 59 || second === -1 || second > 59) return null
  if (text.charCodeAt(at + 2) !== COLON || text.charCodeAt(at + 5) !== COLON) return null
  const zoneAt = afterBlanks(text, at + 8)
  if (zoneAt === at + 8 || text.length < zoneAt + 5 || !endsBehind(text, zoneAt + 5)) return null
  const sign = text.charCodeAt(zoneAt)
  const zoneHour = digits(text, zoneAt + 1, 2)
  const zoneMinute = digits(text, zoneAt + 3, 2)
  if ((sign !== PLUS && sign !== MINUS) || zoneHour === -1 || zoneMinute === -1 || zoneMinute > 59) return null
  const east = (zoneHour * 60 + zoneMinute) * (sign === MINUS ? -1 : 1)
  const instant = new Date(((days * 24 + hour) * 60 + minute - east) * 60_000 + second * 1000)
  // RFC 5322 3.3: -0000 says that the local zone is not known
  return { instant, offset: east === 0 && sign === MINUS ? null : east, text: text.trim() }
}

/** The number that so many digits are; -1 where they are none. */
function digits(text: string, start: number, count: number): number {
  let value = 0
  for (let at = start; at < start + count; at++) {
    const digit = text.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) return -1
    value = value * 10 + digit
  }
  return value
}

function afterBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === TAB)) at++
  return at
}

/** True where nothing stands behind `at` but one comment without others in it: (CET). */
function endsBehind(text: string, at: number): boolean {
  if (at === text.length) return true
  const comment = afterBlanks(text, at)
  if (comment === at || comment === text.length || text.charCodeAt(comment) !== OPEN) return false
  return text.indexOf(')') === text.length - 1 && text.indexOf('(', comment + 1) === -1 && !text.includes('\\')
}
