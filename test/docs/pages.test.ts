/**
 * Every command that docs/ shows is run, and prints what the page says. Where it rightly prints something else now:
 * npm run docs
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPackage } from '../cli/support/program.js'
import { masked } from './support/masks.js'
import { readPages } from './support/pages.js'
import { play } from './support/play.js'

let built: Awaited<ReturnType<typeof buildPackage>>
beforeAll(async () => {
  built = await buildPackage()
})
afterAll(() => built.remove())

const pages = readPages().map(page => [page.name, page] as const)

test.concurrent.each(pages)('docs/%s shows what is printed', { timeout: 60_000 }, async (name, { steps }) => {
  const played = await play(steps, built.folder)
  for (const { command, printed } of played) {
    const where = `docs/${name}:${command.line}: ${command.text}`
    expect(masked(printed), where).toBe(masked(command.output))
  }
})
