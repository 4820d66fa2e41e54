/**
 * Days by the Gregorian calendar, which RFC 5322 3.3 means.
 */

export const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
export const weekdayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const monthStarts = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
const firstDay = -25_567 // 1 January 1900
const lastDay = 99_999_998 // what a Date can tell, in every zone

/**
 * Days since 1 January 1970. `month` counts from 0. Null where the calendar has no such day, it was before 1900, or a
 * Date can't tell it.
 */
export function daysSince1970(year: number, month: number, day: number): number | null {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const length = (monthLengths[month] ?? 0) + (isLeap && month === 1 ? 1 : 0)
  if (day < 1 || day > length) return null
  const past = year - 1
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400) - 477
  const days = (year - 1970) * 365 + leapDays + (monthStarts[month] ?? 0) + (isLeap && month > 1 ? 1 : 0) + day - 1
  return days < firstDay || days > lastDay ? null : days
}

/** From 0 = Sunday; 1 January 1970 was a Thursday. */
export function weekdayOf(days: number): number {
  return (((days + 4) % 7) + 7) % 7
}
