/**
 * The kinds of values in chain.json: what each looks like, and what it becomes.
 * The text of an error says what was expected; load.ts adds where, and what was found.
 */
import * as z from 'zod'
import { canonicalAddress } from '../mail/address.js'
import { isStampName, stampNames } from '../mail/stamp-name.js'
import { templateFlaw } from '../mail/stamp-template.js'
import { nearest } from './nearest.js'
import { domainPattern, labelPattern } from './names.js'
import { aboveZero, durationPattern, parseDuration, parseSize, sizePattern, skewPattern } from './units.js'

const sizeError = 'a size such as "50MB" or "64KiB", or a number of octets'
const octets = z.int(sizeError).min(1, sizeError)
const sizeText = z.string(sizeError).regex(sizePattern, { error: sizeError, abort: true })
export const size = z
  .union(
    [
      octets,
      sizeText
        .transform(parseSize)
        .pipe(octets)
        .meta({ pattern: aboveZero(sizePattern) }),
    ],
    sizeError,
  )
  .meta({ title: 'size', examples: ['50MB', '64KiB', 4096] })

const durationError = 'a duration such as "200ms", "60s", "10m", "1h" or "5d"'
/** As it is written. */
export const durationText = z.string(durationError).regex(durationPattern, { error: durationError, abort: true })
function duration(shortest: string, longest: string) {
  const { range, holds } = between(shortest, longest)
  return durationText
    .transform(parseDuration)
    .refine(holds, range)
    .meta({
      title: 'duration',
      examples: ['30s', '1h'],
      pattern: parseDuration(shortest) > 0 ? aboveZero(durationPattern) : durationPattern.source,
    })
}
function between(shortest: string, longest: string) {
  const [least, most] = [parseDuration(shortest), parseDuration(longest)]
  return { range: `a duration from ${shortest} to ${longest}`, holds: (ms: number) => ms >= least && ms <= most }
}
const mailTimes = ['1ms', '3650d'] as const
// a timer of Node takes 2^31 - 1 ms, not quite 25 days; longer ones fire at once
export const wireTime = duration('1ms', '24d')
export const wireTimeOrNone = duration('0s', '24d')
export const mailTime = duration(...mailTimes)
export const { range: mailTimeRange, holds: inMailTime } = between(...mailTimes)

const skewError = 'a duration such as "90s" or "-90s"'
/** The one duration that may be negative. */
export const skew = z
  .string(skewError)
  .regex(skewPattern, { error: skewError, abort: true })
  .transform(text => (text.startsWith('-') ? -parseDuration(text.slice(1)) : parseDuration(text)))
  .refine(ms => Math.abs(ms) <= parseDuration('3650d'), 'a duration from -3650d to 3650d')
  .meta({ title: 'duration, or a negative one', examples: ['-90s', '90s'] })

// RFC 5322 3.3: hours and minutes; no place on earth is farther from UTC
const zoneError = 'a zone from "-1200" to "+1400", as "+0530"'
export const zone = z
  .string(zoneError)
  .regex(/^(?:[+-](?:0\d|1[01])[0-5]\d|[+-]1200|\+(?:1[23][0-5]\d|1400))$/, zoneError)
  .meta({ title: 'zone', examples: ['+0530'] })

const startError = 'a moment such as "2026-01-01T00:00:00Z"'
const startRange = 'a moment from 1970 to 2999'
export const start = z.iso
  .datetime({ offset: true, error: startError, abort: true })
  .transform(text => new Date(text))
  .refine(date => date.getUTCFullYear() >= 1970 && date.getUTCFullYear() < 3000, startRange)
  .meta({ title: 'moment', examples: ['2026-01-01T00:00:00Z'] })

const speedError = 'a factor from 0.001 to 1000000, or "jump"'
export const speed = z
  .union([z.number(speedError).min(0.001, speedError).max(1_000_000, speedError), z.literal('jump')], speedError)
  .meta({ title: 'factor from 0.001 to 1000000, or "jump"', examples: ['jump', 3600] })

const warningError = 'a duration such as "4h", or "never"'
export const warning = z
  .union([z.literal('never').transform(() => null), mailTime], warningError)
  .meta({ title: 'duration, or "never"', examples: ['never', '1h'] })

const countError = 'a whole number from 1'
export const count = z.int(countError).min(1, countError)

export const seed = z.int('a whole number').meta({ examples: [7] })

const portError = 'a port from 0 to 65535 (0 is a free one)'
export const port = z
  .int(portError)
  .min(0, portError)
  .max(65_535, portError)
  .meta({ title: 'port', examples: [2526] })

const nameError = 'a name of at most 63 letters, digits and inner hyphens'
export const name = z
  .string(nameError)
  .regex(labelPattern, nameError)
  .meta({ title: 'name', examples: ['gateway'] })

// with a name and a dot before it, a domain must still fit into 253 octets
const domainError = 'a domain name such as "chain.test"'
export const domain = z
  .string(domainError)
  .max(189, { error: domainError, abort: true })
  .regex(domainPattern, domainError)
  .meta({ title: 'domain name', examples: ['mail.example'] })
const hostnameError = 'a domain name such as "out.chain.test"'
export const hostname = z
  .string(hostnameError)
  .max(253, { error: hostnameError, abort: true })
  .regex(domainPattern, hostnameError)
  .meta({ title: 'domain name', examples: ['out.chain.test'] })

const addressError = 'an IP address in 127.0.0.0/8 or ::1'
export const address = z
  .string(addressError)
  .refine(text => !text.includes('%') && canonicalAddress(text) !== null, addressError)
  .transform(text => canonicalAddress(text) ?? text)
  .meta({ title: 'IP address', anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }], examples: ['127.0.0.11'] })

export const exposed = z.boolean('true or false')

const patternError = 'a pattern such as "*@example.test"'
const pattern = z.string(patternError).regex(/^(?:\*|[Pp]ostmaster|.+@.+)$/, patternError)
export const patterns = z
  .array(pattern, 'a list of patterns such as ["*@example.test"]')
  .meta({ title: 'list of patterns', examples: [['*@example.test', 'postmaster']] })

const stampExample =
  'from {helo} ({name} [{address}]) by {hostname} ([{ip}]) with {protocol} id {id}{?for: for <{for}>}; {date}'
const stampError = `one of ${stampNames.map(known => `"${known}"`).join(', ')}, or a template with {hostname} and {date}`
export const stamp = z
  .string(stampError)
  .superRefine((text, context) => {
    const message = stampMistake(text)
    if (message !== null) context.addIssue({ code: 'custom', message })
  })
  .meta({
    title: 'stamp',
    anyOf: [{ enum: [...stampNames] }, { pattern: String.raw`\{hostname\}` }],
    examples: [...stampNames, stampExample],
  })

/** What is expected instead; null where it is a stamp. */
function stampMistake(text: string): string | null {
  if (isStampName(text)) return null
  if (text.includes('{')) {
    const flaw = templateFlaw(text)
    return flaw === null ? null : `a template with ${flaw}`
  }
  const meant = nearest(text, stampNames)
  return meant === null ? stampError : `${stampError}; did you mean "${meant}"?`
}
