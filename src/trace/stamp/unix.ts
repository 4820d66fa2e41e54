/**
 * Postfix, Sendmail, OpenSMTPD, Courier, Haraka, KumoMTA, PowerMTA: the word after `from` is what the client said.
 */
import { isIPv4, isIPv6 } from 'node:net'
import { addressLiteral } from '../../mail/address.js'
import { parseIPv6 } from '../../mail/ipv6.js'
import { dateOf } from './date.js'
import type { StampFacts } from './facts.js'
import { lines } from './fold.js'
import { inComment, onlyRecipient, safeHelo, spokenHelo } from './safe.js'

/**
 * Postfix 3, smtpd.c data_cmd(): `from HELO (NAME [ADDRESS])`, `by HOST (Postfix) with PROTOCOL id ID`, and
 * `for <RECIPIENT>; DATE` where there is one recipient, else `;` and the date; each line begins with a tab. Its
 * mail_date.c pads the day with a blank (%e) and adds the zone's name. With SMTPUTF8 it says UTF8SMTP. It makes a HELO
 * name's @ a question mark too.
 */
export function postfix(facts: StampFacts): string {
  const only = onlyRecipient(facts)
  const from = `Received: from ${spokenHelo(facts.helo).replaceAll('@', '?')} (${facts.clientName ?? 'unknown'} ${addressLiteral(facts.clientAddress)})`
  const by = `\tby ${facts.hostname} (Postfix) with ${facts.protocol} id ${facts.id}`
  const date = dateOf(facts, { pad: ' ', named: true })
  return lines(from, only === null ? `${by};` : by, only === null ? `\t${date}` : `\tfor <${only}>; ${date}`)
}

/**
 * sendmail.cf's HReceived (cf/m4/proto.m4): `$?sfrom $s $.$?_($?s$|from $.$_) $.by $j ($v/$Z)$?r with $r$. id $i$?u
 * for $u; $|; $.$b`, whose folds are tabs. `$_` is the address alone where it has no name, IPv6 in full (conf.c
 * anynet_ntop()); arpadate() writes GMT for offset 0 and no zone's name.
 */
export function sendmail(facts: StampFacts): string {
  const only = onlyRecipient(facts)
  const address = isIPv6(facts.clientAddress) ? `IPv6:${inFull(facts.clientAddress)}` : facts.clientAddress
  const client = `${facts.clientName === null ? '' : `${facts.clientName} `}[${address}]`
  const from = `Received: from ${safeHelo(facts.helo)} (${client})`
  const by = `\tby ${facts.hostname} (${facts.version ?? '8.18.1/8.18.1'}) with ${spoken(facts)} id ${facts.id}`
  const date = dateOf(facts).replace(/ [+-]0000$/, ' GMT')
  return lines(from, only === null ? `${by};` : by, only === null ? `\t${date}` : `\tfor <${only}>; ${date}`)
}

/**
 * OpenSMTPD 6 and 7, smtp_session.c smtp_message_begin(): like Postfix, but `<unknown>` for no name, IPv6 has no tag,
 * the id is the message's half of the envelope's (evpid_to_msgid), and the date stands on a line of its own, after `for`'s `;`.
 * util.c time_to_text() adds the zone's name.
 */
export function opensmtpd(facts: StampFacts): string {
  const only = onlyRecipient(facts)
  const from = `Received: from ${safeHelo(facts.helo)} (${facts.clientName ?? '<unknown>'} [${facts.clientAddress}])`
  const by = `\tby ${facts.hostname} (OpenSMTPD) with ${spoken(facts)} id ${facts.id.slice(0, 8)}`
  const date = `\t${dateOf(facts, { named: true })}`
  return only === null ? lines(from, `${by};`, date) : lines(from, by, `\tfor <${only}>;`, date)
}

/**
 * Courier 1.0, submit.C: two blanks fold, addresses are IPv6 (`::ffff:` before IPv4), no `for`, the day is padded with 0.
 */
export function courier(facts: StampFacts): string {
  const address = isIPv4(facts.clientAddress) ? `::ffff:${facts.clientAddress}` : facts.clientAddress
  const client = `${facts.clientName === null ? '' : `${facts.clientName} `}[${address}]`
  const date = dateOf(facts, { pad: '0' })
  return lines(
    `Received: from ${spokenHelo(facts.helo)} (${client})`,
    `  by ${facts.hostname} with ${facts.protocol}`,
    `  id ${facts.id}; ${date}`,
  )
}

/**
 * Haraka 3, connection.js received_line(): the address alone where it has no name, `envelope-from` as a clause, no
 * `for`. IPv6 has no tag. haraka-utils' date_to_str() pads the day with 0.
 */
export function haraka(facts: StampFacts): string {
  const client = `${facts.clientName === null ? '' : `${facts.clientName} `}[${facts.clientAddress}]`
  const version = facts.version ?? '3.3.4'
  return lines(
    `Received: from ${spokenHelo(facts.helo)} (${client})`,
    `\tby ${facts.hostname} (Haraka/${version}) with ${spoken(facts)} id ${facts.id}`,
    `\tenvelope-from <${facts.reversePath ?? ''}>;`,
    `\t${dateOf(facts, { pad: '0' })}`,
  )
}

/**
 * KumoMTA, smtp_server.rs: the addresses bare, no name, a blank at the second line's end, always ESMTP, the date in UTC.
 * It makes a message of each recipient; ours may have several, and then says none (RFC 5321 7.6).
 */
export function kumomta(facts: StampFacts): string {
  const only = onlyRecipient(facts)
  return lines(
    `Received: from ${safeHelo(facts.helo)} (${facts.clientAddress})`,
    `  by ${facts.hostname} (KumoMTA ${facts.address}) `,
    `  with ESMTP id ${facts.id}${only === null ? '' : ` for <${only}>`};`,
    `  ${dateOf({ ...facts, zone: '+0000' })}`,
  )
}

/**
 * PowerMTA, from fields in the wild (it is not open): the address bare, no name, no protocol, the reverse-path in a
 * comment behind the date.
 */
export function powermta(facts: StampFacts): string {
  const only = onlyRecipient(facts)
  const from = `Received: from ${safeHelo(facts.helo)} (${facts.clientAddress}) by ${facts.hostname}`
  const date = dateOf(facts)
  const sender = `(envelope-from <${inComment(facts.reversePath ?? '')}>)`
  const id = `(PowerMTA(TM) ${facts.version ?? 'v5.0r8'}) id ${facts.id}${only === null ? '' : ` for <${only}>`};`
  return lines(`${from} ${id} ${date} ${sender}`)
}

/** These know no SMTPUTF8 in their stamps. */
function spoken({ protocol }: StampFacts): string {
  return protocol === 'UTF8SMTP' ? 'ESMTP' : protocol
}

/** RFC 4291 2.2: all eight groups of an address. */
function inFull(address: string): string {
  return (parseIPv6(address) ?? []).map(group => group.toString(16)).join(':')
}
