/**
 * The how-to pages of docs/, some of which call curl, as test/docs/pages.test.ts runs the others.
 */
import { expect, test } from 'vitest'
import { readPages } from '../docs/support/pages.js'
import { expectShown, isPlayedAlways } from '../docs/support/showing.js'
import { requireProgram } from './support/program.js'

const pages = readPages().filter(page => !isPlayedAlways(page))

test('curl is here, and there are such pages', () => {
  expect(requireProgram('curl', 'curl')).toContain('curl')
  expect(pages.map(({ name }) => name)).toContain('how-to/http.md')
})

expectShown(pages)
