/**
 * The commands that docs/ shows are run, and print what the page says: here the tutorial and the pages beside it, the
 * how-to pages in test/interop/pages.test.ts. Where they rightly print something else now: npm run docs
 */
import { expect, test } from 'vitest'
import { readPages } from './support/pages.js'
import { expectShown, isPlayedAlways } from './support/showing.js'

const pages = readPages().filter(isPlayedAlways)

test('the tutorial is among them', () => {
  expect(pages.map(({ name }) => name)).toContain('tutorial.md')
})

expectShown(pages)
