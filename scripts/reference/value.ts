/**
 * What the reference says of a value: its type in words, and one example.
 */
import type * as z from 'zod'

type Schema = z.core.JSONSchema.JSONSchema

export function typeOf(schema: Schema): string {
  const { title, type, items, properties } = schema
  if (title !== undefined) return title
  if (schema.enum) return schema.enum.map(written).join(', ')
  if (schema.const !== undefined) return written(schema.const)
  if (type === 'boolean') return '`true`, `false`'
  if (type === 'integer') return schema.minimum === 1 ? 'whole number from 1' : 'whole number'
  if (type === 'array') {
    const item = typeof items === 'object' && !Array.isArray(items) ? typeOf(items) : 'anything'
    return `list: ${item}`
  }
  return properties ? 'object' : 'text'
}

/** One that is not the default, where there is one; undefined for objects, whose keys have their own. */
export function exampleOf(schema: Schema): unknown {
  const { type, items, properties, examples = [] } = schema
  const options = [...examples, ...(schema.enum ?? []), ...(schema.const === undefined ? [] : [schema.const])]
  const own = options.find(option => JSON.stringify(option) !== JSON.stringify(schema.default))
  if (own !== undefined || schema.default !== undefined) return properties ? undefined : (own ?? schema.default)
  if (type === 'boolean') return true
  if (type === 'array' && typeof items === 'object' && !Array.isArray(items)) {
    const item = exampleOf(items)
    return item === undefined ? undefined : [item]
  }
  return undefined
}

/** As it stands in chain.json. */
export function written(value: unknown): string {
  const spaced = JSON.stringify(value, null, 1).replaceAll(/\s*\n\s*/g, ' ')
  return `\`${spaced.replaceAll('[ ', '[').replaceAll(' ]', ']')}\``
}

/** What else may stand there by name, as the stamps of programs. */
export function namesIn(schema: Schema): string {
  const names = (schema.anyOf ?? []).flatMap(option => (typeof option === 'object' ? (option.enum ?? []) : []))
  return names.length === 0 ? '' : ` Names: ${names.map(name => `\`${String(name)}\``).join(', ')}.`
}
