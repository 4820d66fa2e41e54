/**
 * Every command that docs/ shows is run, and prints what the page says. Where it rightly prints something else now:
 * npm run docs
 */
import { expect, test } from 'vitest'
import { readPages } from './support/pages.js'
import { callsCurl, expectShown } from './support/showing.js'

const pages = readPages()

test('most pages need nothing but this package', () => {
  expect(pages.filter(page => !callsCurl(page)).length).toBeGreaterThan(4)
})

expectShown(pages.filter(page => !callsCurl(page)))
