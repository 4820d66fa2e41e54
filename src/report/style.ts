/**
 * Colour and alignment of what people read. Colour is the caller's decision: a terminal, no NO_COLOR.
 */
import pc from 'picocolors'

export type Style = ReturnType<typeof pc.createColors>

export function makeStyle(colour: boolean): Style {
  return pc.createColors(colour)
}

/** Columns on a terminal; wide characters of CJK scripts and emoji are counted as two. */
export function width(text: string): number {
  let columns = 0
  for (const character of text) {
    if (/\p{Mark}|\p{Cf}/u.test(character)) continue
    columns +=
      /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\u{1F300}-\u{1FAFF}]/u.test(
        character,
      )
        ? 2
        : 1
  }
  return columns
}

export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)))
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - width(text))) + text
}

/** Text from a message, safe on a terminal: control characters are shown, not sent. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, character => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

/** "3 hops", "1 hop". */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? singular : plural}`
}

/** "850 ms", "2.3 s", "4 min 10 s", "3 h 5 min", "2 d 4 h". */
export function duration(ms: number): string {
  if (Math.abs(ms) < 1_000) return `${Math.round(ms)} ms`
  if (ms < 0) return `-${duration(-ms)}`
  const seconds = ms / 1_000
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`
  const units: [number, string, number, string][] = [
    [86_400, 'd', 3_600, 'h'],
    [3_600, 'h', 60, 'min'],
    [60, 'min', 1, 's'],
  ]
  for (const [large, largeName, small, smallName] of units) {
    if (seconds < large) continue
    const rest = Math.floor((seconds % large) / small)
    return `${Math.floor(seconds / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`
  }
  return `${seconds} s`
}

/** "612 B", "4.1 kB", "5.2 MB". */
export function size(octets: number): string {
  if (octets < 1_000) return `${octets} B`
  if (octets < 1_000_000) return `${Number((octets / 1_000).toFixed(1))} kB`
  return `${Number((octets / 1_000_000).toFixed(1))} MB`
}
