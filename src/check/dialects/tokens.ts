/**
 * The words of which dialects' forms are made, each as strict as what an MTA of ours may write there.
 */
import { canonicalAddress } from '../../mail/address.js'
import { monthNames, weekdayNames } from '../../trace/calendar.js'
import type { ReceivedDate } from '../../trace/types.js'
import type { Groups } from './said.js'

// a HELO name that was made safe, or an address literal
const helo = String.raw`[A-Za-z0-9._:?-]+|\[(?:IPv6:)?[0-9A-Fa-f:.]+\]`
// the same with the signs that some programs leave in it
const spoken = String.raw`[!#-'*-:=?@A-Z^-~]+|\[(?:IPv6:)?[0-9A-Fa-f:.]+\]`
const host = String.raw`[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?`
const ip = String.raw`[0-9A-Fa-f:.]+`
const domain = String.raw`(?:\[[^\]\s]+\]|[^\s<>()[\]@;:,"\\]+)`
const quoted = String.raw`"(?:[^"\\]|\\.)*"`
// RFC 5321 4.1.2, and 4.1.1.3: postmaster may stand alone
const mailbox = String.raw`(?:(?:${quoted}|[^\s<>()[\]@;:,"\\]+)@${domain}|[Pp][Oo][Ss][Tt][Mm][Aa][Ss][Tt][Ee][Rr])`
// RFC 5322 3.2.2: within a comment parentheses and backslashes are quoted
const commented = String.raw`(?:[^()\\]|\\.)*`

/** Named groups, to be put into a form. */
export const token = {
  helo: `(?<helo>${helo})`,
  spoken: `(?<helo>${spoken})`,
  name: `(?<name>${host})`,
  address: `(?<address>${ip})`,
  byName: `(?<byName>${host})`,
  byAddress: `(?<byAddress>${ip})`,
  protocol: '(?<protocol>[A-Za-z0-9]+)',
  for: `(?<for>${mailbox})`,
  sender: `(?<sender>${mailbox}|)`,
  commentedFor: `(?<for>${commented})`,
  commentedSender: `(?<sender>${commented})`,
}

const day = String.raw`(?:(?<weekday>${weekdayNames.join('|')}), )?(?<day>[ 0]?\d|\d\d)`
const month = `(?<month>${monthNames.join('|')})`
const time = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:\.(?<fraction>\d{3}))?`
const zone = String.raw`(?:(?<sign>[+-])(?<zoneHour>\d\d)(?<zoneMinute>[0-5]\d)|GMT)`
const moment = new RegExp(String.raw`^${day} ${month} (?<year>\d{4}) ${time} ${zone}(?: \([A-Z+\d-]{3,5}\))?$`)

export interface DateForm {
  /** What the day may look like. */
  readonly day: 'plain' | 'zero' | 'blank' | 'either'
  readonly weekday: boolean
  /** The zone: as an offset, with its name behind it, GMT for offset 0, or -0000; UTC with milliseconds before it. */
  readonly zone: 'offset' | 'named' | 'gmt' | 'unknown' | 'precise'
}

const days = {
  either: String.raw`\d{1,2}`,
  plain: String.raw`[1-9]\d?`,
  zero: String.raw`\d\d`,
  blank: String.raw`(?: [1-9]|[1-3]\d)`,
}
const zones = {
  offset: String.raw`[+-]\d{4}`,
  named: String.raw`[+-]\d{4} \([A-Z+\d-]{3,5}\)`,
  gmt: String.raw`(?:GMT|(?!\+0000)[+-]\d{4})`,
  unknown: '-0000',
  precise: String.raw`\+0000 \(UTC\)`,
}

export function datePattern(form: DateForm): string {
  const weekday = form.weekday ? '[A-Z][a-z]{2}, ' : ''
  const clock = form.zone === 'precise' ? String.raw`[\d:]{8}\.\d{3}` : String.raw`[\d:]{8}`
  return String.raw`(?<date>${weekday}${days[form.day]} [A-Z][a-z]{2} \d{4} ${clock} ${zones[form.zone]})`
}

/** Null where it is no date: nothing rolls over, and the day of the week is the date's (RFC 5322 3.3). */
export function dateOf(text: string): ReceivedDate | null {
  const found: Groups | undefined = moment.exec(text)?.groups
  if (!found) return null
  const number = (name: string): number => Number(found[name] ?? '0')
  const date = new Date(Date.UTC(number('year'), monthNames.indexOf(found['month'] ?? ''), number('day')))
  const rolled = date.getUTCDate() !== number('day')
  const strange = found['weekday'] !== undefined && found['weekday'] !== weekdayNames[date.getUTCDay()]
  if (rolled || strange || number('hour') > 23 || number('minute') > 59 || number('second') > 60) return null
  const east = (number('zoneHour') * 60 + number('zoneMinute')) * (found['sign'] === '-' ? -1 : 1)
  const local =
    date.getTime() + ((number('hour') * 60 + number('minute')) * 60 + number('second')) * 1000 + number('fraction')
  const isUnknown = found['sign'] === '-' && east === 0
  return { instant: new Date(local - east * 60_000), offset: isUnknown ? null : east, text }
}

/** Null where the group has no part in the match; undefined where it is no address. */
export function addressOf(text: string | undefined): string | null | undefined {
  return text === undefined ? null : (canonicalAddress(text) ?? undefined)
}

export function uncommented(text: string): string {
  return text.replace(/\\(.)/gs, '$1')
}
