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

/** True where the word names this hop. */
export function namesHop(word: string, { mta, by }: KnownHop): boolean {
  const address = canonicalAddress(word)
  if (address !== null && address === by.address) return true
  return [mta, by.name, by.address].some(known => known !== null && matchesInAnyCase(word, known))
}

/** True where the hops, oldest first, are such a path from its first step to its last. Quadratic in the length at most. */
export function matchesPath(steps: readonly Step[], hops: readonly KnownHop[]): boolean {
  // how many hops the steps so far may have used
  let used = new Set([0])
  for (const step of steps) {
    const next = new Set<number>()
    for (const at of used) for (const end of endsOf(step, at, hops)) next.add(end)
    used = next
  }
  return used.has(hops.length)
}

function endsOf(step: Step, at: number, hops: readonly KnownHop[]): number[] {
  if (step.kind === 'hop') {
    const hop = hops[at]
    return hop && namesHop(step.text, hop) ? [at + 1] : []
  }
  const most = Math.min(hops.length - at, step.most)
  return Array.from({ length: Math.max(most - step.least + 1, 0) }, (_, more) => at + step.least + more)
}
