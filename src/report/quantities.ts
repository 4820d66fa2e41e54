/**
 * Numbers with their units, in a few characters.
 */

export { duration } from '../time/duration.js'

/** "3 hops", "1 hop", "1,200 hops". */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? singular : plural}`
}

/** "612 B", "4.1 kB", "5.2 MB". */
export function size(octets: number): string {
  if (octets < 1_000) return `${octets} B`
  if (octets < 999_950) return `${Number((octets / 1_000).toFixed(1))} kB`
  return `${Number((octets / 1_000_000).toFixed(1))} MB`
}
