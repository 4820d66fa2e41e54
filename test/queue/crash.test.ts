/**
 * What the disk spool has acknowledged is there after its process was killed, whole; and nothing else is.
 */
import { expect, test } from 'vitest'
import { Database } from '../../src/queue/database.js'
import type { Spool } from '../../src/queue/spool.js'
import { Child } from './child.js'
import { contentOf, octetsOf } from './items.js'
import { openSpool, recover, temporaryFolder } from './spools.js'

type Found = Awaited<ReturnType<typeof recover>>

const program = new URL('./committing.ts', import.meta.url)
/** Of each of three spools. */
const kills = 7

/** What the killed process said: of each id the last word. */
class Acknowledged {
  readonly committed = new Set<string>()
  readonly updated = new Set<string>()
  readonly removed = new Set<string>()

  note(line: string): void {
    const [what, id = ''] = line.split(' ')
    if (what === 'committed') this.committed.add(id)
    else if (what === 'updated') this.updated.add(id)
    else this.removed.add(id)
  }
}

/** Lets it commit until it has said so many lines, and kills it right then. */
async function commitUntilKilled(folder: string, lines: number, acknowledged: Acknowledged): Promise<void> {
  const child = await Child.start(program, folder)
  let heard = 0
  await child.lines(line => {
    acknowledged.note(line)
    if (++heard === lines) void child.kill()
  })
}

function expectAllThere({ items, setAside }: Found, spool: Spool, acknowledged: Acknowledged): void {
  expect(setAside).toEqual([])
  const found = new Map<string, number>(items.map(({ id, attempts }) => [id, attempts]))
  const missing = [...acknowledged.committed].filter(id => !found.has(id) && !acknowledged.removed.has(id))
  expect(missing).toEqual([])
  expect([...acknowledged.updated].filter(id => found.get(id) === 0)).toEqual([])
  for (const { id, size } of items) expect(contentOf(spool, id).equals(octetsOf(id, size))).toBe(true)
}

function expectNothingElse(folder: string, { items }: Found): Promise<void> {
  const database = new Database(folder)
  const keys = database.keys('content/').map(key => key.split('/')[1])
  expect(new Set(keys)).toEqual(new Set(items.map(({ id }) => id)))
  return database.close()
}

async function commitAndKillAgainAndAgain(folder: string, lane: number): Promise<void> {
  const acknowledged = new Acknowledged()
  for (let kill = 0; kill < kills; kill++) {
    await commitUntilKilled(folder, 1 + lane * 7 + kill * 5, acknowledged)
    const spool = await openSpool(folder)
    const recovered = await recover(spool)
    expectAllThere(recovered, spool, acknowledged)
    await spool.close()
    await expectNothingElse(folder, recovered)
  }
  expect(acknowledged.committed.size).toBeGreaterThan(20)
}

test('killed right after it printed an id, again and again, it has lost none', { timeout: 60_000 }, async () => {
  await Promise.all([0, 1, 2].map(lane => commitAndKillAgainAndAgain(temporaryFolder(), lane)))
})
