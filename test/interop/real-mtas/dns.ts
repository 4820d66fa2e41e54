/**
 * The DNS that the real MTAs ask for the names of their clients. What it does not know does not exist (NXDOMAIN); what
 * it can't read it leaves unanswered.
 */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

export interface Zone {
  readonly addresses: Readonly<Record<string, string>>
  /** Reverse: the name of an address. */
  readonly names: Readonly<Record<string, string>>
}

/** Rejects where port 53 of the address is not free, or not to be had: it takes root. */
export async function startDns(address: string, zone: Zone): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.on('message', (query, peer) => {
    const answer = answerTo(query, zone)
    if (answer) socket.send(answer, peer.port, peer.address)
  })
  socket.bind(53, address)
  await once(socket, 'listening')
  return socket
}

/** RFC 1035 4.1: header, the question as it came, and one answer or none. */
function answerTo(query: Buffer, zone: Zone): Buffer | null {
  const end = query.indexOf(0, 12) + 5
  if (end < 17 || query.length < end) return null
  const name = labels(query.subarray(12, end - 4))
    .join('.')
    .toLowerCase()
  const data = dataOf(name, query.readUInt16BE(end - 4), zone)
  const known = data !== null || Object.hasOwn(zone.addresses, name)
  const header = Buffer.from([0, 0, 0x85, known ? 0x80 : 0x83, 0, 1, 0, data ? 1 : 0, 0, 0, 0, 0])
  query.copy(header, 0, 0, 2)
  return Buffer.concat([header, query.subarray(12, end), ...(data ? [record(query.subarray(end - 4, end), data)] : [])])
}

function dataOf(name: string, type: number, { addresses, names }: Zone): Buffer | null {
  const address = Object.hasOwn(addresses, name) ? addresses[name] : undefined
  if (type === 1 && address !== undefined) return Buffer.from(address.split('.').map(Number))
  const reverse = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(name)?.slice(1).toReversed().join('.')
  const pointer = reverse === undefined || !Object.hasOwn(names, reverse) ? undefined : names[reverse]
  if (type !== 12 || pointer === undefined) return null
  return Buffer.concat(
    [...pointer.split('.'), ''].map(label => Buffer.from(`${String.fromCharCode(label.length)}${label}`)),
  )
}

/** The name by reference to the question (RFC 1035 4.1.4), type and class, a minute to live, the data. */
function record(typeAndClass: Buffer, data: Buffer): Buffer {
  const lengths = Buffer.from([0, 0, 0, 60, data.length >> 8, data.length & 0xff])
  return Buffer.concat([Buffer.from([0xc0, 12]), typeAndClass, lengths, data])
}

function labels(octets: Buffer): readonly string[] {
  const found: string[] = []
  for (let at = 0; octets[at]; at += 1 + (octets[at] ?? 0)) {
    found.push(octets.toString('latin1', at + 1, at + 1 + (octets[at] ?? 0)))
  }
  return found
}
