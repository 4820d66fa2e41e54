/**
 * A spool that can't be written: the client gets 452 and never 250, nothing of the message stays, and it goes on once
 * writing works again.
 */
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { startChain } from '../../src/chain/start.js'
import { Database } from '../../src/queue/database.js'
import { Room } from '../../src/queue/room.js'
import { temporaryFolder } from '../queue/spools.js'
import { connect } from '../support/raw-client.js'

afterEach(() => void vi.restoreAllMocks())

/** Transactions that write keys with that part fail as on a disk that is broken. */
function fail(part: string): void {
  vi.spyOn(Room.prototype, 'refused').mockImplementation(demands => {
    const fails = demands.some(each => each.value && 'key' in each && String(each.key).includes(part))
    return fails ? Promise.reject(new Error('EIO: i/o error, write')) : Promise.resolve(new Set())
  })
}

test.each([
  ['the item', 'item/'],
  ['the content', 'content/'],
  ['its third piece', '/000002'],
])('where %s can not be written', async (_, part) => {
  const folder = temporaryFolder()
  const mtas = [{ name: 'a', address: '127.84.4.1' }]
  let delivered = (): void => undefined
  const arrival = new Promise<void>(resolve => {
    delivered = resolve
  })
  const onEvent = ({ event }: { readonly event: string }): void => {
    if (event === 'delivered') delivered()
  }
  const chain = await startChain({ mtas, spool: 'disk', mailbox: 'memory' }, { folder, onEvent })
  onTestFinished(() => chain.close())
  const client = await connect({ host: '127.84.4.1', port: chain.mtas[0]?.port ?? 0 })
  onTestFinished(() => client.reset())
  await client.reply()
  await client.command('EHLO x.test')
  const send = async (): Promise<string> => {
    for (const line of ['MAIL FROM:<>', 'RCPT TO:<b@example.test>', 'DATA']) await client.command(line)
    await client.write(`Subject: Hi\r\n\r\n${'x\r\n'.repeat(100_000)}.\r\n`)
    return (await client.reply()).lines.join()
  }
  fail(part)
  for (let times = 0; times < 3; times++) expect(await send()).toMatch(/^452 4\.3\.1 /)
  vi.restoreAllMocks()
  expect(await send()).toMatch(/^250 /)
  await arrival
  await chain.close()
  const database = new Database(`${folder}/spool`)
  const left = ['item/', 'content/'].flatMap(keys => database.keys(keys))
  await database.close()
  expect(left).toEqual([])
})
