/**
 * Writing to a socket so that the test knows when, and in which segments, the octets left.
 */
import type { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'

/** Resolves when the system has taken the octets; rejects where the connection is gone. */
export function write(socket: Socket, octets: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(octets, error => (error ? reject(error) : resolve()))
  })
}

/** Each octet in a TCP segment of its own (the socket has noDelay), and a turn of the event loop for whoever reads it here. */
export async function writeOctetByOctet(
  socket: Socket,
  octets: string | Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  // From here on every turn begins after the loop's poll for I/O: the reader has the last octet before the next one leaves
  await turn()
  for (const octet of Buffer.from(octets)) {
    if (signal?.aborted) return
    await write(socket, Uint8Array.of(octet))
    await turn()
  }
}
