/**
 * The pages of docs/ that have something to run.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPage, type Step } from './page.js'

export interface Page {
  /** Below docs/. */
  readonly name: string
  readonly path: string
  readonly markdown: string
  readonly steps: readonly Step[]
}

const folder = join(import.meta.dirname, '../../../docs')

export function readPages(): Page[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.md'))
  const pages = names.toSorted().map(name => {
    const path = join(folder, name)
    const markdown = readFileSync(path, 'utf8')
    return { name, path, markdown, steps: readPage(markdown) }
  })
  return pages.filter(({ steps }) => steps.some(step => 'command' in step))
}
