/**
 * The manner of a template of chain.json: its own text, and in place of each field what that may be.
 */
import { parseTemplate, type TemplateField, type TemplatePart } from '../../mail/stamp-template.js'
import { type Form, itself } from './forms.js'
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

/** Null where it is no template. */
export function templateForm(template: string): Form | null {
  if (template === newest.template) return newest.form
  const parsed = parseTemplate(template)
  newest = { template, form: 'flaw' in parsed ? null : formOf(parsed.parts) }
  return newest.form
}

/** One is asked for many times in a row. */
let newest: { readonly template: string; readonly form: Form | null } = { template: '', form: null }

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
    ...(has('protocol') ? { words: itself } : {}),
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
    // a template in order has a field but once (mail/stamp-template)
    if (this.seen.has(field)) return '(?!)'
    this.seen.add(field)
    if (!isCommented) return fields[field]
    this.commented.add(field)
    return field === 'for' ? token.commentedFor : token.commentedSender
  }
}
