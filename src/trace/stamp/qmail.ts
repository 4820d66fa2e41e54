/**
 * qmail (netqmail 1.06): two fields for one hop, no ids, dates in UTC with the zone -0000 and no day of the week.
 */
import { dateOf } from './date.js'
import type { StampFacts } from './facts.js'
import { lines } from './fold.js'
import { safeHelo } from './safe.js'

/**
 * qmail-smtpd's received.c: `from NAME (HELO x) (ADDRESS)`, HELO left out where it is the name in whatever case, SMTP
 * always. Above it stands qmail-queue.c's own field with its process id.
 */
export function qmail(facts: StampFacts): string {
  const date = dateOf({ ...facts, zone: '-0000' }, { weekday: false })
  const name = facts.clientName ?? 'unknown'
  const helo = safeput(safeHelo(facts.helo))
  const said = helo.toLowerCase() === name.toLowerCase() ? '' : ` (HELO ${helo})`
  return lines(
    `Received: (qmail ${processId(facts.id)} invoked from network); ${date}`,
    `Received: from ${name}${said} (${facts.clientAddress})`,
    `  by ${facts.hostname} with SMTP; ${date}`,
  )
}

/** received.c issafe(): letters, digits and these; not [, ] and _. */
function safeput(text: string): string {
  return text.replace(/[^A-Za-z0-9.@%+/=:-]/g, '?')
}

/** A number like a process's for each message: the queue id is not told. */
function processId(id: string): number {
  let number = 0
  for (const character of id) number = (number * 31 + (character.codePointAt(0) ?? 0)) % 4_194_303
  return number + 1
}
