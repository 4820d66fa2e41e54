/**
 * The syntax of a stamp's template in chain.json: text, `{field}`, and `{?field:text}`, which is there only where that
 * field is known. What is wrong with one is told, never thrown.
 */

export const templateFields = [
  'helo',
  'name',
  'address',
  'hostname',
  'ip',
  'protocol',
  'id',
  'for',
  'sender',
  'date',
] as const

export type TemplateField = (typeof templateFields)[number]

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly field: TemplateField }
  | { readonly kind: 'group'; readonly field: TemplateField; readonly parts: readonly TemplatePart[] }

export type Template = { readonly parts: readonly TemplatePart[] }
export type TemplateFlaw = { readonly flaw: string }

/** Reads `{...}`; whether the field that comes of it is one in order is `templateFlaw`'s. */
export function parseTemplate(text: string): Template | TemplateFlaw {
  const read = readParts(text, 0, false)
  if ('flaw' in read) return read
  return read.end === text.length ? { parts: read.parts } : { flaw: 'no } without its {' }
}

interface Read {
  readonly parts: readonly TemplatePart[]
  readonly end: number
}

function readParts(text: string, start: number, inGroup: boolean): Read | TemplateFlaw {
  const parts: TemplatePart[] = []
  let at = start
  while (at < text.length && text[at] !== '}') {
    if (text[at] !== '{') {
      const end = text.slice(at).search(/[{}]/)
      const run = end === -1 ? text.slice(at) : text.slice(at, at + end)
      parts.push({ kind: 'text', text: run })
      at += run.length
      continue
    }
    const read = text[at + 1] === '?' ? readGroup(text, at, inGroup) : readField(text, at)
    if ('flaw' in read) return read
    parts.push(...read.parts)
    at = read.end
  }
  return { parts, end: at }
}

function readField(text: string, start: number): Read | TemplateFlaw {
  const end = text.indexOf('}', start)
  if (end === -1) return { flaw: 'a } for each {' }
  const name = text.slice(start + 1, end)
  const field = fieldNamed(name)
  return field ? { parts: [{ kind: 'field', field }], end: end + 1 } : unknown(name)
}

function readGroup(text: string, start: number, inGroup: boolean): Read | TemplateFlaw {
  if (inGroup) return { flaw: 'no {?...} in another one' }
  const colon = text.indexOf(':', start)
  if (colon === -1) return { flaw: 'a : behind the field of {?...' }
  const name = text.slice(start + 2, colon)
  const field = fieldNamed(name)
  if (!field) return unknown(name)
  const inner = readParts(text, colon + 1, true)
  if ('flaw' in inner) return inner
  if (text[inner.end] !== '}') return { flaw: 'a } for each {' }
  return { parts: [{ kind: 'group', field, parts: inner.parts }], end: inner.end + 1 }
}

function fieldNamed(name: string): TemplateField | undefined {
  return templateFields.find(field => field === name)
}

function unknown(name: string): TemplateFlaw {
  return { flaw: `one of ${templateFields.map(field => `{${field}}`).join(', ')} instead of {${name}}` }
}

/** Fields that may be unknown: they stand in a group of their own, or the template would lie. */
const uncertain: ReadonlySet<TemplateField> = new Set(['for', 'sender'])

/** What a template needs so that each stamp written from it is one well-formed field; null where it has all. */
export function templateFlaw(text: string): string | null {
  const parsed = parseTemplate(text)
  if ('flaw' in parsed) return parsed.flaw
  // RFC 5322 2.1: lines are folded by us
  if (/[^\x20-\x7e]/.test(text)) return 'printable ASCII alone: lines are folded for you'
  if (/["\\]/.test(text)) return 'no quotes and no backslashes'
  if (/^\s*received\s*:/i.test(text)) return 'what stands behind "Received:"'
  const { parts } = parsed
  const by = byFlaw(parts)
  if (by !== null) return by
  if (/\}[^ ()<>[\];{}]*\{(?!\?)|\}[^ ()<>[\];{}]*\{\?\w+:[^ ()<>[\];]*\{/.test(text))
    return 'a blank or a bracket between two fields'
  const open = openField(parts, null)
  if (open) return `{?${open}:...} around {${open}}, which is not always known`
  return layoutFlaw(parts) ?? placeFlaw(parts, null, new Set()) ?? lengthFlaw(parts)
}

/** RFC 5321 4.4: whoever reads the field takes the first `by` outside of comments for the MTA's. */
function byFlaw(parts: readonly TemplatePart[]): string | null {
  let text = written(parts)
  for (let before = ''; before !== text; ) {
    before = text
    text = text.replace(/\([^()]*\)/g, ' ')
  }
  const first = /(?:^|[ >\]])by(?: +([^ ;]*)|$)/i.exec(text)
  return first?.[1] === '{hostname}' ? null : '"by {hostname}" as its first "by" outside of comments'
}

/** What a field tells must not hang on another one's being known, nor stand there twice, where one could be forged. */
function placeFlaw(
  parts: readonly TemplatePart[],
  group: TemplateField | null,
  seen: Set<TemplateField>,
): string | null {
  for (const part of parts) {
    if (part.kind === 'text') continue
    if (part.kind === 'group') {
      const inner = placeFlaw(part.parts, part.field, seen)
      if (inner !== null) return inner
    } else if (group !== null && group !== part.field) return `no {${part.field}} in {?${group}:...}`
    else if (seen.has(part.field)) return `{${part.field}} once alone`
    else seen.add(part.field)
  }
  return null
}

/** The most that a field may take, backslashes before parentheses included (RFC 5321 4.5.3.1). */
const longest: Readonly<Record<TemplateField, number>> = {
  helo: 255,
  name: 255,
  address: 45,
  hostname: 255,
  ip: 45,
  protocol: 8,
  id: 10,
  for: 390,
  sender: 390,
  date: 31,
}

/** RFC 5322 2.1.1: lines are folded at blanks, and have no more than 998 octets. */
function lengthFlaw(parts: readonly TemplatePart[]): string | null {
  const full = written(parts).replace(/\{(\w+)\}/g, (_, name: string) =>
    'x'.repeat(longest[fieldNamed(name) ?? 'date']),
  )
  return full.split(' ').every(word => word.length < 990)
    ? null
    : 'a blank in what could be a line of more than 998 octets'
}

/** With all that may stand there. */
function written(parts: readonly TemplatePart[]): string {
  const texts = parts.map(part =>
    part.kind === 'text' ? part.text : part.kind === 'field' ? `{${part.field}}` : written(part.parts),
  )
  return texts.join('')
}

function openField(parts: readonly TemplatePart[], group: TemplateField | null): TemplateField | null {
  for (const part of parts) {
    if (part.kind === 'field' && uncertain.has(part.field) && part.field !== group) return part.field
    const inner = part.kind === 'group' ? openField(part.parts, part.field) : null
    if (inner) return inner
  }
  return null
}

/** RFC 5321 4.4: one `;` outside of comments, and the date behind it; RFC 5322 3.2: all that is opened is closed. */
function layoutFlaw(parts: readonly TemplatePart[]): string | null {
  for (const part of parts) {
    if (part.kind !== 'group') continue
    const inner = new Layout(part.parts)
    if (inner.open || inner.semicolon !== -1) return 'no ; and nothing half open in {?...}'
  }
  const layout = new Layout(parts)
  if (layout.open) return 'parentheses and brackets that are closed, with no mailbox in [ ]'
  const rest = parts.slice(layout.semicolon + 1)
  const [date] = rest
  const isLast = date?.kind === 'field' && date.field === 'date'
  const isOnly = parts.filter(part => part.kind === 'field' && part.field === 'date').length === 1
  // RFC 5321 4.4: a comment may stand behind the date
  const behind = rest.slice(1).map(part => (part.kind === 'text' ? part.text : ''))
  const trailing = /^(?: \([^()]*\))*$/.test(behind.join(''))
  if (layout.semicolon === -1 || layout.tail !== ' ' || !isLast || !isOnly || !trailing) {
    return 'one ; outside of comments, with " {date}" behind it and nothing but a comment after that'
  }
  return null
}

/** How a template's own text opens and closes: fields hold nothing that could. */
class Layout {
  open = false
  /** The part in which the `;` stands outside of everything; -1 for none or several. */
  semicolon = -1
  /** What stands behind the `;` in its part. */
  tail = ''
  readonly #closers: string[] = []

  constructor(parts: readonly TemplatePart[]) {
    let found = 0
    for (const [index, part] of parts.entries()) {
      // a mailbox may hold a ], in quotes
      if (part.kind !== 'text' && this.#closers.at(-1) === ']' && uncertain.has(part.field)) this.open = true
      if (part.kind !== 'text') continue
      for (const [at, character] of Array.from(part.text).entries()) {
        if (!this.#step(character)) continue
        found++
        this.semicolon = index
        this.tail = part.text.slice(at + 1)
      }
    }
    if (found !== 1) this.semicolon = -1
    this.open ||= this.#closers.length > 0
  }

  /** True for a `;` outside of everything. */
  #step(character: string): boolean {
    const closer = this.#closers.at(-1)
    if (character === closer) this.#closers.pop()
    else if (closer === undefined || closer === ')') {
      if (character === '(') this.#closers.push(')')
      else if (closer === undefined && pairs.has(character)) this.#closers.push(pairs.get(character) ?? '')
      else if (character === ')' || (closer === undefined && '>]'.includes(character))) this.open = true
    }
    return character === ';' && closer === undefined
  }
}

const pairs = new Map([
  ['<', '>'],
  ['[', ']'],
])
