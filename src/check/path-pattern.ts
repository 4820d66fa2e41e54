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
  | { readonly kind: 'one' }
  | { readonly kind: 'many'; readonly least: 0 | 1 }

const wildcards: Readonly<Record<string, Step>> = {
  '?': { kind: 'one' },
  '*': { kind: 'many', least: 1 },
  '**': { kind: 'many', least: 0 },
}

/** Throws a TypeError that says what is wrong where the pattern is none. */
export function parsePathPattern(pattern: string): Step[] {
  const words = pattern.split(/[>→,]/).map(word => word.trim())
  if (words.some(word => word === '' || /\s/.test(word))) {
    throw new TypeError(`${JSON.stringify(pattern)} is no path: expected names, hostnames or addresses, as a > * > c`)
  }
  return words.map(word => wildcards[word] ?? { kind: 'hop', text: word })
}

/** True where the word names this hop. */
export function namesHop(word: string, { mta, by }: KnownHop): boolean {
  const address = canonicalAddress(word.replace(/^\[(.*)\]$/, '$1'))
  if (address !== null && address === by.address) return true
  return [mta, by.name, by.address].some(known => known !== null && matchesInAnyCase(word, known))
}

/** True where the hops, oldest first, are such a path from its first step to its last. Takes no longer than both lengths multiplied. */
export function matchesPath(steps: readonly Step[], hops: readonly KnownHop[]): boolean {
  // how many hops the steps so far may have used, ascending
  let used = [0]
  for (const step of steps) used = after(step, used, hops)
  return used.includes(hops.length)
}

function after(step: Step, used: readonly number[], hops: readonly KnownHop[]): number[] {
  switch (step.kind) {
    case 'hop':
      return used.filter(at => hops[at] && namesHop(step.text, hops[at])).map(at => at + 1)
    case 'one':
      return used.filter(at => at < hops.length).map(at => at + 1)
    case 'many': {
      const least = (used[0] ?? Number.POSITIVE_INFINITY) + step.least
      return Array.from({ length: Math.max(hops.length - least + 1, 0) }, (_, more) => least + more)
    }
  }
}
