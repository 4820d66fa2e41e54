/**
 * Reads chain.json. What is wrong with it is a result, never an exception: every mistake, all in one go.
 */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { flawsBetween } from './between.js'
import { readDocument } from './document.js'
import { faultFlaws } from './fault-flaws.js'
import { flawsOf } from './issues.js'
import { type Flaw, type Mistake, mistakeOf } from './mistake.js'
import { resolveChain } from './resolve.js'
import { chainSchema } from './schema.js'
import type { ChainConfig } from './types.js'

export interface Refused {
  readonly ok: false
  /** At least one. */
  readonly mistakes: readonly Mistake[]
}

export interface ReadChain {
  readonly ok: true
  readonly config: ChainConfig
}

export interface LoadedChain extends ReadChain {
  /** The absolute path of the folder in which the file lies. */
  readonly directory: string
}

/** Never rejects: a file that can't be read is a mistake too. */
export async function loadChain(file: string): Promise<LoadedChain | Refused> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    return { ok: false, mistakes: [unreadable(error)] }
  }
  const result = readChainText(text)
  return result.ok ? { ...result, directory: dirname(resolve(file)) } : result
}

function unreadable(error: unknown): Mistake {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  const whole = { position: null, path: '', expected: 'a file with a chain' }
  const named = 'name another with --chain FILE'
  if (code === 'ENOENT')
    return { ...whole, found: 'no such file', advice: `write one with: mta-chain init, or ${named}` }
  if (code === 'EISDIR') return { ...whole, found: 'a folder', advice: named }
  return { ...whole, found: `a file that can't be read (${code})`, advice: null }
}

/** Reads JSON with comments. */
export function readChainText(text: string): ReadChain | Refused {
  const document = readDocument(text)
  const { value, syntax, duplicates } = document
  if (value === undefined) return { ok: false, mistakes: syntax.length > 0 ? syntax : [empty] }
  const { config, flaws } = judge(value)
  const mistakes = flaws.map(flaw => mistakeOf(flaw, document.position(flaw.path, flaw.at)))
  const all = [...syntax, ...duplicates, ...mistakes.filter(mistake => !isConsequence(mistake, syntax))]
  return config && all.length === 0 ? { ok: true, config } : { ok: false, mistakes: all }
}

const empty: Mistake = {
  position: { line: 1, column: 1 },
  path: '',
  found: 'an empty file',
  expected: 'a chain',
  advice: 'mta-chain init writes one',
}

/** Beside wrong syntax, what is missing may have been skipped, and what stands on its line may have been misread. */
function isConsequence({ found, position }: Mistake, syntax: readonly Mistake[]): boolean {
  if (syntax.length === 0) return false
  return found === null || syntax.some(other => other.position?.line === position?.line)
}

/**
 * Checks a configuration that was written in code. There ports are free ones, and spool and mailbox are in memory,
 * unless it says otherwise. Mistakes have no position.
 */
export function validateChain(value: unknown): ReadChain | Refused {
  const { config, flaws } = judge(withMemoryDefaults(value))
  return config ? { ok: true, config } : { ok: false, mistakes: flaws.map(flaw => mistakeOf(flaw, null)) }
}

function withMemoryDefaults(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const given = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return { port: 0, spool: 'memory', mailbox: 'memory', ...Object.fromEntries(given) }
}

/** The configuration where there are no flaws, else null. */
function judge(value: unknown): { config: ChainConfig | null; flaws: readonly Flaw[] } {
  const checked = chainSchema.safeParse(value)
  const flaws = [
    ...(checked.error ? flawsOf(checked.error.issues, value) : []),
    ...flawsBetween(value),
    ...faultFlaws(value),
  ]
  return { config: checked.success && flaws.length === 0 ? resolveChain(checked.data) : null, flaws }
}
