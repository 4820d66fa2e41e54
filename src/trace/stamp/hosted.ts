/**
 * Exchange, Exchange Online, IIS, Gmail, SES and SendGrid, as their fields are found: nobody but their makers has the
 * sources.
 */
import { dateOf } from './date.js'
import type { StampFacts } from './facts.js'
import { foldWords, lines } from './fold.js'
import { onlyRecipient, safeHelo } from './safe.js'

/** Exchange 2013 and later, on a plain connection to its frontend: the addresses bare, its version for an id. */
export function exchange(facts: StampFacts): string {
  return microsoft(facts, facts.version ?? '15.2.1544.11')
}

/** The same program, of another version. */
export function exchangeOnline(facts: StampFacts): string {
  return microsoft(facts, facts.version ?? '15.20.7292.17')
}

/** Folded wherever a line is full, the date's words too. */
function microsoft(facts: StampFacts, version: string): string {
  const from = `Received: from ${safeHelo(facts.helo)} (${facts.clientAddress}) by ${facts.hostname} (${facts.address})`
  const date = dateOf(facts)
  return `${foldWords(`${from} with Microsoft SMTP Server id ${version} via Frontend Transport; ${date}`)}\r\n`
}

/** IIS's SMTPSVC: the date on a line of its own, behind a tab and a blank. */
export function iis(facts: StampFacts): string {
  return lines(
    `Received: from ${safeHelo(facts.helo)} ([${facts.clientAddress}]) by ${facts.hostname} with Microsoft SMTPSVC(${facts.version ?? '10.0.17763.1697'});`,
    `\t ${dateOf(facts)}`,
  )
}

/** SES's inbound-smtp: one blank folds, always SMTP, `for` without < >, the date in UTC with the zone's name. */
export function ses(facts: StampFacts): string {
  const only = onlyRecipient(facts)
  const from = `Received: from ${safeHelo(facts.helo)} (${facts.clientName ?? 'unknown'} [${facts.clientAddress}])`
  const by = ` by ${facts.hostname} with SMTP id ${facts.id}`
  const date = ` ${dateOf({ ...facts, zone: '+0000' }, { pad: '0', named: true })}`
  return only === null ? lines(from, `${by};`, date) : lines(from, by, ` for ${only};`, date)
}

/**
 * SendGrid's geopod-ismtpd: tabs fold, no address, milliseconds in the date, which is in UTC; and no `;` before it but
 * behind `for`.
 */
export function sendgrid(facts: StampFacts): string {
  const only = onlyRecipient(facts)
  return lines(
    `Received: from ${safeHelo(facts.helo)} (${facts.clientName ?? 'unknown'})`,
    `\tby ${facts.hostname} (SG) with ESMTP`,
    `\tid ${facts.id}`,
    ...(only === null ? [] : [`\tfor <${only}>;`]),
    `\t${dateOf({ ...facts, zone: '+0000' }, { pad: '0', named: true, fraction: true })}`,
  )
}

/**
 * Gmail's mx.google.com: eight blanks fold, a dot ends the name, IPv6 has no tag, a literal's brackets in HELO are
 * question marks, the day is padded with 0 and the zone's name stands behind it: PST or PDT where it is Pacific.
 */
export function gmail(facts: StampFacts): string {
  const only = onlyRecipient(facts)
  const client = `${facts.clientName === null ? '' : `${facts.clientName}. `}[${facts.clientAddress}]`
  const by = `        by ${facts.hostname} with ${facts.protocol === 'UTF8SMTP' ? 'ESMTP' : facts.protocol} id ${facts.id}`
  const date = dateOf(facts, { pad: '0', named: true })
    .replace('-0800 (-08)', '-0800 (PST)')
    .replace('-0700 (-07)', '-0700 (PDT)')
  const from = `Received: from ${safeHelo(facts.helo).replace(/[[\]]/g, '?')} (${client})`
  return only === null
    ? lines(from, `${by};`, `        ${date}`)
    : lines(from, by, `        for <${only}>;`, `        ${date}`)
}
