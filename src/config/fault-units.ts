/**
 * Ranges, rates and replies as people write them in a fault rule. What is none is null.
 */
import { isEnhancedCode, parseReply, type Reply } from '../mail/reply.js'
import { durationText, parseDuration, parseSize, sizeText } from './units.js'

// what texts look like: the checker and editors go by the same; what no pattern tells is the parsers'
export const delayPattern = new RegExp(String.raw`^${durationText}(?:\.\.${durationText})?$`)
export const throttlePattern = new RegExp(`^(?=.*[1-9])${sizeText}/s$`)
export const ratePattern = /^(?=.*[1-9])(\d{1,5}|100000)\/(s|min|h|d)$/
const anySize = String.raw`(?:\d+|${sizeText})`
export const sizeRangePattern = new RegExp(String.raw`^(?:[<>]=?${anySize}|${anySize}\.\.${anySize})$`)
// RFC 5321 4.2: the second digit is at most 5; RFC 2034 4: the enhanced code's class is the reply's
const otherClass = (classes: string): string => String.raw`(?! [${classes}]\.\d{1,3}\.\d{1,3}(?: |$))`
export const replyPattern = new RegExp(
  String.raw`^(?:4[0-5]\d${otherClass('25')}|5[0-5]\d${otherClass('24')})(?: [ -~]*)?$`,
)
// RFC 5321 4.5.3.1.5: a reply line has at most 512 octets, CRLF included
export const longestReply = 510

export interface Range {
  /** Both ends belong to it. */
  readonly least: number
  readonly most: number
}

export interface Rate {
  readonly count: number
  /** ms. */
  readonly per: number
}

/** "200ms", "100ms..2s" or ["100ms", "2s"] in milliseconds. */
export function parseDelay(written: string | readonly string[]): Range | null {
  const [least = '', most = least, ...others] = typeof written === 'string' ? written.split('..') : written
  return others.length > 0 ? null : rangeOf(parseDuration(least), parseDuration(most))
}

/** ">1MB", ">=1MB", "<10kB", "<=10kB" or "10kB..1MB" in octets. */
export function parseSizeRange(written: string): Range | null {
  const [, sign = '', bound = ''] = /^([<>]=?)(.+)$/.exec(written) ?? []
  if (sign === '') {
    const [least = '', most = '', ...others] = written.split('..')
    return others.length > 0 ? null : rangeOf(octets(least), octets(most))
  }
  const end = octets(bound)
  if (sign.startsWith('>')) return rangeOf(sign === '>' ? end + 1 : end, Number.POSITIVE_INFINITY)
  return rangeOf(0, sign === '<' ? end - 1 : end)
}

function octets(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : parseSize(text)
}

function rangeOf(least: number, most: number): Range | null {
  return least <= most ? { least, most } : null
}

/** "1kB/s" in octets a second. */
export function parseThrottle(written: string): number | null {
  const rate = parseSize(/^(.+)\/s$/.exec(written)?.[1] ?? '')
  return rate >= 1 ? rate : null
}

const periods: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** "10/min": so many in any minute. */
export function parseRate(written: string): Rate | null {
  const [, digits = '', period = ''] = ratePattern.exec(written) ?? []
  const per = periods.get(period)
  return per === undefined ? null : { count: Number(digits), per }
}

/** "450 4.7.1 Greylisted": an error reply of one line; its enhanced code may be missing. */
export function parseErrorReply(written: string): Reply | null {
  if (!replyPattern.test(written) || written.length > longestReply) return null
  const read = parseReply(written)
  const [first = ''] = read?.text.split(' ') ?? []
  // one code is enough
  return isEnhancedCode(first) ? null : read
}
