/**
 * That pages show what their commands print.
 */
import { expect, test } from 'vitest'
import { builtPackage } from '../../cli/support/program.js'
import { masked } from './masks.js'
import type { Page } from './pages.js'
import { play } from './play.js'

/** Pages that every test run plays; all others, and those that call curl, are run beside other people's programs. */
export function isPlayedAlways({ name }: Page): boolean {
  return !name.startsWith('how-to/')
}

/** A test for each page; they run at once. */
export function expectShown(pages: readonly Page[]): void {
  const built = builtPackage()

  const named = pages.map(page => [page.name, page] as const)
  test.concurrent.each(named)('docs/%s shows what is printed', { timeout: 60_000 }, async (name, { steps }) => {
    const played = await play(steps, built)
    for (const { command, printed } of played) {
      const where = `docs/${name}:${command.line}: ${command.text}`
      expect(masked(printed), where).toBe(masked(command.output))
    }
  })
}
