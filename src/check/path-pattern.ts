/**
 * Paths as people write them: "submission > * > mailbox". A hop is named by the MTA's name, its hostname or its address,
 * in any case, "*" in a longer word standing for any characters. A "*" alone is one hop or more, "?" is one, "**" is any
 * number, none included. Steps are parted by ">", "→" or ",".
 */
import { canonicalAddress } from '../mail/address.js'
import { matchesInAnyCase } from '../mail/glob.js'

/** What a hop is known by. */
export interface KnownHop {
  readonly mta: string | null
  readonly by: { readonly name: string | null; readonly address: string | null }
}

export type Step =
  | { readonly kind: 'hop'; readonly text: string }
  | { readonly kind: 'any'; readonly least: number; readonly most: number }

const wildcards: Readonly<Record<string, Step>> = {
  '?': { kind: 'any', least: 1, most: 1 },
  '*': { kind: 'any', least: 1, most: Number.POSITIVE_INFINITY },
  '**': { kind: 'any', least: 0, most: Number.POSITIVE_INFINITY },
}

/** Throws a TypeError that says what is wrong where the pattern is none. */
export function parsePathPattern(pattern: string): Step[] {
  const words = pattern.split(/[>→,]/).map(word => word.trim())
  if (words.some(word => word === '' || /\s/.test(word))) {
    throw new TypeError(`${JSON.stringify(pattern)} is no path: expected names, hostnames or addresses, as a > * > c`)
  }
  return words.map(word => wildcards[word] ?? { kind: 'hop', text: word })
}

/** The address that the word is, in brackets or not; null where it is none. */
export function addressIn(word: string): string | null {
  return canonicalAddress(word.replace(/^\[(.*)\]$/, '$1'))
}

/** True where the word names this hop. */
export function namesHop(word: string, { mta, by }: KnownHop): boolean {
  const address = addressIn(word)
  if (address !== null && address === by.address) return true
  return [mta, by.name, by.address].some(known => known !== null && matchesInAnyCase(word, known))
}

/** True where the hops, oldest first, are such a path from its first step to its last. */
export function matchesPath(steps: readonly Step[], hops: readonly KnownHop[]): boolean {
  return matchedLengths(steps, hops).at(-1) === hops.length
}

/**
 * Of how many hops, counted from the first one on, such a path may be: each number that fits, in ascending order. Time
 * grows with steps x hops: a message may bring many.
 */
export function matchedLengths(steps: readonly Step[], hops: readonly KnownHop[]): number[] {
  return steps.reduce((used, step) => endsOf(step, used, hops), [0])
}

/** `used`: how many hops the steps before may have taken. */
function endsOf(step: Step, used: readonly number[], hops: readonly KnownHop[]): number[] {
  const [fewest] = used
  if (fewest === undefined) return []
  if (step.kind === 'any' && step.most > 1) {
    const first = fewest + step.least
    return Array.from({ length: Math.max(hops.length - first + 1, 0) }, (_, more) => first + more)
  }
  return used.flatMap(at => {
    const hop = hops[at]
    return hop && (step.kind === 'any' || namesHop(step.text, hop)) ? [at + 1] : []
  })
}
