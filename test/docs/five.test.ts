/**
 * docs/five-ports-or-five-addresses.md claims in its table what can be told of two chains. Both run here, and what the
 * table says is asked of their messages.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'jsonc-parser'
import { spf } from 'mailauth/lib/spf/index.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { type ChainInput, check, type Received, readTrace, startChain, type Verdict } from '../../src/index.js'

interface Travelled {
  /** Of its fields, the oldest first. */
  readonly fields: readonly Received[]
  /** Of the MTAs, in travel order. */
  readonly addresses: readonly string[]
  readonly ports: readonly number[]
  readonly verdicts: readonly Verdict['verdict'][]
}

async function travel(name: string): Promise<Travelled> {
  const text = readFileSync(join(import.meta.dirname, '../../fixtures/chains', name), 'utf8')
  const input: ChainInput = parse(text)
  const mtas = input.mtas.map(mta => ({ ...mta, port: 0 }))
  const chain = await startChain({ mtas })
  try {
    const sent = await chain.send({ from: 'a@example.test', to: 'b@example.test', subject: 'Tea', text: 'At four.' })
    const [mail] = await sent.delivered()
    if (!mail) throw new Error('nothing arrived')
    const path = chain.expectedPath(mail)
    const verdicts = [await check(mail.content, path), await check(mail.content, path, { journal: chain.journal })]
    return {
      fields: readTrace(mail.content).hops.map(({ received }) => received),
      addresses: mtas.map(({ address }) => address),
      ports: chain.mtas.map(({ port }) => port),
      verdicts: verdicts.map(({ verdict }) => verdict),
    }
  } finally {
    await chain.close()
  }
}

let ports: Travelled
let addresses: Travelled
beforeAll(async () => {
  ports = await travel('five-ports.json')
  addresses = await travel('five-addresses.json')
})

const clientsOf = ({ fields }: Travelled): string[] => fields.map(({ from }) => from?.address ?? '')
const ownOf = ({ fields }: Travelled): string[] => fields.map(({ by }) => by?.address ?? '')

test('both pass, with the journal and without', () => {
  expect([...ports.verdicts, ...addresses.verdicts]).toEqual(['pass', 'pass', 'pass', 'pass'])
})

describe('of five ports and of five addresses can be told', () => {
  const distinct = (words: readonly string[]): number => new Set(words).size

  test('how many MTAs, by address: 1 and 5', () => {
    expect([ports, addresses].map(chain => distinct(ownOf(chain)))).toEqual([1, 5])
  })

  test('the port in no field', () => {
    const text = ports.fields.map(({ raw }) => Buffer.from(raw).toString('latin1')).join('')
    expect(ports.ports.filter(port => text.includes(String(port)))).toEqual([])
  })

  test('whether the client is an MTA: not, and by its address', () => {
    const isOfChain = (chain: Travelled): boolean => chain.addresses.includes(clientsOf(chain)[0] ?? '')
    expect([ports, addresses].map(isOfChain)).toEqual([true, false])
  })

  test('which field is below which: each fits each, and one alone', () => {
    const fits = (chain: Travelled): number[] =>
      clientsOf(chain)
        .slice(1)
        .map(client => ownOf(chain).filter(own => own === client).length)
    expect(fits(ports)).toEqual([5, 5, 5, 5])
    expect(fits(addresses)).toEqual([1, 1, 1, 1])
  })

  test('a loop that is none, at the second hop, and none', () => {
    const loopAt = (chain: Travelled): number => ownOf(chain).findIndex((own, at, all) => all.indexOf(own) < at)
    expect([ports, addresses].map(loopAt)).toEqual([1, -1])
  })

  test('the name in the DNS: one for all, and each its own', () => {
    const named = ({ fields }: Travelled): (string | null)[] => fields.map(({ from }) => from?.name ?? null)
    expect(named(ports)).toEqual(Array.from({ length: 5 }, () => 'mailbox.chain.test'))
    const own = ['submission', 'outbound', 'gateway', 'filter'].map(name => `${name}.chain.test`)
    expect(named(addresses)).toEqual([null, ...own])
  })

  test('where trust ends, of who trusts all but the first MTA: nowhere, and at the first', () => {
    const trusted = (chain: Travelled): boolean[] =>
      clientsOf(chain).map(client => chain.addresses.slice(1).includes(client))
    expect(trusted(ports)).toEqual([true, true, true, true, true])
    expect(trusted(addresses)).toEqual([false, false, true, true, true])
  })

  test('who may send by SPF, where outbound alone may: all, and outbound alone', async () => {
    const results = async (chain: Travelled): Promise<string[]> => {
      const record = `v=spf1 ip4:${chain.addresses[1]} -all`
      const resolver = async (): Promise<string[][]> => [[record]]
      const asked = clientsOf(chain).map(ip => spf({ ip, sender: 'a@example.test', helo: 'x.example.test', resolver }))
      return (await Promise.all(asked)).map(({ status }) => status.result)
    }
    expect(await results(ports)).toEqual(['pass', 'pass', 'pass', 'pass', 'pass'])
    expect(await results(addresses)).toEqual(['fail', 'fail', 'pass', 'fail', 'fail'])
  })
})
