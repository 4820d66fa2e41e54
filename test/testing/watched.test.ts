/**
 * Promises that nobody waits for are told at the end, all others are not.
 */
import { expect, it } from 'vitest'
import { Watched } from '../../src/testing/watched.js'

/** A promise that fails, and what is told of it at the end. */
function failing() {
  const noted: Promise<void>[] = []
  const called = new Error('called')
  const watched = new Watched(Promise.reject(new Error('wrong')), unheeded => void noted.push(unheeded), called)
  const told = async (): Promise<unknown[]> => {
    const results = await Promise.allSettled(noted)
    return results.flatMap(result => (result.status === 'rejected' ? [String(result.reason)] : []))
  }
  return { watched, told }
}

it('one that nobody waits for is told', async () => {
  expect(await failing().told()).toEqual(['Error: wrong'])
})

it('one that was awaited is not, however late', async () => {
  const { watched, told } = failing()
  await new Promise(resolve => setImmediate(resolve))
  await expect(Promise.resolve(watched)).rejects.toThrow('wrong')
  expect(await told()).toEqual([])
})

it('what fails is shown where it was called', async () => {
  const called = new Error('called')
  called.stack = 'Error: called\n    at mail.test.ts:7:3'
  const watched = new Watched(Promise.reject(new Error('wrong')), () => undefined, called)
  const error = await watched.then(value => value).catch((reason: unknown) => reason)
  expect(error).toHaveProperty('stack', expect.stringMatching(/^Error: wrong\n[^]*\n {4}at mail\.test\.ts:7:3$/))
})

it('one that was caught is not', async () => {
  const { watched, told } = failing()
  expect(await watched.catch(String)).toBe('Error: wrong')
  expect(await told()).toEqual([])
})

it('what comes of it is waited for too: a runner that catches and throws again changes nothing', async () => {
  const { watched, told } = failing()
  void watched
    .then(value => value)
    .catch((error: unknown) => {
      throw new Error(`really ${String(error)}`)
    })
    .finally(() => undefined)
  expect(await told()).toEqual(['Error: really Error: wrong'])
})

it('one that goes well is what it was made of', async () => {
  const watched = new Watched(Promise.resolve(7), () => undefined, new Error('called'))
  expect(await watched).toBe(7)
  expect(await watched.finally(() => undefined).then(value => value + 1)).toBe(8)
})
