/**
 * Commits that come together share one; one that is alone never waits; a failure is told to those it is of.
 */
import { expect, test } from 'vitest'
import { GroupCommit } from '../../src/queue/group-commit.js'

test('what comes while one commit runs is the next one, in order', async () => {
  const groups: (readonly number[])[] = []
  const commits = new GroupCommit<number>(group => {
    groups.push(group)
    return group.map(() => new Promise(resolve => setImmediate(resolve)))
  })
  await Promise.all(Array.from({ length: 100 }, (_, n) => commits.write(n)))
  expect(groups.flat()).toEqual(Array.from({ length: 100 }, (_, n) => n))
  expect(groups.length).toBeLessThanOrEqual(2)
})

test('a write is resolved only after its own commit', async () => {
  let end: () => void = () => undefined
  const commits = new GroupCommit<string>(() => [new Promise(resolve => (end = resolve))])
  let done = false
  const writing = commits.write('a').then(() => (done = true))
  await new Promise(setImmediate)
  expect(done).toBe(false)
  end()
  await writing
})

test('a failure is told to those it is of, and the next ones are written', async () => {
  let fails = true
  const commits = new GroupCommit<string>(group =>
    group.map(() => (fails ? Promise.reject(new Error('full')) : Promise.resolve())),
  )
  const failed = await Promise.allSettled([commits.write('a'), commits.write('b')])
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  fails = false
  await expect(commits.write('c')).resolves.toBeUndefined()
  await commits.settled()
})
