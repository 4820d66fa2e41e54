/**
 * What pages are read and written with: commands and outputs, masks, links, the index.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { elsewhere } from './support/elsewhere.js'
import { masked } from './support/masks.js'
import { readPage, withOutputs } from './support/page.js'
import { readPages } from './support/pages.js'

const block = (...lines: readonly string[]): string => ['```console', ...lines, '```', ''].join('\n')

describe('a page is read', () => {
  test('with its commands, what they print and where they stand', () => {
    const page = `# T\n\n${block('$ one', 'a', '', 'b', '$ two', '$ cat <<E', '> in', '> E', 'in')}`
    expect(readPage(page)).toEqual([
      { command: { text: 'one', output: 'a\n\nb', line: 4 } },
      { command: { text: 'two', output: '', line: 8 } },
      { command: { text: 'cat <<E\nin\nE', output: 'in', line: 9 } },
    ])
  })

  test('with its files, and nothing of other blocks', () => {
    const page = '```js a.mjs\nlet a\n```\n\n```js\nlet b\n```\n\n```sh\n$ no\n```\n'
    expect(readPage(page)).toEqual([{ file: { name: 'a.mjs', content: 'let a\n' } }])
  })

  test('and written again as it was', () => {
    for (const { markdown, steps } of readPages()) {
      const shown = steps.flatMap(step => ('command' in step ? [step.command.output] : []))
      expect(withOutputs(markdown, shown)).toBe(markdown)
    }
  })

  test('and written with what is printed now', () => {
    const page = `${block('$ one', 'a')}\n\`\`\`js\nx\n\`\`\`\n${block('$ two', '$ three', 'c')}`
    const now = `${block('$ one', '$&')}\n\`\`\`js\nx\n\`\`\`\n${block('$ two', 'B', '$ three')}`
    expect(withOutputs(page, ['$&', 'B', ''])).toBe(now)
  })
})

describe('masks', () => {
  test.each([
    [
      'ids and delays',
      '  2  a  127.0.0.12  ESMTP  VTQQVCVG1E  +15 ms',
      '  2  a  127.0.0.12  ESMTP  JRNQQ23NNX   +9 ms',
    ],
    ['dates', '; Mon, 30 Nov 2026 19:24:34 +0000', '; Tue, 1 Dec 2026 00:00:01 +0000'],
    ['seconds of simulated dates', '; Thu, 1 Jan 2026 09:21:00 +0000', '; Thu, 1 Jan 2026 09:21:03 +0000'],
    ['how long it took', 'PASS  1 delivery · 3 hops · 1.2 s', 'PASS  1 delivery · 3 hops · 967 ms'],
  ])('hide %s', (_, one, other) => {
    expect(masked(one)).toBe(masked(other))
  })

  test.each([
    ['addresses', '[127.0.0.12]', '[127.0.0.13]'],
    ['hours of simulated dates', '; Thu, 1 Jan 2026 09:21:00 +0000', '; Thu, 1 Jan 2026 09:22:00 +0000'],
    ['minutes of mail time', '+21 min', '+20 min'],
    ['verdicts', 'PASS  1 delivery', 'FAIL  1 delivery'],
    ['indents', '  a', 'a'],
  ])('do not hide %s', (_, one, other) => {
    expect(masked(one)).not.toBe(masked(other))
  })
})

test('a page runs elsewhere, and shows what it would here', () => {
  const place = elsewhere(3)
  const text = '127.0.0.11:2525 127.0.0.1:2531 "port": 2539, http://127.0.0.1:8025/ 127.0.0.0/8 12531'
  const real = place.toReal(text)
  expect(real).not.toContain('127.0.0.11')
  expect(real).toMatch(/ 127\.0\.0\.1:7\d\d1 .* 127\.0\.0\.0\/8 12531$/)
  expect(real).toHaveLength(text.length)
  expect(place.toShown(real)).toBe(text)
})

const docs = join(import.meta.dirname, '../../docs')
const names = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.md'))
const index = readFileSync(join(docs, 'README.md'), 'utf8')

test.each(names.filter(name => name !== 'README.md'))(
  'docs/README.md leads to %s, whose links lead somewhere',
  name => {
    expect(index).toContain(`](${name})`)
    const links = [...readFileSync(join(docs, name), 'utf8').matchAll(/\]\(([^)#\s]*)(?:#([^)\s]+))?\)/g)]
    const lost = links.filter(([, path = '', anchor]) => {
      const file = path === '' ? join(docs, name) : join(docs, dirname(name), path)
      return !/^https?:/.test(path) && !(existsSync(file) && (anchor === undefined || anchorsOf(file).includes(anchor)))
    })
    expect(lost.map(([link]) => link)).toEqual([])
  },
)

/** As GitHub makes them of headings. */
function anchorsOf(file: string): string[] {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)
  return [...headings].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )
}
