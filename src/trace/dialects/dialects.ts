/**
 * All dialects, and which one a field is written in.
 */
import type { Parts } from '../parts.js'
import type { Sight } from '../sight.js'
import { delivery, unmarkedDelivery } from './delivery.js'
import type { Dialect } from './dialect.js'
import { gateways, unmarkedGateways } from './gateways.js'
import { providers, unmarkedProviders } from './providers.js'
import { lastResorts, servers, unmarked } from './servers.js'

// a provider's own names go before the server software that it runs
const marked: readonly Dialect[] = [...providers, ...servers, ...delivery, ...gateways]
const others: readonly Dialect[] = [
  ...unmarkedProviders,
  ...unmarked,
  ...unmarkedDelivery,
  ...unmarkedGateways,
  ...lastResorts,
]

/** Marks are looked up by their first characters. */
const keyLength = 3
const byMark = index(dialect => dialect.marks, keyLength)
const byHost = index(dialect => dialect.hosts)

/** Null where the field has no marks of a program that is known here. */
export function dialectOf(sight: Sight): Dialect | null {
  const host = pick(byHost.get(hostOf(sight)), sight)
  const named = marksIn(sight)
  // the service has its name, but what the words mean only the program that it runs tells
  if (host && named) return named.name === host.name ? named : asRunBy(host, named)
  return host ?? named ?? pickMarked(sight.protocol, sight) ?? pick(others, sight)
}

function asRunBy({ name }: Dialect, { from, says3848 }: Dialect): Dialect {
  return { name, ...(from ? { from } : {}), ...(says3848 ? { says3848 } : {}) }
}

/** Clauses whose comments are the program's own; others hold what clients say: HELO, recipients. */
const ownClauses = ['by', 'with', 'id', 'tls'] as const

/** By the program's comments, and by those that stand instead of clauses. */
function marksIn(sight: Sight): Dialect | null {
  const { clauses } = sight
  const leading = markIn(sight, 0, clauses.all[0]?.part ?? clauses.end)
  if (leading) return leading
  for (const keyword of ownClauses) {
    const clause = clauses.firsts[keyword]
    const found = clause ? markIn(sight, clause.part + 1, clause.end) : null
    if (found) return found
  }
  return null
}

function markIn(sight: Sight, part: number, end: number): Dialect | null {
  const { parts } = sight.clauses
  let isBehindSender = false
  for (let at = part; at < end; at++) {
    if (!parts.isComment(at)) continue
    const text = parts.textOf(at)
    const dialect = pickMarked(text, sight) ?? pickMarked(plainText(parts, at), sight)
    // what stands behind the sender's path may be the sender's
    if (dialect && (!isBehindSender || dialect.marksBehindSender)) return dialect
    isBehindSender ||= text.startsWith('(envelope-')
  }
  return null
}

/** The comment without inner ones and folding; empty where it has none. */
function plainText(parts: Parts, part: number): string {
  const said = parts.said(part)
  return said.length === parts.end(part) - parts.start(part) - 2 ? '' : `(${said})`
}

function pickMarked(text: string, sight: Sight): Dialect | null {
  const dialects = text === '' ? undefined : byMark.get(text.slice(0, keyLength))
  if (dialects) {
    for (const dialect of dialects) {
      if (dialect.marks?.some(mark => text.startsWith(mark)) && (!dialect.fits || dialect.fits(sight))) return dialect
    }
  }
  return null
}

function pick(dialects: readonly Dialect[] | undefined, sight: Sight): Dialect | null {
  if (dialects) for (const dialect of dialects) if (!dialect.fits || dialect.fits(sight)) return dialect
  return null
}

/** The last two labels of the name after `by`, in lower case. */
function hostOf({ clauses }: Sight): string {
  const name = clauses.value('by') ?? ''
  const dot = name.lastIndexOf('.', name.lastIndexOf('.') - 1)
  return name.slice(dot + 1).toLowerCase()
}

function index(
  texts: (dialect: Dialect) => readonly string[] | undefined,
  length?: number,
): ReadonlyMap<string, readonly Dialect[]> {
  const found = new Map<string, Dialect[]>()
  for (const dialect of marked) {
    for (const key of new Set(texts(dialect)?.map(text => text.slice(0, length)))) {
      found.set(key, [...(found.get(key) ?? []), dialect])
    }
  }
  return found
}
