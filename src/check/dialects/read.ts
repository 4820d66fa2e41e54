/**
 * Reads a field as the dialect of its MTA has it; null where it is not in that manner. Nothing is thrown.
 */
import { isUtf8 } from 'node:buffer'
import { isStampName } from '../../mail/stamp-name.js'
import { type Form, forms } from './forms.js'
import { all, type Groups, type Said, type Tells } from './said.js'
import { templateForm } from './template.js'
import { addressOf, dateOf, uncommented } from './tokens.js'

/** What fields of this dialect tell; `stamp` as in chain.json. */
export function tellsOf(stamp: string): Tells {
  return formOf(stamp)?.tells ?? all
}

/** `raw` is the field as it stands, with its name; of qmail both fields. */
export function saidAs(stamp: string, raw: Uint8Array): Said | null {
  const form = formOf(stamp)
  const octets = Buffer.from(raw.buffer, raw.byteOffset, raw.length)
  const text = octets.toString(isUtf8(octets) ? 'utf8' : 'latin1')
  // no program folds around nothing
  if (/\r\n[ \t]+\r\n/.test(text)) return null
  const body = /^Received: (.*)\r\n$/is.exec(text.replace(/\r\n(?=[ \t])/g, ''))?.[1]
  const groups = body === undefined ? undefined : form?.pattern.exec(body)?.groups
  return form && groups ? readGroups(form, groups) : null
}

/** The queue id as a field of this dialect has it; undefined where it has none. */
export function idAs(stamp: string, id: string): string | undefined {
  const tells = tellsOf(stamp).id
  if (tells === 'none') return undefined
  // OpenSMTPD: an envelope's first 32 bits are its message's
  return tells === 'part' ? id.slice(0, 8) : id
}

function formOf(stamp: string): Form | null {
  return isStampName(stamp) ? forms[stamp] : templateForm(stamp)
}

function readGroups(form: Form, groups: Groups): Said | null {
  const date = dateOf(groups['date'] ?? '')
  const [address, byAddress] = [addressOf(groups['address'] ?? groups['onlyAddress']), addressOf(groups['byAddress'])]
  // qmail's two fields are of one second
  const agrees = groups['companionDate'] === undefined || groups['companionDate'] === groups['date']
  if (!date || address === undefined || byAddress === undefined || !agrees) return null
  const mailbox = (group: string): string | null => {
    const text = groups[group] || null
    return text !== null && form.commented?.has(group) ? uncommented(text) : text
  }
  const protocol = groups['protocol'] ?? null
  return {
    helo: groups['helo'] ?? form.impliedHelo?.(groups) ?? null,
    name: groups['name'] === 'unknown' ? null : (groups['name'] ?? null),
    address,
    byName: groups['byName'] ?? '',
    byAddress,
    protocol,
    // Exchange has its version there
    id: form.tells.id === 'none' ? null : (groups['id'] ?? null),
    for: mailbox('for'),
    sender: mailbox('sender'),
    date,
    tells: { ...form.tells, protocols: form.words && protocol !== null ? (form.words.get(protocol) ?? []) : null },
  }
}
