/**
 * A matcher for one hop: some hop of the way is as it is said, in all that is said.
 */
import { types } from 'node:util'
import { canonicalAddress } from '../mail/address.js'
import { matchesInAnyCase } from '../mail/glob.js'
import { quoted } from '../report/text.js'
import { type Asymmetric, fits, fitsKnown, isAsymmetric, shown } from './asymmetric.js'
import { type Against, type Message, messageOf } from './mail.js'
import { requireNames } from './names.js'
import type { Result } from './result.js'
import { listed, notes } from './side-by-side.js'
import { type TravelledHop, type Way, wayOf } from './way.js'

/** A text (in any case), a pattern, null for what the field does not tell, or an asymmetric matcher as `any`. */
export type Value = string | RegExp | null | Asymmetric

/** All that is given must fit. */
export interface ExpectedFacts {
  /** Who received it: an MTA's name, hostname or address. */
  readonly by?: Value | { readonly name?: Value; readonly address?: Value } | undefined
  /** Who handed it on: an MTA's name, what it said in HELO, its name or its address. */
  readonly from?: Value | { readonly helo?: Value; readonly name?: Value; readonly address?: Value } | undefined
  /** The protocol, as ESMTPS. */
  readonly with?: Value | undefined
  /** Whether it was encrypted, or by what: version, cipher. */
  readonly tls?: boolean | Value | { readonly version?: Value; readonly cipher?: Value } | undefined
  readonly id?: Value | undefined
  readonly for?: Value | undefined
  readonly via?: Value | undefined
  /** The program whose way of writing the field is in, as `postfix`. */
  readonly dialect?: Value | undefined
}

type Told = string | boolean | null

/** What a field tells of each, and the words by which it may be named. */
interface Fact {
  readonly words: readonly Told[]
  readonly parts?: Readonly<Record<string, string | null>>
}

function factsOf(hop: TravelledHop): Readonly<Record<keyof ExpectedFacts, Fact>> {
  const { received, mta, by, sender } = hop
  const { helo, name, address } = received.from
  const { with: spoken, tls } = received
  const isEncrypted = tls !== null || (spoken?.tls ?? null)
  return {
    by: { words: [mta, by.name, by.address], parts: { name: by.name, address: by.address } },
    from: { words: [sender, helo, name, address], parts: { helo, name, address } },
    with: { words: [spoken?.protocol ?? null] },
    tls: {
      words: [isEncrypted === true, tls?.version ?? null, tls?.cipher ?? null],
      parts: { version: tls?.version ?? null, cipher: tls?.cipher ?? null },
    },
    id: { words: [received.id] },
    for: { words: [received.for] },
    via: { words: [received.via] },
    dialect: { words: [received.dialect] },
  }
}

const keys: readonly (keyof ExpectedFacts)[] = ['by', 'from', 'with', 'tls', 'id', 'for', 'via', 'dialect']
const partsOf: Readonly<Record<string, readonly string[]>> = {
  by: ['name', 'address'],
  from: ['helo', 'name', 'address'],
  tls: ['version', 'cipher'],
}

export async function toHaveHop(mail: unknown, expected: ExpectedFacts, against?: Against): Promise<Result> {
  const wanted = requireFacts(expected)
  const message = await messageOf(mail, against)
  const way = await wayOf(message)
  requireParties(expected, message, way)
  const misfits = way.hops.map(hop => {
    const facts = factsOf(hop)
    return wanted.filter(([key, value]) => !isFact(value, facts[key], key))
  })
  const at = misfits.findIndex(({ length }) => length === 0)
  const pass = at !== -1
  return {
    pass,
    expected,
    actual: way.hops.map(factsOf),
    message: () => {
      const hop = quoted(shown(expected), 300)
      if (pass) return [`expected ${message.name} to have no hop ${hop}, its way:`, '', listed(way, at)].join('\n')
      return [
        `expected ${message.name} to have a hop ${hop}, its way:`,
        '',
        ...differencesOf(way.hops, misfits, listed(way, nearestOf(misfits))),
        ...notes(way),
      ].join('\n')
    },
  }
}

/** Who handed it on may be a client of any name: then it is one that some hop tells, or no single word. */
function requireParties({ by, from }: ExpectedFacts, message: Message, way: Way): void {
  if (typeof by === 'string') requireNames([by], message, way)
  if (typeof from !== 'string' || /[.:*[\]]/.test(from)) return
  const isTold = [...way.hops, ...way.unbelieved].some(hop => isFact(from, factsOf(hop).from, 'from'))
  if (!isTold) requireNames([from], message, way)
}

function requireFacts(expected: ExpectedFacts): [keyof ExpectedFacts, unknown][] {
  if (typeof expected !== 'object' || expected === null || isAsymmetric(expected)) {
    throw new TypeError(`expected an object as { by: 'gateway' }, found ${shown(expected)}`)
  }
  for (const [key, value] of Object.entries(expected)) {
    if (!keys.some(known => known === key)) throw new TypeError(`a hop has no ${key}, only ${keys.join(', ')}`)
    if (!isPlainObject(value)) continue
    const parts = partsOf[key] ?? []
    for (const part of Object.keys(value)) {
      if (!parts.includes(part)) throw new TypeError(`${key}: expected a text or a pattern, found ${shown(value)}`)
    }
  }
  const wanted = keys.flatMap((key): [keyof ExpectedFacts, unknown][] => {
    return expected[key] === undefined ? [] : [[key, expected[key]]]
  })
  if (wanted.length === 0) throw new TypeError(`expected some of ${keys.join(', ')}, found nothing`)
  return wanted
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isAsymmetric(value) && !types.isRegExp(value)
}

function isFact(value: unknown, { words, parts = {} }: Fact, key: keyof ExpectedFacts): boolean {
  if (value === null) return words.every(word => word === null || word === false)
  if (isAsymmetric(value)) return fitsKnown(value, knownOf({ words, parts }))
  if (isPlainObject(value)) {
    return Object.entries(value).every(([part, each]) => each === undefined || fits(each, parts[part] ?? null))
  }
  if (typeof value === 'string' && (key === 'by' || key === 'from')) {
    return words.some(word => typeof word === 'string' && isParty(value, word))
  }
  return words.some(word => fits(value, word))
}

/** What is known of it: each word, and where it has parts those together. */
function knownOf({ words, parts = {} }: Fact): unknown[] {
  const together = Object.values(parts).some(part => part !== null) ? [{ ...parts }] : []
  return [...together, ...words.filter(word => word !== null)]
}

function isParty(name: string, word: string): boolean {
  return matchesInAnyCase(name, word) || (canonicalAddress(name) ?? name) === word
}

/** The hop that fits in most. */
function nearestOf(misfits: readonly (readonly unknown[])[]): number | null {
  const least = misfits.reduce((fewest, { length }) => Math.min(fewest, length), Number.POSITIVE_INFINITY)
  return misfits.length === 0 ? null : misfits.findIndex(({ length }) => length === least)
}

function differencesOf(
  hops: readonly TravelledHop[],
  misfits: readonly (readonly (readonly [keyof ExpectedFacts, unknown])[])[],
  list: string,
): string[] {
  const at = nearestOf(misfits)
  const hop = at === null ? undefined : hops[at]
  if (at === null || !hop) return [list]
  const facts = factsOf(hop)
  const differences = (misfits[at] ?? []).map(([key, value]) => {
    const found = facts[key].words.filter(word => word !== null).map(shown)
    const shortened = quoted(found.length === 0 ? 'nothing' : found.join(', '), 200)
    return `  ✗ ${key}  expected ${quoted(shown(value), 200)}, found ${shortened}`
  })
  return [list, '', `Nearest is hop ${at + 1}:`, ...differences]
}
