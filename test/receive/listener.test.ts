import net, { type Server } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { connect } from '../support/raw-client.js'
import { address, start } from './recording-listener.js'
import { sendMessage } from './talk.js'

describe('a listener', () => {
  it('listens on its own address only', async () => {
    const { port, client } = await start()
    expect((await (await client()).command('NOOP')).code).toBe(250)
    await expect(connect({ host: '127.0.0.40', port })).rejects.toThrow('ECONNREFUSED')
  })

  it('shares a port with another one that has another address', async () => {
    const { port } = await start()
    const other = await start({ port, address: '127.0.0.40', hostname: 'other.chain.test' })
    const client = await connect({ host: '127.0.0.40', port: other.port })
    onTestFinished(() => client.reset())
    expect((await client.reply()).lines).toEqual(['220 other.chain.test ESMTP'])
  })

  it.each([
    ['a port that is taken', async () => ({ port: (await start()).port }), 'EADDRINUSE'],
    ['an address that is not of this machine', async () => ({ address: '192.0.2.1' }), 'EADDRNOTAVAIL'],
  ])('says what is wrong with %s', async (_what, different, code) => {
    await expect(start(await different())).rejects.toMatchObject({ code })
  })

  it('goes on after an accept that failed', async () => {
    const made = vi.spyOn(net, 'createServer')
    const { greeted, record } = await start()
    const server: Server | undefined = made.mock.results[0]?.value
    made.mockRestore()
    server?.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }))
    expect(server?.listening).toBe(true)
    expect(await sendMessage(await greeted(), 'S: 1\r\n')).toBe('250 2.0.0 Ok: queued')
    expect(record.taken[0]?.transaction.client.address).toBe('127.0.0.1')
  })

  it('names the client by its socket, not by what it says', async () => {
    const { port, record } = await start()
    const client = await connect({ host: address, port, localAddress: '127.0.0.99' })
    onTestFinished(() => client.reset())
    await client.reply()
    expect((await client.command('EHLO [192.0.2.1]')).lines[0]).toBe('250-mta.chain.test greets [127.0.0.99]')
    await sendMessage(client, 'S: 1\r\n')
    expect(record.taken[0]?.transaction.client).toMatchObject({ address: '127.0.0.99', helo: '[192.0.2.1]' })
  })
})
