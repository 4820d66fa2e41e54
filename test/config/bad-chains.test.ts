/**
 * fixtures/bad-chains/<name>: each chain.json is refused with the text of its expected-error.txt, no more and no less.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadChain } from '../../src/config/load.js'
import { refused } from './results.js'

const folder = 'fixtures/bad-chains'

describe('a bad chain.json is refused with all of its mistakes', () => {
  test.each(readdirSync(folder))('%s', async name => {
    const expected = readFileSync(`${folder}/${name}/expected-error.txt`, 'utf8')
    expect(`${refused(await loadChain(`${folder}/${name}/chain.json`))}\n`).toBe(expected)
  })
})
