/**
 * Dates as programs write them, in the zone of the MTA.
 */
import type { StampFacts } from './facts.js'

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export interface DateStyle {
  /** What fills the place before a day of one digit. */
  readonly pad?: '' | ' ' | '0'
  readonly weekday?: false
  /** The zone's name in a comment behind its offset. */
  readonly named?: true
  /** Milliseconds. */
  readonly fraction?: true
}

/** A stamp's date. */
export function dateOf({ date, zone, zoneName }: StampFacts, style: DateStyle = {}): string {
  return formatDate(date, zone, style, zoneName)
}

/** RFC 5322 3.3: the zone's own time and the zone, "Tue, 24 Nov 2026 15:30:00 +0530". -0000 is UTC. */
function formatDate(
  instant: Date,
  zone: string,
  { pad = '', weekday, named, fraction }: DateStyle,
  called = nameOf(zone),
): string {
  const date = new Date(instant.getTime() + minutesOf(zone) * 60_000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const number = String(date.getUTCDate()).padStart(pad === '' ? 1 : 2, pad || ' ')
  const day = `${number} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`
  const milliseconds = fraction ? `.${String(date.getUTCMilliseconds()).padStart(3, '0')}` : ''
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}${milliseconds} ${zone}`
  const name = named ? ` (${called})` : ''
  return `${weekday === false ? '' : `${days[date.getUTCDay()]}, `}${day} ${time}${name}`
}

/** East of UTC is more. */
function minutesOf(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5))
  return zone.startsWith('-') ? -minutes : minutes
}

/** As the tz database names zones that have no letters of their own: UTC, -08, +0530. */
function nameOf(zone: string): string {
  if (minutesOf(zone) === 0) return 'UTC'
  return zone.endsWith('00') ? zone.slice(0, 3) : zone
}
