import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connect, type RawClient, type RawClientOptions } from './raw-client.js'

interface Line {
  readonly client: RawClient
  /** The server's end of the same connection. */
  readonly socket: Socket
}

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { server, port: address.port }
}

async function connected(options: Partial<RawClientOptions> = {}): Promise<Line> {
  const { server, port } = await listen()
  const accepted = new Promise<Socket>(resolve => server.once('connection', resolve))
  const client = await connect({ host: '127.0.0.1', port, ...options })
  const socket = await accepted
  socket.on('error', () => socket.destroy())
  onTestFinished(() => void socket.destroy())
  onTestFinished(() => client.reset())
  return { client, socket }
}

describe('connect', () => {
  test('comes from the given address', async () => {
    const { socket } = await connected({ localAddress: '127.0.0.77' })
    expect(socket.remoteAddress).toBe('127.0.0.77')
  })

  test('rejects where nobody listens', async () => {
    const { server, port } = await listen()
    server.close()
    await expect(connect({ host: '127.0.0.1', port })).rejects.toThrow('ECONNREFUSED')
  })
})

describe('reply', () => {
  test('reads code, enhanced code, lines and text', async () => {
    const { client, socket } = await connected()
    socket.write('452 4.5.3 Too many recipients\r\n')
    expect(await client.reply()).toEqual({
      code: 452,
      enhanced: '4.5.3',
      lines: ['452 4.5.3 Too many recipients'],
      text: 'Too many recipients',
    })
  })

  test('waits for the last line of a reply that comes in pieces, and leaves the next reply alone', async () => {
    const { client, socket } = await connected()
    const reply = client.reply()
    for (const piece of ['250-peer.test\r\n25', '0-SIZE 1000\r', '\n250 8BITMIME', '\r\n354 Go\r\n']) {
      await new Promise(resolve => socket.write(piece, resolve))
    }
    expect(await reply).toMatchObject({
      code: 250,
      enhanced: null,
      lines: ['250-peer.test', '250-SIZE 1000', '250 8BITMIME'],
    })
    expect((await client.reply()).code).toBe(354)
  })

  test.each(['Hello\r\n', '250 one\n250 two\r\n', '250-one\r\n251 two\r\n'])('refuses %j', async text => {
    const { client, socket } = await connected()
    socket.write(text)
    await expect(client.reply()).rejects.toThrow('this is no reply')
  })

  test('rejects after its time with what was received, and reads on afterwards', async () => {
    const { client, socket } = await connected({ patience: 50 })
    socket.write('250-peer.test\r\n250')
    await expect(client.reply()).rejects.toThrow(
      String.raw`waited 50 ms in vain for a complete reply; received so far: "250-peer.test\r\n250"`,
    )
    socket.write(' SIZE\r\n')
    expect((await client.reply()).lines).toHaveLength(2)
  })

  test('rejects at once where the connection ends first', async () => {
    const { client, socket } = await connected()
    socket.end('421-4.3.2 Going')
    await expect(client.reply()).rejects.toThrow('ended before a complete reply; received so far: "421-4.3.2 Going"')
  })
})

describe('writing', () => {
  test('command sends one line and reads one reply', async () => {
    const { client, socket } = await connected()
    socket.once('data', octets => socket.write(`250 You said ${octets.toString().trimEnd()}\r\n`))
    expect((await client.command('NOOP')).text).toBe('You said NOOP')
  })

  test('writeOctetByOctet sends each octet in a segment of its own', async () => {
    const { client, socket } = await connected()
    const segments: string[] = []
    socket.on('data', octets => segments.push(octets.toString('latin1')))
    await client.writeOctetByOctet(Uint8Array.of(0x45, 0x48, 0xff, 0x0d, 0x0a))
    await client.end()
    await once(socket, 'end')
    expect(segments).toEqual(['E', 'H', '\xff', '\r', '\n'])
  })

  test('write rejects where the other side takes nothing any more', async () => {
    const { client, socket } = await connected({ patience: 50 })
    socket.pause()
    await expect(client.write(Buffer.alloc(32 * 1024 * 1024))).rejects.toThrow('waited 50 ms in vain for the octets')
  })
})

describe('the end', () => {
  test('end() leaves the other direction open', async () => {
    const { client, socket } = await connected()
    socket.resume().once('end', () => socket.end('221 Bye\r\n'))
    await client.end()
    expect((await client.reply()).code).toBe(221)
    expect(await client.closed).toEqual({ error: null })
  })

  test('reset() breaks the connection off', async () => {
    const { client, socket } = await connected()
    const failure = once(socket.resume(), 'error')
    await client.reset()
    expect(await failure).toMatchObject([{ code: 'ECONNRESET' }])
  })

  test('closed tells of a reset', async () => {
    const { client, socket } = await connected()
    socket.resetAndDestroy()
    expect(await client.closed).toEqual({ error: 'ECONNRESET' })
  })

  test('closed rejects where the connection stays open', async () => {
    const { client } = await connected({ patience: 50 })
    await expect(client.closed).rejects.toThrow('waited 50 ms in vain for the connection to close')
  })
})
