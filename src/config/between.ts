/**
 * What no MTA's entry tells alone: whether its name, hostname and socket are its own, whether its neighbour can reach
 * it, whether other machines can.
 */
import { type Flaw, type Path, shown, valueAt } from './mistake.js'
import { familyOf, isLoopback, isUnspecified } from './names.js'
import { type Outline, type OutlineMta, readOutline } from './outline.js'

/** Judges what can be read of the value; the rest is the schema's to report. */
export function flawsBetween(value: unknown): Flaw[] {
  const outline = readOutline(value)
  const found = [
    ...outline.mtas.flatMap(exposureFlaws),
    ...nameFlaws(outline),
    ...hostnameFlaws(outline),
    ...socketFlaws(outline),
    ...outline.mtas.flatMap(familyFlaws),
  ]
  return found.map(({ path, expected, advice }) => ({
    path,
    at: 'value',
    found: shown(valueAt(value, path)),
    expected,
    advice,
  }))
}

interface Clash {
  readonly path: Path
  readonly expected: string
  readonly advice: string
}

function exposureFlaws({ address, exposed }: OutlineMta, index: number): Clash[] {
  if (address === null || isLoopback(address)) return []
  const path = ['mtas', index, 'address']
  if (isUnspecified(address)) {
    const expected = 'the address of one interface'
    return [{ path, expected, advice: 'an MTA stamps and relays with the address that it listens on' }]
  }
  // null: what stands there is reported by itself
  if (exposed === true || exposed === null) return []
  const expected = 'an IP address in 127.0.0.0/8 or ::1'
  return [{ path, expected, advice: 'with "exposed": true the MTA takes mail from other machines' }]
}

function nameFlaws({ mtas }: Outline): Clash[] {
  return repetitions(mtas, mta => mta.name?.toLowerCase() ?? null).map(({ index, first }) => ({
    path: ['mtas', index, 'name'],
    expected: 'a name that no other MTA has, upper and lower case being the same',
    advice: `mtas[${first}] has it already`,
  }))
}

function hostnameFlaws({ mtas, domain }: Outline): Clash[] {
  const hostnameOf = ({ name, hostname }: OutlineMta) => {
    if (hostname !== undefined) return hostname
    return name === null || domain === null ? null : `${name}.${domain}`
  }
  const given = (index: number) => mtas[index]?.hostname !== undefined
  return (
    repetitions(mtas, mta => hostnameOf(mta)?.toLowerCase() ?? null)
      // two that are made of names are the same where the names are: reported there
      .filter(({ index, first }) => given(index) || given(first))
      .map(({ index, first, key }) => ({
        path: ['mtas', index, given(index) ? 'hostname' : 'name'],
        expected: 'a hostname that no other MTA has, upper and lower case being the same',
        advice: `mtas[${first}] is ${key} already`,
      }))
  )
}

function socketFlaws({ mtas, port }: Outline): Clash[] {
  const socketOf = (mta: OutlineMta) => {
    const own = mta.port === undefined ? port : mta.port
    // port 0 is another free port for each
    return mta.address === null || own === null || own === 0 ? null : `${mta.address} port ${own}`
  }
  return repetitions(mtas, socketOf).map(({ index, first, key }) => ({
    path: ['mtas', index, 'address'],
    expected: 'an address and port that no other MTA has',
    advice: `mtas[${first}] listens on ${key} already`,
  }))
}

function familyFlaws({ address }: OutlineMta, index: number, mtas: readonly OutlineMta[]): Clash[] {
  const before = mtas[index - 1]?.address ?? null
  if (before === null || address === null || familyOf(before) === familyOf(address)) return []
  const family = familyOf(before) === 'ipv4' ? 'IPv4' : 'IPv6'
  return [
    {
      path: ['mtas', index, 'address'],
      expected: `an ${family} address as mtas[${index - 1}] has`,
      advice: `a socket bound to ${before} can't reach ${address} (EINVAL)`,
    },
  ]
}

/** The MTAs whose key an earlier one has; null is nobody's key. */
function repetitions(mtas: readonly OutlineMta[], keyOf: (mta: OutlineMta) => string | null) {
  const firsts = new Map<string, number>()
  return mtas.flatMap((mta, index) => {
    const key = keyOf(mta)
    if (key === null) return []
    const first = firsts.get(key)
    if (first !== undefined) return [{ index, first, key }]
    firsts.set(key, index)
    return []
  })
}
