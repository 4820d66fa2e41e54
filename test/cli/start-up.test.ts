/**
 * A command loads what it needs, when it needs it: what is imported at the start decides how fast it is.
 */
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const source = join(import.meta.dirname, '../../src')

/** Files and packages that are loaded with a file: imports of types and those within functions are not. */
function loadedWith(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known
  known.add(file)
  const text = readFileSync(join(source, file), 'utf8')
  for (const [, names = '', imported = ''] of text.matchAll(
    /^(?:import|export) (?!type\b)([^']*?)(?: from )?'([^']+)'$/gms,
  )) {
    if (/^\{(?:\s*type [^,}]+,?)+\s*\}$/.test(names)) continue
    if (imported.startsWith('.'))
      loadedWith(relative(source, join(source, dirname(file), imported)).replace(/js$/, 'ts'), known)
    else known.add(imported)
  }
  return known
}

const heavy = ['mailparser', 'smtp-server', 'lmdb', 'zod']

describe('with', () => {
  it.each([
    ['main', []],
    ['trace', []],
    ['up', ['smtp-server', 'zod']],
    ['doctor', ['zod']],
  ])('%s, of what is heavy nothing but %j is loaded', (name, needed) => {
    const loaded = loadedWith(`cli/${name}.ts`)
    expect(heavy.filter(one => loaded.has(one))).toEqual(needed)
  })
})
