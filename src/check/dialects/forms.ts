/**
 * The manner of each dialect: one pattern for the whole unfolded field, and what it tells. Written from the programs'
 * sources and from fields in the wild, apart from what writes stamps: a mistake there can't confirm itself here.
 */
import type { StampName } from '../../mail/stamp-name.js'
import { all, type Groups, type Tells } from './said.js'
import { datePattern, token } from './tokens.js'

export interface Form {
  /** Against the field's unfolded text without its name and last line end. */
  readonly pattern: RegExp
  readonly tells: Tells
  /** What each word after `with` stands for; others are no word of this dialect. Absent: none is told. */
  readonly words?: ReadonlyMap<string, readonly string[]>
  /** What stands in a comment, where parentheses are quoted. */
  readonly commented?: ReadonlySet<string>
  /** What the client said, where its own group does not tell. */
  readonly impliedHelo?: (groups: Groups) => string | null
}

const plain = datePattern({ day: 'plain', weekday: true, zone: 'offset' })
const zero = datePattern({ day: 'zero', weekday: true, zone: 'offset' })
const t = token
const id = (pattern: string): string => `(?<id>${pattern})`
/** HELO and the client's address, and no more: Microsoft's, qmail's. */
const least: Tells = { ...all, name: false, byAddress: false, protocols: null, id: 'none', for: false }

const anything = ['SMTP', 'ESMTP', 'UTF8SMTP']
export const itself: ReadonlyMap<string, readonly string[]> = new Map(anything.map(word => [word, [word]]))
/** Programs that say ESMTP for SMTPUTF8 too. */
const coarse = new Map([
  ['SMTP', ['SMTP']],
  ['ESMTP', ['ESMTP', 'UTF8SMTP']],
])

function whole(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`, 's')
}

// an address literal: [192.0.2.1], [IPv6:2001:db8::1]
const literal = String.raw`\[(?:IPv6:)?${t.address}\]`
const byLiteral = String.raw`\[(?:IPv6:)?${t.byAddress}\]`
const microsoft = (version: string): string =>
  String.raw`from ${t.helo} \(${t.address}\) by ${t.byName} \(${t.byAddress}\) with Microsoft SMTP Server id ${id(version)} via Frontend Transport; ${plain}`

export const forms: Readonly<Record<StampName, Form>> = {
  rfc5321: {
    pattern: whole(
      String.raw`from ${t.helo} \((?:unknown|${t.name}) ${literal}\) by ${t.byName} \(${byLiteral}\) with ${t.protocol} id ${id('[0-9A-Z]{10}')}(?: for <${t.for}>)?; ${datePattern({ day: 'either', weekday: true, zone: 'offset' })}`,
    ),
    tells: all,
    words: itself,
  },
  postfix: {
    pattern: whole(
      String.raw`from ${t.spoken} \((?:unknown|${t.name}) ${literal}\)\tby ${t.byName} \(Postfix\) with ${t.protocol} id ${id('[0-9A-F]{11,13}')}(?:\tfor <${t.for}>; |;\t)${datePattern({ day: 'blank', weekday: true, zone: 'named' })}`,
    ),
    tells: { ...all, byAddress: false },
    words: itself,
  },
  exim: {
    pattern: whole(
      String.raw`from (?:${t.name} \(\[${t.address}\](?: helo=${t.spoken})?\)|\[(?<onlyAddress>[0-9A-Fa-f:.]+)\](?: \(helo=(?<onlyHelo>[^\s()]+)\))?)\tby ${t.byName} with ${t.protocol} \(Exim \d\.\d+(?:\.\d+)?\)(?:\t\(envelope-from <${t.commentedSender}>\))?\tid ${id('[0-9A-Za-z]{6}-[0-9A-Za-z]{11}-[0-9A-Za-z]{4}')}(?:\tfor ${t.for})?;\t${zero}`,
    ),
    tells: { ...all, byAddress: false, sender: true },
    words: new Map([
      ['smtp', ['SMTP']],
      ['esmtp', ['ESMTP']],
      ['utf8esmtp', ['UTF8SMTP']],
    ]),
    commented: new Set(['sender']),
    // left out where it is the name, or the literal of the address
    impliedHelo: ({ name, onlyAddress, onlyHelo }) => onlyHelo ?? name ?? `[${onlyAddress ?? ''}]`,
  },
  sendmail: {
    pattern: whole(
      String.raw`from ${t.helo} \((?:${t.name} )?${literal}\)\tby ${t.byName} \([^\s()/]+\/[^\s()]+\) with ${t.protocol} id ${id(String.raw`[0-9A-Za-x]{8}\d{6,13}`)}(?:\tfor <${t.for}>; |;\t)${datePattern({ day: 'plain', weekday: true, zone: 'gmt' })}`,
    ),
    tells: { ...all, byAddress: false },
    words: coarse,
  },
  qmail: {
    // two fields for one hop: above it that of qmail-queue
    pattern: whole(
      String.raw`\(qmail \d{1,7} invoked from network\); (?<companionDate>\d{1,2} [A-Z][a-z]{2} \d{4} [\d:]{8} -0000)\r\nReceived: from (?:unknown|${t.name})(?: \(HELO (?<helo>[^\s()]+)\))? \(${t.address}\)  by ${t.byName} with ${t.protocol}; ${datePattern({ day: 'plain', weekday: false, zone: 'unknown' })}`,
    ),
    tells: { ...least, name: true, protocols: anything },
    words: new Map([['SMTP', anything]]),
    impliedHelo: ({ name }) => name ?? 'unknown',
  },
  opensmtpd: {
    pattern: whole(
      String.raw`from ${t.helo} \((?:<unknown>|${t.name}) \[${t.address}\]\)\tby ${t.byName} \(OpenSMTPD\) with ${t.protocol} id ${id('[0-9a-f]{8}')}(?:\tfor <${t.for}>)?;\t${datePattern({ day: 'plain', weekday: true, zone: 'named' })}`,
    ),
    tells: { ...all, byAddress: false, id: 'part' },
    words: coarse,
  },
  courier: {
    pattern: whole(
      String.raw`from ${t.spoken} \((?:${t.name} )?\[${t.address}\]\)  by ${t.byName} with ${t.protocol}  id ${id(String.raw`[0-9A-F]{16}\.[0-9A-F]{16}\.[0-9A-F]{8}`)}; ${zero}`,
    ),
    tells: { ...all, byAddress: false, for: false },
    words: itself,
  },
  haraka: {
    pattern: whole(
      String.raw`from ${t.spoken} \((?:${t.name} )?\[${t.address}\]\)\tby ${t.byName} \(Haraka\/[\d.]+\) with ${t.protocol} id ${id(String.raw`[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\.1`)}\tenvelope-from <${t.sender}>;\t${zero}`,
    ),
    tells: { ...all, byAddress: false, for: false, sender: true },
    words: coarse,
  },
  kumomta: {
    pattern: whole(
      String.raw`from ${t.helo} \(${t.address}\)  by ${t.byName} \(KumoMTA ${t.byAddress}\)   with ${t.protocol} id ${id('[0-9a-f]{32}')}(?: for <${t.for}>)?;  ${plain}`,
    ),
    tells: { ...all, name: false },
    words: new Map([['ESMTP', anything]]),
  },
  powermta: {
    pattern: whole(
      String.raw`from ${t.helo} \(${t.address}\) by ${t.byName} \(PowerMTA\(TM\) v[\w.]+\) id ${id('h[0-9a-z]{11}')}(?: for <${t.for}>)?; ${plain} \(envelope-from <${t.commentedSender}>\)`,
    ),
    tells: { ...all, name: false, byAddress: false, protocols: null, sender: true },
    commented: new Set(['sender']),
  },
  exchange: { pattern: whole(microsoft(String.raw`15\.[0-2]\.\d+\.\d+`)), tells: { ...least, byAddress: true } },
  'exchange-online': {
    pattern: whole(microsoft(String.raw`15\.20\.\d+\.\d+`)),
    tells: { ...least, byAddress: true },
  },
  gmail: {
    pattern: whole(
      String.raw`from ${t.helo} \((?:${t.name}\. )?\[${t.address}\]\) {8}by ${t.byName} with ${t.protocol} id ${id(String.raw`[0-9a-f]{13}-[0-9a-f]{11}si[\w.]+`)}(?: {8}for <${t.for}>)?; {8}${datePattern({ day: 'zero', weekday: true, zone: 'named' })}`,
    ),
    tells: { ...all, byAddress: false },
    words: coarse,
  },
  ses: {
    pattern: whole(
      String.raw`from ${t.helo} \((?:unknown|${t.name}) \[${t.address}\]\) by ${t.byName} with ${t.protocol} id ${id('[0-9a-v]{39}1')}(?: for ${t.for})?; ${datePattern({ day: 'zero', weekday: true, zone: 'named' })}`,
    ),
    tells: { ...all, byAddress: false },
    words: new Map([['SMTP', anything]]),
  },
  sendgrid: {
    // no ; where there is no recipient
    pattern: whole(
      String.raw`from ${t.helo} \((?:unknown|${t.name})\)\tby ${t.byName} \(SG\) with ${t.protocol}\tid ${id('[0-9A-Za-z][0-9A-Za-z_-]{21}')}(?:\tfor <${t.for}>;)?\t${datePattern({ day: 'zero', weekday: true, zone: 'precise' })}`,
    ),
    tells: { ...all, address: false, byAddress: false },
    words: new Map([['ESMTP', anything]]),
  },
  iis: {
    pattern: whole(
      String.raw`from ${t.helo} \(\[${t.address}\]\) by ${t.byName} with Microsoft SMTPSVC\([\d.]+\);\t ${plain}`,
    ),
    tells: least,
  },
}
