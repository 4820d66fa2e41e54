/**
 * How tests name hops: by the MTA's name, its hostname, its address, or a pattern for any of them.
 */
import { types } from 'node:util'
import { nearest } from '../config/nearest.js'
import { type KnownHop, namesHop } from '../check/path-pattern.js'
import { matches, shown } from './asymmetric.js'
import type { Message } from './mail.js'
import type { Way } from './way.js'

/** "*" in a longer word stands for any characters. */
export type HopName = string | RegExp

export function isNamed(name: HopName, hop: KnownHop): boolean {
  if (typeof name === 'string') return namesHop(name, hop)
  return [hop.mta, hop.by.name, hop.by.address].some(known => known !== null && matches(name, known))
}

/**
 * Throws a TypeError for what is no name, and for a name that neither an MTA of the chain nor a hop of the message has: a
 * mistake must not pass as a "not".
 */
export function requireNames(names: readonly unknown[], { chain, path }: Message, way: Way): void {
  const hops = path?.hops.map(({ mta, hostname, address }) => ({ name: mta, hostname, address })) ?? null
  requireMtas(names, chain?.config.mtas ?? hops, [...way.hops, ...way.unbelieved])
}

interface NamedMta {
  readonly name: string
  readonly hostname: string | null
  readonly address: string | null
}

/** The same; `mtas` is null where nobody told which there are. */
export function requireMtas(
  names: readonly unknown[],
  mtas: readonly NamedMta[] | null,
  hops: readonly KnownHop[] = [],
): void {
  for (const name of names) if (!isName(name)) throw new TypeError(`expected the name of an MTA, found ${shown(name)}`)
  if (!mtas) return
  const known = [
    ...mtas.map(({ name, hostname, address }) => ({ mta: name, by: { name: hostname, address } })),
    ...hops,
  ]
  for (const name of names) {
    if (typeof name !== 'string' || known.some(hop => namesHop(name, hop))) continue
    const words = mtas.map(mta => mta.name)
    const meant = nearest(name, words)
    const advice = meant === null ? '' : `: did you mean ${meant}?`
    throw new TypeError(`the chain has no MTA ${JSON.stringify(name)}, only ${words.join(', ')}${advice}`)
  }
}

function isName(name: unknown): name is HopName {
  return types.isRegExp(name) || (typeof name === 'string' && name !== '')
}
