/**
 * chain.json's objects as its JSON Schema has them: each with its path and its keys.
 */
import type * as z from 'zod'

type Schema = z.core.JSONSchema.JSONSchema

export interface Key {
  readonly name: string
  readonly schema: Schema
  readonly isRequired: boolean
}

export interface Section {
  /** As "mtas[].limits"; empty for the whole file. */
  readonly path: string
  readonly schema: Schema
  readonly keys: readonly Key[]
}

/** From the outside to the inside. */
export function sectionsOf(schema: Schema): Section[] {
  const found: Section[] = []
  const waiting = [{ schema, path: '' }]
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const keys = keysOf(next.schema)
    if (keys.length === 0) continue
    found.push({ ...next, keys })
    for (const { name, schema: inner } of keys) waiting.push(within(inner, pathOf(next.path, name)))
  }
  return found
}

export function pathOf(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function keysOf({ properties = {}, required = [] }: Schema): Key[] {
  return Object.entries(properties).flatMap(([name, schema]) =>
    typeof schema === 'boolean' ? [] : [{ name, schema, isRequired: required.includes(name) }],
  )
}

/** Of a list what is in it. */
function within(schema: Schema, path: string): { readonly schema: Schema; readonly path: string } {
  const { items } = schema
  const isList = typeof items === 'object' && !Array.isArray(items)
  return isList ? { schema: items, path: `${path}[]` } : { schema, path }
}
