/**
 * What the library says when something does not go well.
 */
import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type ChainInput, StartError, startChain, UndeliveredError } from '../../src/index.js'
import { port, workspace } from '../cli/support/workspace.js'
import { freshAddress } from '../support/fresh-address.js'

const mail = { from: 'a@example.test', to: 'b@example.test', text: 'Hi' }

async function startError(chain: string | ChainInput): Promise<StartError> {
  const error = await startChain(chain).catch((thrown: unknown) => thrown)
  if (!(error instanceof StartError)) throw new Error('it started')
  return error
}

describe('startChain rejects with a StartError', () => {
  it('with every mistake of an object', async () => {
    const { problem, message } = await startError({ mtas: [{ name: 'a b', address: '192.0.2.1' }], domain: '-' })
    expect(problem).toMatchObject({ kind: 'configuration', file: null })
    expect(message.split('\n')).toEqual([
      expect.stringContaining('domain: found "-", expected a domain name'),
      expect.stringContaining('mtas[0].name: found "a b", expected a name'),
      expect.stringContaining('mtas[0].address: found "192.0.2.1", expected '),
      '3 mistakes in the chain',
    ])
  })

  it('for a file that is not there', async () => {
    const { problem, message } = await startError('/nowhere/chain.json')
    expect(problem).toMatchObject({ kind: 'configuration', file: '/nowhere/chain.json' })
    expect(message).toContain('no such file')
  })

  it('where an MTA can not listen, and the others do not listen either', async () => {
    const [free, taken] = [freshAddress(), freshAddress()]
    const server = createServer()
    await new Promise<void>(resolve => server.listen(port, taken, resolve))
    onTestFinished(() => void server.close())
    const mtas = [free, taken].map((address, at) => ({ name: `mta-${at}`, address, port }))
    const { problem, message } = await startError({ mtas })
    expect(problem).toMatchObject({ kind: 'listen', mta: { name: 'mta-1' }, code: 'EADDRINUSE' })
    expect(message).toContain(`mta-1 can't listen on ${taken} port ${port}`)
    const refused = connect(port, free)
    await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('where another chain runs on the folder', async () => {
    const { chain } = await workspace()
    await using running = await startChain(chain)
    expect(running.mtas).toHaveLength(2)
    expect((await startError(chain)).problem).toMatchObject({ kind: 'locked', pid: process.pid })
  })
})

describe('a message', () => {
  it('that the first MTA refuses is told by send', async () => {
    await using chain = await startChain({ mtas: [{ name: 'only', address: freshAddress(), recipients: [] }] })
    const error = await chain.send(mail).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UndeliveredError)
    expect(error).toMatchObject({
      mta: 'only',
      recipient: 'b@example.test',
      message: expect.stringMatching(/^not delivered to b@example\.test: at only: 550 5\.7\.1 .* \(at rcpt\)$/),
    })
  })

  it('that a later MTA refuses is told by delivered', async () => {
    const last = { name: 'last', address: freshAddress(), recipients: [] }
    await using chain = await startChain({ mtas: [{ name: 'first', address: freshAddress() }, last] })
    const sent = await chain.send(mail)
    await expect(sent.delivered()).rejects.toMatchObject({
      name: 'UndeliveredError',
      mta: 'first',
      message: expect.stringMatching(/: at first: 550 5\.7\.1 /),
    })
  })

  it('without a recipient, or with one that is no address, is a TypeError', async () => {
    await using chain = await startChain({ mtas: [{ name: 'only', address: freshAddress() }] })
    await expect(chain.send({ from: 'a@example.test', text: 'Hi' })).rejects.toThrow(TypeError)
    const envelope = { from: null, to: 'nobody@' }
    await expect(chain.send({ envelope, content: '' })).rejects.toThrow('not a mail address: nobody@')
  })

  it('under way when the chain is closed is told where it is', async () => {
    const last = { name: 'last', address: freshAddress(), limits: { connections: 1 } }
    const chain = await startChain({ mtas: [{ name: 'first', address: freshAddress() }, last] })
    // the only session that the last MTA allows: mail for it waits
    const only = connect(chain.mtas[1]?.port ?? 0, last.address)
    onTestFinished(() => void only.destroy())
    await once(only, 'data')
    const sent = await chain.send(mail)
    const delivered = sent.delivered()
    await chain.close()
    await expect(delivered).rejects.toMatchObject({ name: 'UndeliveredError', mta: 'first', recipient: mail.to })
  })

  it('is refused by a chain that is closed', async () => {
    const chain = await startChain({ mtas: [{ name: 'only', address: freshAddress() }] })
    await chain.close()
    await expect(chain.send(mail)).rejects.toBeInstanceOf(UndeliveredError)
  })
})

describe('close', () => {
  it('is one stop, however often it is called', async () => {
    const chain = await startChain({ mtas: [{ name: 'only', address: freshAddress() }] })
    const first = chain.close()
    expect(chain.close()).toBe(first)
    await first
    await chain.close()
  })

  it('keeps the state of a chain from a file, and gives its folder back', async () => {
    const { chain: file, path } = await workspace()
    const before = await startChain(file)
    await (await before.send(mail)).delivered()
    await before.close()
    await access(path('.mta-chain/mailbox/b@example.test/new'))
    await using after = await startChain(file)
    expect(after.leftovers).toMatchObject({ setAside: [], homeless: [] })
  })
})
