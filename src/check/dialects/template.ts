/**
 * The manner of a template of chain.json: its own text, and in place of each field what that may be.
 */
import { parseTemplate, type TemplateField, type TemplatePart } from '../../mail/stamp-template.js'
import type { Form } from './forms.js'
import { datePattern, token } from './tokens.js'

const fields: Readonly<Record<TemplateField, string>> = {
  helo: token.helo,
  name: `(?:unknown|${token.name})`,
  address: token.address,
  hostname: token.byName,
  ip: token.byAddress,
  protocol: token.protocol,
  id: '(?<id>[0-9A-Z]{10})',
  for: token.for,
  sender: token.sender,
  date: datePattern({ day: 'plain', weekday: true, zone: 'offset' }),
}

const known = new Map<string, Form | null>()

/** Null where it is no template. */
export function templateForm(template: string): Form | null {
  const made = known.get(template)
  if (made !== undefined) return made
  const parsed = parseTemplate(template)
  const form = 'flaw' in parsed ? null : formOf(parsed.parts)
  known.set(template, form)
  return form
}

function formOf(parts: readonly TemplatePart[]): Form {
  const writer = new PatternWriter()
  const has = (field: TemplateField): boolean => writer.seen.has(field)
  const pattern = new RegExp(`^ *${writer.pattern(parts).trim()} *$`, 's')
  return {
    pattern,
    tells: {
      helo: has('helo'),
      name: has('name'),
      address: has('address'),
      byAddress: has('ip'),
      protocols: has('protocol') ? [] : null,
      id: has('id') ? 'whole' : 'none',
      for: has('for'),
      sender: has('sender'),
    },
    ...(has('protocol') ? { words: { SMTP: ['SMTP'], ESMTP: ['ESMTP'], UTF8SMTP: ['UTF8SMTP'] } } : {}),
    commented: writer.commented,
  }
}

class PatternWriter {
  readonly seen = new Set<TemplateField>()
  /** Mailboxes that stand in a comment. */
  readonly commented = new Set<string>()
  #depth = 0

  pattern(parts: readonly TemplatePart[]): string {
    return parts.map(part => this.#part(part)).join('')
  }

  #part(part: TemplatePart): string {
    if (part.kind === 'group') return `(?:${this.pattern(part.parts)})?`
    if (part.kind === 'field') return this.#field(part.field)
    for (const character of part.text) this.#depth += character === '(' ? 1 : character === ')' ? -1 : 0
    return part.text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
  }

  #field(field: TemplateField): string {
    const isCommented = this.#depth > 0 && (field === 'for' || field === 'sender')
    const again = this.seen.has(field)
    this.seen.add(field)
    if (again) return this.#again(field)
    if (!isCommented) return fields[field]
    this.commented.add(field)
    return field === 'for' ? token.commentedFor : token.commentedSender
  }

  /** A field that stands there once more says the same; of mailboxes one may be quoted and the other not. */
  #again(field: TemplateField): string {
    if (field === 'for' || field === 'sender') return String.raw`(?:[^()\\;]|\\.)*`
    return field === 'name' ? String.raw`(?:unknown|\k<name>)` : String.raw`\k<${groups[field]}>`
  }
}

const groups: Readonly<Record<TemplateField, string>> = {
  helo: 'helo',
  name: 'name',
  address: 'address',
  hostname: 'byName',
  ip: 'byAddress',
  protocol: 'protocol',
  id: 'id',
  for: 'for',
  sender: 'sender',
  date: 'date',
}
