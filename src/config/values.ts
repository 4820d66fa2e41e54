/**
 * The kinds of values in chain.json: what each looks like, and what it becomes.
 * The text of an error says what was expected; load.ts adds where, and what was found.
 */
import * as z from 'zod'
import { canonicalAddress } from '../mail/address.js'
import { domainPattern, labelPattern } from './names.js'
import { durationPattern, parseDuration, parseSize, sizePattern } from './units.js'

const sizeError = 'a size such as "50MB" or "64KiB", or a number of octets'
const octets = z.int(sizeError).min(1, sizeError)
const sizeText = z.string(sizeError).regex(sizePattern, { error: sizeError, abort: true })
export const size = z
  .union([octets, sizeText.transform(parseSize).pipe(octets)], sizeError)
  .meta({ examples: ['50MB', '64KiB', 4096] })

const durationError = 'a duration such as "200ms", "60s", "10m", "1h" or "5d"'
function duration(shortest: string, longest: string) {
  const range = `a duration from ${shortest} to ${longest}`
  return z
    .string(durationError)
    .regex(durationPattern, { error: durationError, abort: true })
    .transform(parseDuration)
    .refine(ms => ms >= parseDuration(shortest) && ms <= parseDuration(longest), range)
    .meta({ examples: ['200ms', '60s', '10m', '1h', '5d'] })
}
// a timer of Node takes 2^31 - 1 ms, not quite 25 days; longer ones fire at once
export const wireTime = duration('1ms', '24d')
export const wireTimeOrNone = duration('0s', '24d')
export const mailTime = duration('1ms', '3650d')

const warningError = 'a duration such as "4h", or "never"'
export const warning = z.union([z.literal('never').transform(() => null), mailTime], warningError)

const countError = 'a whole number from 1'
export const count = z.int(countError).min(1, countError)

const portError = 'a port from 0 to 65535 (0 is a free one)'
export const port = z.int(portError).min(0, portError).max(65_535, portError)

const nameError = 'a name of at most 63 letters, digits and inner hyphens'
export const name = z.string(nameError).regex(labelPattern, nameError)

// with a name and a dot before it, a domain must still fit into 253 octets
const domainError = 'a domain name such as "chain.test"'
export const domain = z
  .string(domainError)
  .max(189, { error: domainError, abort: true })
  .regex(domainPattern, domainError)
const hostnameError = 'a domain name such as "out.chain.test"'
export const hostname = z
  .string(hostnameError)
  .max(253, { error: hostnameError, abort: true })
  .regex(domainPattern, hostnameError)

const addressError = 'an IP address in 127.0.0.0/8 or ::1'
export const address = z
  .string(addressError)
  .refine(text => !text.includes('%') && canonicalAddress(text) !== null, addressError)
  .transform(text => canonicalAddress(text) ?? text)
  .meta({ anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }], examples: ['127.0.0.11'] })

export const exposed = z.boolean('true or false')

const patternError = 'a pattern such as "*@example.test"'
const pattern = z.string(patternError).regex(/^(?:\*|[Pp]ostmaster|.+@.+)$/, patternError)
export const patterns = z.array(pattern, 'a list of patterns such as ["*@example.test"]')
