/**
 * A stamp after a template of chain.json. The template was found to be in order when it was read: one that is not is a
 * bug, and throws a TypeError.
 */
import { parseTemplate, type TemplateField, type TemplatePart } from '../../mail/stamp-template.js'
import { dateOf } from './date.js'
import type { StampFacts } from './facts.js'
import { foldWords } from './fold.js'
import { inComment, onlyRecipient, safeHelo } from './safe.js'

export function fillTemplate(template: string, facts: StampFacts): string {
  const parsed = parseTemplate(template)
  if ('flaw' in parsed) throw new TypeError(`a template lacks ${parsed.flaw}`)
  return `${foldWords(`Received: ${new Filling(facts).text(parsed.parts).trim()}`)}\r\n`
}

/** Walks through a template and knows whether it is within a comment. */
class Filling {
  readonly #facts: StampFacts
  #depth = 0

  constructor(facts: StampFacts) {
    this.#facts = facts
  }

  text(parts: readonly TemplatePart[]): string {
    return parts.map(part => this.#part(part)).join('')
  }

  #part(part: TemplatePart): string {
    if (part.kind === 'group') return valueOf(part.field, this.#facts) === null ? '' : this.text(part.parts)
    if (part.kind === 'field') {
      const value = valueOf(part.field, this.#facts) ?? 'unknown'
      return this.#depth > 0 ? inComment(value) : value
    }
    for (const character of part.text) this.#depth += character === '(' ? 1 : character === ')' ? -1 : 0
    return part.text
  }
}

/** null where it is not known. */
function valueOf(field: TemplateField, facts: StampFacts): string | null {
  switch (field) {
    case 'helo':
      return safeHelo(facts.helo)
    case 'name':
      return facts.clientName
    case 'address':
      return facts.clientAddress
    case 'hostname':
      return facts.hostname
    case 'ip':
      return facts.address
    case 'protocol':
      return facts.protocol
    case 'id':
      return facts.id
    case 'for':
      return onlyRecipient(facts)
    case 'sender':
      return facts.reversePath
    case 'date':
      return dateOf(facts)
  }
}
