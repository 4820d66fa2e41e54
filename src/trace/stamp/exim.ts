/**
 * Exim: the word after `from` is the name or the address that it knows the client by, HELO stands in `helo=`.
 */
import { dateOf } from './date.js'
import type { StampFacts } from './facts.js'
import { lines } from './fold.js'
import { inComment, onlyRecipient, spokenHelo } from './safe.js'

/**
 * Exim 4, globals.c received_header_text: `from $sender_rcvhost`, `by $primary_hostname with $received_protocol (Exim
 * VERSION)`, `(envelope-from <$sender_address>)` where there is one, `id $message_exim_id`, `for $received_for` where
 * there is one recipient, tabs before each line but the first; receive.c adds `;` and $tod_full on a line of its own, whose
 * day is padded with 0. The protocol is in lower case, with utf8 before it for SMTPUTF8.
 */
export function exim(facts: StampFacts): string {
  const only = onlyRecipient(facts)
  const by = `\tby ${facts.hostname} with ${protocolOf(facts)} (Exim ${facts.version ?? '4.98'})`
  const sender = facts.reversePath === null ? [] : [`\t(envelope-from <${inComment(facts.reversePath)}>)`]
  const date = dateOf(facts, { pad: '0' })
  const id = `\tid ${facts.id}`
  const end = only === null ? [`${id};`] : [id, `\tfor ${only};`]
  return lines(`Received: from ${receivingHost(facts)}`, by, ...sender, ...end, `\t${date}`)
}

/** smtp_in.c: utf8esmtp and so on. */
function protocolOf({ protocol }: StampFacts): string {
  return protocol === 'UTF8SMTP' ? 'utf8esmtp' : protocol.toLowerCase()
}

/**
 * host.c host_build_sender_fullhost(): HELO is left out where it is the name, in whatever case, or the literal of the
 * address; without a name the address stands there in its place.
 */
function receivingHost({ helo, clientName, clientAddress }: StampFacts): string {
  const said = spokenHelo(helo)
  const literal = /^\[(?:IPv[46]:)?(.*)\]$/i.exec(said)?.[1]?.toLowerCase()
  const isKnown = literal === clientAddress || said.toLowerCase() === clientName?.toLowerCase()
  if (clientName === null) return isKnown ? `[${clientAddress}]` : `[${clientAddress}] (helo=${said})`
  return isKnown ? `${clientName} ([${clientAddress}])` : `${clientName} ([${clientAddress}] helo=${said})`
}
