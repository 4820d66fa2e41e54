/**
 * Queue ids as programs make them. Each form holds the whole number, so that what is never used twice as a number is
 * never used twice as an id; no id of one form is one of another's.
 */

/** `number` has 50 bits. */
export function formId(stamp: string, number: number, now: Date): string {
  return (forms.get(stamp) ?? ours)(number, now)
}

type Form = (number: number, now: Date) => string

const forms: ReadonlyMap<string, Form> = new Map([
  ['postfix', postfix],
  ['exim', exim],
  ['sendmail', sendmail],
  ['opensmtpd', opensmtpd],
  ['courier', courier],
  ['haraka', haraka],
  ['kumomta', kumomta],
  ['powermta', powermta],
  ['gmail', gmail],
  ['ses', ses],
  ['sendgrid', sendgrid],
])

// Crockford's: no I, L, O, U
const ours: Form = number => inBase('0123456789ABCDEFGHJKMNPQRSTVWXYZ', number, 10)

const million = 1_000_000
/** No process id of Linux is above it: kernel.pid_max on 64 bits. */
const processes = 2 ** 22

/** Postfix, mail_queue.c: five hexadecimal digits of microseconds, then the inode: 8E909742751. */
function postfix(number: number): string {
  // from six digits on, so that no such id is as long as one of ours
  const inode = Math.floor(number / million) + 0x100000
  return hex(number % million, 5) + hex(inode, 6)
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Exim 4.97, receive.c: seconds, process and fraction of a second in base 62: 1tXGAb-00000000gDx-1a2b. */
function exim(number: number, now: Date): string {
  const time = inBase(base62, secondsOf(now), 6)
  return `${time}-${inBase(base62, Math.floor(number / million), 11)}-${inBase(base62, number % million, 4)}`
}

/** Sendmail, queue.c assign_queueid(): year, month, day, hour, minute, second, two of a sequence, process: 3AOA005C012345. */
function sendmail(number: number, now: Date): string {
  const base60 = base62.slice(0, 60)
  const time = [
    now.getUTCFullYear() - 1900,
    now.getUTCMonth(),
    now.getUTCDate(),
    now.getUTCHours(),
    now.getUTCMinutes(),
    now.getUTCSeconds(),
  ]
  const moment = time.map(part => base60[part % 60]).join('')
  return moment + inBase(base60, number % 3600, 2) + String(Math.floor(number / 3600)).padStart(6, '0')
}

/** OpenSMTPD, smtpd.h: an envelope's id is 32 bits of its message and 32 of its own; the field has the first half. */
function opensmtpd(number: number): string {
  const envelope = number % 2 ** 18
  return hex(Math.floor(number / 2 ** 18), 8).toLowerCase() + `a${hex(envelope, 7).toLowerCase()}`
}

/** Courier, submit: inode, time and process: 00000000004D8C1A.000000004BE80D49.00002D9A. */
function courier(number: number, now: Date): string {
  return `${hex(Math.floor(number / processes), 16)}.${hex(secondsOf(now), 16)}.${hex(number % processes, 8)}`
}

/** Haraka, haraka-utils' uuid(): a random UUID in upper case, then the transaction's number. */
function haraka(number: number): string {
  const digits = hex(number, 13)
  const more = hex(mixed(number), 8) + hex(mixed(number + 1), 8)
  const variant = '89AB'[number % 4] ?? '8'
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(12)}${more.slice(0, 2)}-${variant}${more.slice(2, 5)}-${more.slice(5, 16).padEnd(12, '0')}.1`
}

/** KumoMTA, spool's SpoolId: a UUID of the time and the node. */
function kumomta(number: number): string {
  const high = Math.floor(number / 2 ** 48)
  const node = '02c9fa07781d'
  return `${hex(number % 2 ** 48, 12).toLowerCase()}11f${high}9f13${node}`
}

/** PowerMTA, as found: twelve letters and digits, the first of which is h. */
function powermta(number: number): string {
  return `h8${inBase('0123456789abcdefghijklmnopqrstuvwxyz', number, 10)}`
}

/** Gmail, as found: a hexadecimal pair, `si`, a number with three letters, another, the time in Mountain View. */
function gmail(number: number, now: Date): string {
  const pacific = new Date(now.getTime() - 8 * 3_600_000).toISOString()
  const time = pacific.slice(0, 19).replace(/\D/g, '.')
  const mix = mixed(number)
  const letters = inBase('abcdefghijklmnopqrstuvwxyz', mix % 26 ** 3, 3)
  const second = `${hex(mix, 8)}${hex(mix % 4096, 3)}`.toLowerCase()
  return `${hex(number, 13).toLowerCase()}-${second}si${mix % 10_000_000}${letters}.${mix % 1000}.${time}`
}

/** SES, as found: forty digits of base 32, the last one 1. */
function ses(number: number): string {
  const base32 = '0123456789abcdefghijklmnopqrstuv'
  const more = [1, 2, 3, 4].map(step => inBase(base32, mixed(number + step), 7)).join('')
  return `${inBase(base32, number, 10)}${more}${base32[mixed(number) % 32]}1`
}

/** SendGrid, as found: twenty-two characters of base 64. */
function sendgrid(number: number): string {
  const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  // none begins with a hyphen, which would be an option on a command line
  const first = base64[mixed(number) % 62] ?? ''
  return `${first}${inBase(base64, number, 9)}${inBase(base64, mixed(number + 1), 6)}${inBase(base64, mixed(number + 2), 6)}`
}

function secondsOf(now: Date): number {
  return Math.max(0, Math.floor(now.getTime() / 1000))
}

function hex(number: number, digits: number): string {
  return number.toString(16).toUpperCase().padStart(digits, '0')
}

function inBase(alphabet: string, number: number, digits: number): string {
  let text = ''
  for (let rest = number; text.length < digits; rest = Math.floor(rest / alphabet.length)) {
    text = (alphabet[rest % alphabet.length] ?? '') + text
  }
  return text
}

/** 32 bits that look like chance. */
function mixed(number: number): number {
  let mix = Math.imul((number % 2 ** 32) ^ Math.floor(number / 2 ** 32), 0x85ebca6b)
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35)
  return (mix ^ (mix >>> 16)) >>> 0
}
