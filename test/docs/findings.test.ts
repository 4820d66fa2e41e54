import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

function text(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
}

test('the page has every finding that the checker can have, and no other', () => {
  const union = /export type FindingCode =((?:\s+\| '[a-z-]+')+)/.exec(text('src/check/types.ts'))?.[1] ?? ''
  const codes = Array.from(union.matchAll(/'([a-z-]+)'/g), ([, code]) => code)
  const table = text('docs/findings.md').matchAll(/^\| (`.*?) +\|/gm)
  const told = Array.from(table, ([, cell = '']) =>
    Array.from(cell.matchAll(/`([a-z-]+)`/g), ([, code]) => code),
  ).flat()
  expect(codes.length).toBeGreaterThan(20)
  expect(new Set(told)).toEqual(new Set(codes))
  expect(told).toHaveLength(codes.length)
})
