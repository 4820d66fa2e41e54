/**
 * A header as it lies in a mailbox: each stamp in its MTA's colour, claims greyed, and what was found at the very field.
 */
import { isUtf8 } from 'node:buffer'
import { readTraceFields, type TraceField } from '../../check/fields.js'
import type { Finding, Hop, MessageVerdict } from '../../check/types.js'
import { type HeaderField, isField } from '../../mail/header.js'
import { findingItem } from './findings.js'
import { anchors, colourOf, listed, named, type PageMta, shown } from './words.js'
import { count, size } from '../quantities.js'
import type { StoryMail } from '../story/types.js'

/** Of more fields the first ones are shown, and of those below the Received fields. */
const mostFields = 200
/** Received fields that are shown at most. */
const mostReceived = 1_000
/** A field is cut behind so many octets. */
const longestField = 4_000

export interface JudgedMail {
  readonly mail: StoryMail
  /** Of its recipients. */
  readonly verdicts: readonly MessageVerdict[]
}

/** Counted from 0: which message of the page, which of its mails. */
export interface Place {
  readonly message: number
  readonly mail: number
}

export function headerOf({ mail, verdicts }: JudgedMail, place: Place, mtas: readonly PageMta[]): string {
  const hops = mtas.map(({ name, hostname, address, stamp }) => ({ mta: name, hostname, address, stamp }))
  const { header, fields } = readTraceFields(mail.header, { hops })
  const numbers = numbersOf(fields)
  const told = header.fields
    .map((field, index) => ({ field, number: numbers.get(index) ?? null, index }))
    .filter(({ number, index }) => (number === null ? index < mostFields : number < mostReceived))
  const items = told.map(({ field, number }, at) => {
    // of the two fields that qmail writes for a hop the upper one is linked to
    const isFirst = number !== null && told[at - 1]?.number !== number
    const id = isFirst ? ` id="${anchors.field(place.message, place.mail, number)}"` : ''
    return fieldItem(field, number, verdicts, id, mtas)
  })
  const left = header.fields.length - told.length
  const more = left > 0 ? ` ${count(left, 'more field')} further down ${left === 1 ? 'is' : 'are'} not shown.` : ''
  const body = `Only the header is shown, ${size(mail.header.length)} of ${size(mail.size)}: the body is not.`
  return [
    `<h3 id="${anchors.header(place.message, place.mail)}">Header in the mailbox of ${listed(mail.recipients)}</h3>`,
    `<p class="note">Newest stamp first, as in the message. ${body}${more}</p>`,
    `<ol class="header">${items.join('')}</ol>`,
  ].join('')
}

/** By the place among all fields: which Received field, or part of one, stands there. */
function numbersOf(fields: readonly TraceField[]): Map<number, number> {
  return new Map(fields.flatMap(({ number, top, index }) => [[top, number] as const, [index, number] as const]))
}

function fieldItem(
  field: HeaderField,
  number: number | null,
  verdicts: readonly MessageVerdict[],
  id: string,
  mtas: readonly PageMta[],
): string {
  const found = findingsAt(field, number, verdicts)
  const notes = found.length === 0 ? '' : `<ul class="at">${found.map(each => findingItem(each, null)).join('')}</ul>`
  const text = `<pre>${rawText(field.raw)}</pre>`
  if (number === null) return `<li class="field">${text}${notes}</li>`
  const { kind, colour, tag } = stampOf(number, verdicts, mtas)
  return `<li class="field ${kind} ${colour}"${id}><p class="tag">${tag}</p>${text}${notes}</li>`
}

/** A finding on the reverse-path is about the field that has it. */
function findingsAt(field: HeaderField, number: number | null, verdicts: readonly MessageVerdict[]): Finding[] {
  const isReturnPath = isField(field, 'Return-Path')
  const own = verdicts.flatMap(({ findings }) =>
    findings.filter(
      finding => (number !== null && finding.field === number) || (isReturnPath && finding.code === 'return-path'),
    ),
  )
  return [...new Map(own.map(finding => [`${finding.code} ${finding.message}`, finding])).values()]
}

function stampOf(number: number, verdicts: readonly MessageVerdict[], mtas: readonly PageMta[]) {
  const isOf = ({ field }: Hop): boolean => field === number
  const hop = verdicts.map(({ path }) => path.find(isOf)).find(found => found !== undefined)
  if (!hop) return { kind: 'claim', colour: 'none', tag: 'claim: it was there before the chain, nobody vouches for it' }
  const at = mtas.findIndex(({ name }) => name === hop.mta)
  const position = at === -1 ? null : at + 1
  const trust = hop.trusted ? '' : ' <span class="fail">not trusted</span>'
  const who = position === null ? 'no MTA of the chain' : `stamp of ${named(hop.mta ?? '', 60)}`
  const tag = `<span class="dot">${position ?? '?'}</span> ${who}${trust}`
  return { kind: `stamp${hop.trusted ? '' : ' untrusted'}`, colour: colourOf(position), tag }
}

/** Line for line as it stands there. */
function rawText(raw: Uint8Array): string {
  const octets = Buffer.from(raw.subarray(0, longestField))
  const text = decoded(octets, raw.length > longestField)
  const lines = text.replace(/\r\n$/, '').split('\r\n')
  const cut = raw.length > longestField ? `\n<em>… ${count(raw.length - longestField, 'octet')} more</em>` : ''
  return lines.map(line => shown(line.replaceAll('\t', '    '), longestField)).join('\n') + cut
}

/** UTF-8 where it is that, else a character for each octet. */
function decoded(octets: Buffer, isCut: boolean): string {
  // a cut may have parted the last character
  const whole = isCut
    ? octets.subarray(
        0,
        octets.findLastIndex(octet => (octet & 0xc0) !== 0x80),
      )
    : octets
  return octets.toString(isUtf8(whole) ? 'utf8' : 'latin1')
}
