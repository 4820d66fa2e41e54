/**
 * A text of JSON with comments: its value, where each key and value of it stands, what is wrong with its syntax.
 */
import { type Node, type ParseError, parseTree } from 'jsonc-parser'
import { type Mistake, type Path, type Position, pathText, positionAt } from './mistake.js'
import { syntaxMistakes } from './syntax.js'

export interface Document {
  /** Of a text with mistakes, what could be read; undefined where there is no value at all. */
  readonly value: unknown
  /** At most one for each line. */
  readonly syntax: readonly Mistake[]
  /** Keys that stand in one object twice. */
  readonly duplicates: readonly Mistake[]
  /** Where a key or value stands; where it stands nowhere, the place of what is around it. */
  position(path: Path, at: 'key' | 'value'): Position
}

interface Place {
  readonly key: number
  readonly value: number
}

/** Never throws. Comments, commas before a closing bracket and a byte order mark are allowed. */
export function readDocument(text: string): Document {
  try {
    return new Reader(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    // the parser's recursion
    if (error instanceof RangeError) return tooDeep
    throw error
  }
}

const top = { line: 1, column: 1 }
const tooDeep: Document = {
  value: undefined,
  syntax: [{ position: top, path: '', found: 'thousands of nested brackets', expected: 'a chain', advice: null }],
  duplicates: [],
  position: () => top,
}

class Reader implements Document {
  readonly value: unknown
  readonly syntax: readonly Mistake[]
  readonly duplicates: Mistake[] = []
  readonly #text: string
  /** Offsets by the path as text. */
  readonly #places = new Map<string, Place>()

  constructor(text: string) {
    this.#text = text
    const errors: ParseError[] = []
    const root = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true })
    this.syntax = syntaxMistakes(text, errors)
    this.value = root && this.#read(root, [], root.offset)
  }

  position(path: Path, at: 'key' | 'value'): Position {
    const place = this.#places.get(pathText(path))
    if (place) return positionAt(this.#text, place[at])
    return path.length === 0 ? top : this.position(path.slice(0, -1), 'value')
  }

  #read(node: Node, path: Path, key: number): unknown {
    this.#places.set(pathText(path), { key, value: node.offset })
    const children = node.children ?? []
    if (node.type === 'array') return children.map((child, index) => this.#read(child, [...path, index], child.offset))
    if (node.type === 'object') return this.#readObject(children, path)
    return node.value
  }

  /** Of a key that stands twice the last value counts, as in JSON.parse. */
  #readObject(properties: readonly Node[], path: Path): unknown {
    const values = new Map<string, { key: Node; value: Node }>()
    for (const property of properties) {
      const [key, value] = property.children ?? []
      if (!key || !value) continue
      const name = String(key.value)
      const first = values.get(name)
      if (first) this.duplicates.push(this.#twice(key, first.key, [...path, name]))
      values.set(name, { key, value })
    }
    return Object.fromEntries(
      Array.from(values, ([name, { key, value }]) => [name, this.#read(value, [...path, name], key.offset)]),
    )
  }

  #twice(key: Node, first: Node, path: Path): Mistake {
    const { line } = positionAt(this.#text, first.offset)
    return {
      position: positionAt(this.#text, key.offset),
      path: pathText(path),
      found: `the key again, first on line ${line}`,
      expected: 'each key once',
      advice: null,
    }
  }
}
