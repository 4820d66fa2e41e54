/**
 * The date-time of a trace field: RFC 5322 3.3, its obsolete forms (4.3), and the forms that are found beside them.
 * Nothing rolls over: 31 Feb is no date.
 */
import { daysSince1970, monthNames, weekdayNames, weekdayOf } from './calendar.js'
import { readDateInOrder } from './date-in-order.js'
import { type Parts, splitParts } from './parts.js'
import type { ReceivedDate } from './types.js'

const months = monthNames.map(name => name.toLowerCase())
const weekdays = weekdayNames.map(name => name.toLowerCase())

// RFC 5322 4.3; UTC is not among them, but says what it says. Minutes east of UTC.
const zones = new Map<string, number>([
  ['UT', 0],
  ['UTC', 0],
  ['GMT', 0],
  ['EDT', -240],
  ['EST', -300],
  ['CDT', -300],
  ['CST', -360],
  ['MDT', -360],
  ['MST', -420],
  ['PDT', -420],
  ['PST', -480],
])

const weekday = `(?:(?<weekday>${weekdays.join('|')})[a-z]*,? ?)?`
const month = `(?<month>${months.join('|')})`
const time = String.raw`(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?`
const zone = String.raw`(?<zone>[+-]\d\d:?[0-5]\d(?: [A-Z]{1,5})?|[A-Z]{1,5})`

const forms = [
  // RFC 5322 3.3 and 4.3: Tue, 24 Nov 2026 10:00:00 +0000; and 28-Dec-2014 20:04:31 +0200
  String.raw`${weekday}(?<day>\d{1,2})[ -]${month}[ -](?<year>\d{2,6}) ${time}(?: ${zone})?`,
  // C's asctime, with a zone or without: Tue May 30 15:29:15 2017; Fri Apr 15 17:22:55 CAT 2016
  String.raw`${weekday}${month} (?<day>\d{1,2}) ${time}(?: ${zone})? (?<year>\d{4})`,
  // spam of 2002: Jul, 17 2002 11:57:55 AM -0200
  String.raw`${month}, (?<day>\d{1,2}) (?<year>\d{4}) ${time} (?<half>[AP]M)(?: ${zone})?`,
  // ISO 8601, and Go's Time.String: 2024-07-06 11:26:01.684308116 +0000 UTC m=+757385.27
  String.raw`(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[T ]${time} ?(?:${zone})?(?: m=[+-][\d.]+)?`,
].map(form => new RegExp(`^${form}$`, 'i'))

// RFC 5322 3.3 without the obs- forms, its words parted by single blanks
const strictForm = new RegExp(
  String.raw`^(?:(?:${weekdays.join('|')}), ?)?\d{1,2} ${month} \d{4,} \d\d:\d\d(?::\d\d)? [+-]\d\d[0-5]\d$`,
  'i',
)

type Found = Readonly<Record<string, string | undefined>>

export interface DateReading {
  readonly date: ReceivedDate | null
  /** Why the text is no date-time in order (RFC 5321 4.4: no obs- forms); null where it is one. */
  readonly issue: string | null
}

/**
 * Reads a date-time; null where the text is none. Comments may stand anywhere; an unknown zone counts as UTC
 * (RFC 5322 4.3).
 */
export function readDate(text: string): ReceivedDate | null {
  return examineDate(text).date
}

/** Reads the text that begins right behind the `;`. */
export function examineDate(text: string): DateReading {
  const date = readDateInOrder(text)
  return date ? { date, issue: null } : readAny(text)
}

function readAny(text: string): DateReading {
  const parts = splitParts(text)
  const words = parts.words(0, parts.count)
  if (words === '') return { date: null, issue: 'there is no date' }
  const found = match(words)
  const days = found && calendarDay(found)
  const local = found && days !== null ? localTime(found, days) : null
  if (!found || days === null || local === null) return { date: null, issue: 'the date can not be read' }
  const offset = zoneOffset(found['zone'])
  const date = { instant: new Date(local - (offset ?? 0) * 60_000), offset, text: text.trim() }
  return { date, issue: formIssue(text, words, parts) ?? weekdayIssue(found, days) }
}

function formIssue(text: string, words: string, parts: Parts): string | null {
  if (!strictForm.test(words) || !commentsStandLast(parts)) return 'the date is not in the form of RFC 5322 3.3'
  return /^[ \t]/.test(text) ? null : 'no blank stands between ; and the date'
}

// RFC 5322 3.3: the day of the week must be that of the date
function weekdayIssue(found: Found, days: number): string | null {
  const said = found['weekday']?.toLowerCase()
  if (said === undefined || said === weekdays[weekdayOf(days)]) return null
  return 'the day of the week is not that of the date'
}

/**
 * False where the instant is a guess: the field names no zone, or one that nobody can tell. -0000 is UTC (RFC 5322
 * 3.3).
 */
export function isInstantKnown(date: ReceivedDate): boolean {
  return date.offset !== null || /-00:?00(?:\s|$)/.test(date.text)
}

function match(words: string): Found | null {
  // RFC 5322 4.3: blanks and comments may stand around each part of the obsolete forms
  const joined = words.replace(/ ?: ?/g, ':').replace(/ ?, ?/g, ', ')
  const plain = /^\[[^\]]*\]$/.test(joined) ? joined.slice(1, -1).trim() : joined
  for (const form of forms) {
    const groups = form.exec(plain)?.groups
    if (groups) return groups
  }
  return null
}

function commentsStandLast(parts: Parts): boolean {
  let at = 0
  while (parts.isWord(at)) at++
  while (parts.isComment(at)) at++
  return at === parts.count
}

/** Milliseconds since 1970 as if the zone were UTC; null where a part is out of its range. */
function localTime(found: Found, days: number): number | null {
  const [hour, minute] = [hourOf(found), Number(found['minute'])]
  // RFC 5322 3.3: seconds up to 60, for a leap second
  const second = Number(found['second'] ?? 0)
  if (hour > 23 || minute > 59 || second > 60) return null
  const milliseconds = Number((found['fraction'] ?? '').padEnd(3, '0').slice(0, 3))
  return days * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds
}

function hourOf(found: Found): number {
  const hour = Number(found['hour'])
  if (found['half'] === undefined) return hour
  return (hour % 12) + (found['half'].toUpperCase() === 'PM' ? 12 : 0)
}

function calendarDay(found: Found): number | null {
  const name = found['month']?.toLowerCase() ?? ''
  const monthIndex = /^\d/.test(name) ? Number(name) - 1 : months.indexOf(name)
  return daysSince1970(fullYear(found['year'] ?? ''), monthIndex, Number(found['day']))
}

function fullYear(digits: string): number {
  const year = Number(digits)
  // RFC 5322 4.3: two digits are 2000 to 2049 or 1950 to 1999, three are years since 1900
  if (digits.length === 2 && year < 50) return year + 2000
  // some write years since 1900 with four digits: 0102
  return year < 1000 ? year + 1900 : year
}

function zoneOffset(said: string | undefined): number | null {
  const numeric = /^([+-])(\d\d):?(\d\d)/.exec(said ?? '')
  if (!numeric) return zones.get(said?.toUpperCase() ?? '') ?? null
  const minutes = Number(numeric[2]) * 60 + Number(numeric[3])
  // RFC 5322 3.3: -0000 says that the local zone is not known
  if (numeric[1] === '-') return minutes === 0 ? null : -minutes
  return minutes
}
