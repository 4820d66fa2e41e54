/**
 * Checks that a text is well-formed XML, strictly (XML 1.0), and names what stands in it. Of what our own pictures need
 * and no more: no processing instructions, no comments, no CDATA; a DOCTYPE of HTML may stand first.
 */

export interface Xml {
  /** In the order in which they begin. */
  readonly elements: readonly { readonly name: string; readonly attributes: ReadonlyMap<string, string> }[]
  /** All text outside tags, entities read. */
  readonly text: string
}

const character = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u
const tag = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[a-zA-Z][\w:-]*="[^"<]*")*)\s*(\/?)>/y
const attribute = /([a-zA-Z][\w:-]*)="([^"]*)"/g
const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

/** Throws where it is not well-formed. */
export function readXml(document: string): Xml {
  if (!character.test(document)) throw new Error('a character that XML forbids')
  const body = document.replace(/^<!DOCTYPE html>\s*/, '')
  const elements: { name: string; attributes: Map<string, string> }[] = []
  const open: string[] = []
  let text = ''
  let at = 0
  while (at < body.length) {
    const next = body.indexOf('<', at)
    text += unescaped(body.slice(at, next === -1 ? body.length : next))
    if (next === -1) break
    tag.lastIndex = next
    const found = tag.exec(body)
    if (!found) throw new Error(`no tag: ${body.slice(next, next + 80)}`)
    const [all, isEnd, name = '', given = '', isEmpty] = found
    if (isEnd && open.pop() !== name) throw new Error(`</${name}> ends nothing`)
    if (!isEnd) elements.push({ name, attributes: attributesOf(given) })
    if (!isEnd && !isEmpty) open.push(name)
    at = next + all.length
    if (open.length === 0 && body.slice(at).trim() !== '') throw new Error('more than one root')
  }
  if (open.length > 0) throw new Error(`<${open.join('><')}> is not ended`)
  return { elements, text }
}

function attributesOf(given: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [, name = '', value = ''] of given.matchAll(attribute)) {
    if (found.has(name)) throw new Error(`two attributes ${name}`)
    found.set(name, unescaped(value))
  }
  return found
}

function unescaped(text: string): string {
  return text.replace(/&[^;]*;?/g, entity => {
    const meant = entities[entity]
    if (meant === undefined) throw new Error(`no entity: ${entity.slice(0, 20)}`)
    return meant
  })
}
