/**
 * Who may ask over TCP: programs of this machine, or those that know the token; never a web page of another origin, also
 * where its name was bound to this machine's address meanwhile (DNS rebinding).
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { canonicalAddress } from '../mail/address.js'
import { type Refusal, refusal } from './route.js'

export interface Bound {
  /** Canonical. */
  readonly address: string
  readonly port: number
  /** Every request has to bring it; null where none is asked for. */
  readonly token: string | null
}

type Asking = Pick<IncomingMessage, 'headersDistinct' | 'url'>

/** Null where the request is admitted. */
export function guard(request: Asking, bound: Bound): Refusal | null {
  return wrongHost(request, bound) ?? foreign(request) ?? withoutToken(request, bound)
}

export function isLoopback(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
}

/** A name that a page was loaded by would stand here: only names that nobody can bind to something else are taken. */
function wrongHost({ headersDistinct, url = '' }: Asking, bound: Bound): Refusal | null {
  const [host, ...others] = headersDistinct['host'] ?? []
  if (host === undefined || others.length > 0) return refusal(400, 'the request does not have one Host', 'one')
  // RFC 9112 3.2.2: a whole URL goes before the Host
  if (!url.startsWith('/') && url !== '*') return refusal(421, 'the request is for another server', 'a path')
  if (fits(host, bound)) return null
  const expected = `localhost:${bound.port}, or an address of this machine with that port`
  return refusal(421, `the Host is ${JSON.stringify(host.slice(0, 100))}`, expected)
}

function fits(host: string, { address, port }: Bound): boolean {
  const [, literal, word, digits = '80'] = /^(?:\[([^[\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(host) ?? []
  if (Number(digits) !== port) return false
  if (word?.toLowerCase() === 'localhost') return true
  const named = canonicalAddress(literal ?? word ?? '')
  if (named === null || (literal === undefined && isIP(named) === 6)) return false
  // bound to all addresses of the machine, any of them is right
  return isLoopback(named) || named === address || address === '0.0.0.0' || address === '::'
}

/** RFC 6454; Fetch Metadata. Programs send neither. Another port of this machine is another origin. */
function foreign({ headersDistinct }: Asking): Refusal | null {
  const [host = ''] = headersDistinct['host'] ?? []
  const origins = headersDistinct['origin'] ?? []
  const sites = headersDistinct['sec-fetch-site'] ?? []
  const strange =
    origins.find(origin => origin.toLowerCase() !== `http://${host.toLowerCase()}`) ??
    sites.find(site => site !== 'same-origin' && site !== 'none')
  if (strange === undefined) return null
  return refusal(
    403,
    `a page of another origin asks (${JSON.stringify(strange.slice(0, 100))})`,
    'a program, or no page',
  )
}

function withoutToken({ headersDistinct }: Asking, { token }: Bound): Refusal | null {
  if (token === null) return null
  const [given = '', ...others] = headersDistinct['authorization'] ?? []
  const [, brought = ''] = /^Bearer +(\S+)$/i.exec(given) ?? []
  if (others.length === 0 && timingSafeEqual(digest(brought), digest(token))) return null
  return refusal(401, given === '' ? 'the token is missing' : 'the token is another one', 'Authorization: Bearer TOKEN')
}

/** Of one length, whatever is brought. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
