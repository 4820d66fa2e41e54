/**
 * IPv6 addresses as eight numbers, and back in the one spelling of RFC 5952. What is no address gives null.
 */

const groupsOfAddress = 8

/** Reads the forms of RFC 4291 2.2; a zone is no part of the address and is left away. */
export function parseIPv6(text: string): readonly number[] | null {
  const zone = text.indexOf('%')
  const bare = zone === -1 ? text : text.slice(0, zone)
  const gap = bare.indexOf('::')
  if (gap === -1) return complete(readGroups(bare, true))
  const before = readGroups(bare.slice(0, gap), false)
  const after = readGroups(bare.slice(gap + 2), true)
  if (!before || !after) return null
  const missing = groupsOfAddress - before.length - after.length
  return missing < 1 ? null : [...before, ...Array<number>(missing).fill(0), ...after]
}

function complete(groups: number[] | null): number[] | null {
  return groups?.length === groupsOfAddress ? groups : null
}

/** Groups parted by colons, the address's last two of which may be written as IPv4; null for anything else. */
function readGroups(text: string, isLast: boolean): number[] | null {
  if (text === '') return []
  const groups: number[] = []
  let start = 0
  while (start <= text.length) {
    const colon = text.indexOf(':', start)
    const group = text.slice(start, colon === -1 ? text.length : colon)
    const numbers = isLast && colon === -1 && group.includes('.') ? readIPv4(group) : readGroup(group)
    if (!numbers || groups.length > groupsOfAddress) return null
    groups.push(...numbers)
    if (colon === -1) return groups
    start = colon + 1
  }
  return null
}

function readGroup(group: string): number[] | null {
  return /^[\da-f]{1,4}$/i.test(group) ? [Number.parseInt(group, 16)] : null
}

function readIPv4(text: string): number[] | null {
  const octets = text.split('.').map(octet => (/^(?:0|[1-9]\d{0,2})$/.test(octet) ? Number(octet) : 256))
  const [a = 0, b = 0, c = 0, d = 0] = octets
  return octets.length === 4 && octets.every(octet => octet < 256) ? [a * 256 + b, c * 256 + d] : null
}

/** RFC 5952 4: in lower case, no leading zeros, the first longest run of two zero groups or more as "::". */
export function formatIPv6(groups: readonly number[]): string {
  const [start, length] = longestZeros(groups)
  const words = groups.map(group => group.toString(16))
  if (length < 2) return words.join(':')
  return `${words.slice(0, start).join(':')}::${words.slice(start + length).join(':')}`
}

function longestZeros(groups: readonly number[]): [start: number, length: number] {
  let [start, length] = [0, 0]
  for (let at = 0; at < groups.length; at++) {
    const from = at
    while (groups[at] === 0) at++
    if (at - from > length) [start, length] = [from, at - from]
  }
  return [start, length]
}

/** The IPv4 address that an IPv4-mapped one (RFC 4291 2.5.5.2) stands for; null for every other. */
export function mappedIPv4(groups: readonly number[]): string | null {
  const [high = 0, low = 0] = groups.slice(6)
  const isMapped = groups[5] === 0xffff && groups.slice(0, 5).every(group => group === 0)
  return isMapped ? `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}` : null
}
