/**
 * `up --http`: where the running chain answers HTTP.
 */
import type { Chain } from '../chain/chain.js'
import type { Controlled } from '../control/controlled.js'
import { isLoopback } from '../control/guard.js'
import { type HttpPlace, openHttp } from '../control/http.js'
import { canonicalAddress } from '../mail/address.js'
import { endpoint } from '../report/text.js'
import { CommandFailure } from './exit.js'

interface HttpOptions {
  readonly http?: string
  readonly httpToken?: string
}

export interface OpenHttp {
  readonly url: string
  close(): Promise<void>
}

// RFC 6750 2.1
const tokenPattern = /^[A-Za-z0-9._~+/-]+=*$/

/** Null where nobody asked for it. Fails with a sentence for what is no place, and for one that would be open to others. */
export function httpPlace({ http, httpToken }: HttpOptions): HttpPlace | null {
  if (http === undefined && httpToken === undefined) return null
  if (http === undefined)
    throw new CommandFailure(2, '--http-token: expected --http beside it, which says where HTTP is answered')
  const { address, port } = readPlace(http)
  // one that is empty is none: a shell's variable that was never set is no token
  const token = httpToken ?? (process.env['MTA_CHAIN_HTTP_TOKEN'] || null)
  if (token !== null && !tokenPattern.test(token)) {
    const whose = httpToken === undefined ? 'MTA_CHAIN_HTTP_TOKEN' : '--http-token'
    const expected = 'letters, digits and any of . _ ~ + / - in it, as openssl rand -hex 16 prints'
    throw new CommandFailure(2, `${whose}: expected ${expected}`)
  }
  if (token === null && !isLoopback(address)) {
    const mend = `--http 127.0.0.1:${port}, or a token: --http-token TOKEN, or MTA_CHAIN_HTTP_TOKEN in the environment`
    throw new CommandFailure(
      2,
      `--http: ${address} is outside loopback, where others could use the chain: expected ${mend}`,
    )
  }
  return { address, port, token }
}

/** "8025", "127.0.0.1:8025", "[::1]:8025", "localhost:8025". */
function readPlace(text: string): { readonly address: string; readonly port: number } {
  const [, literal, word, digits] = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?(\d{1,5})$/.exec(text) ?? []
  const named = literal ?? (word === undefined || word.toLowerCase() === 'localhost' ? '127.0.0.1' : word)
  const [address, port] = [canonicalAddress(named), Number(digits ?? Number.NaN)]
  if (address !== null && port <= 65_535) return { address, port }
  const expected = 'as 127.0.0.1:8025, [::1]:8025, or a port alone'
  throw new CommandFailure(2, `--http: ${JSON.stringify(text)} is no ADDRESS:PORT, expected ${expected}`)
}

/** The chain is closed where it can't be opened. */
export async function openHttpOrFail(place: HttpPlace, asked: Controlled, chain: Chain): Promise<OpenHttp> {
  const opened = await openHttp(place, asked)
  if (!('problem' in opened))
    return { url: `http://${endpoint(place.address, opened.port)}/`, close: () => opened.close() }
  await chain.close()
  throw new CommandFailure(3, whyNot(place, opened.problem))
}

function whyNot({ address, port }: HttpPlace, code: string): string {
  const where = `HTTP can't be answered on ${endpoint(address, port)}`
  switch (code) {
    case 'EADDRINUSE':
      return `${where}: another program listens there. Use another port, or find it with: lsof -nP -iTCP:${port} -sTCP:LISTEN`
    case 'EADDRNOTAVAIL':
      return `${where}: this machine does not have that address. Use 127.0.0.1:${port}`
    case 'EACCES':
      return `${where}: no right to ports below 1024. Use 127.0.0.1:8025`
    default:
      return `${where}: ${code}`
  }
}
