/**
 * Words of a report's page, as its parts have them: texts from messages made safe, names of anchors, the colour of an
 * MTA.
 */
import { firstNames } from '../../journal/first-names.js'
import { markup } from '../markup.js'
import { printable, shorten } from '../text.js'

/** An MTA as the page draws it. */
export interface PageMta {
  readonly name: string
  readonly hostname: string
  readonly address: string
  readonly port: number
  /** How its stamps look, as in chain.json. */
  readonly stamp: string
  /** How far its clock is ahead, ms. */
  readonly skew: number
  /** How many fault rules it has. */
  readonly faults: number
}

/** Longer texts are cut, which their end says. */
const longest = 500

/** For a text node or a quoted attribute: control characters and those that turn the text's direction are shown. */
export function shown(text: string, columns = longest): string {
  return markup(printable(shorten(text, columns)))
}

/** The same as an element of its own: what is written from right to left in it turns nothing around it. */
export function named(text: string, columns = longest): string {
  return `<bdi>${shown(text, columns)}</bdi>`
}

/** No more than three. */
export function listed(names: readonly string[]): string {
  return firstNames(names.map(name => named(name, 80)))
}

/** So many colours there are; a number beside each tells those apart that are alike. */
const colours = 8

/** The class that gives an MTA's colour; counted from 1 = the first MTA, null for what is none. */
export function colourOf(position: number | null): string {
  return position === null ? 'none' : `c${(position - 1) % colours}`
}

/** Places on the page that are linked to. All numbers count from 0 but positions. */
export const anchors = {
  message: (message: number): string => `m${message}`,
  name: (message: number): string => `m${message}-name`,
  hop: (message: number, hop: number): string => `m${message}-hop${hop}`,
  header: (message: number, mail: number): string => `m${message}-mail${mail}`,
  field: (message: number, mail: number, field: number): string => `m${message}-mail${mail}-field${field}`,
} as const

/** Mail time; the day only where it is asked for. */
export function clock(time: string, withDay = false): string {
  const day = withDay ? `${time.slice(0, 10)} ` : ''
  return `<time datetime="${shown(time)}">${shown(day + time.slice(11, 19))}</time>`
}
