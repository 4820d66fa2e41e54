/**
 * docs/chain-json.md is what the schema says, and each of its examples is taken.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { referencePage } from '../../scripts/reference/page.js'
import { chainJsonSchema } from '../../src/config/json-schema.js'
import { readChainText } from '../../src/config/load.js'

const page = readFileSync(join(import.meta.dirname, '../../docs/chain-json.md'), 'utf8')

test('docs/chain-json.md is what the schema says (else: npm run schema)', () => {
  expect(page).toBe(referencePage(chainJsonSchema()))
})

const rows = page.split('\n').flatMap(line => {
  const [key, type, byDefault, example, meaning] = line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map(cell => cell.trim())
  const name = /^`(.+)`$/.exec(key ?? '')?.[1]
  return name === undefined ? [] : [{ name, type, byDefault, example: example?.slice(1, -1) ?? '', meaning }]
})

test('each key has a type and a meaning', () => {
  expect(rows.length).toBeGreaterThan(60)
  expect(rows.filter(({ type, meaning }) => !type || !meaning)).toEqual([])
})

test('each key but those of objects has an example', () => {
  expect(rows.filter(({ example, type }) => example === '' && type !== 'object')).toEqual([])
})

/** What must stand beside it. */
const company: Readonly<Record<string, object>> = {
  'mtas[].faults[].at': { drop: true },
  'mtas[].faults[].hide': { at: 'helo' },
  'mtas[].faults[].keep': { at: 'message', drop: true },
}
const actions = ['reply', 'drop', 'reset', 'stall', 'delay', 'throttle', 'hide', 'greylist']

function chainWith(name: string, value: unknown): object {
  const mta = { name: 'a', address: '127.0.0.11' }
  const [, where = '', key = ''] = /^(.*?)\.?([^.]+)$/.exec(name) ?? []
  if (where.startsWith('mtas[].faults[]')) {
    const isAction = actions.includes(key)
    const beside = company[name] ?? { at: 'message', ...(isAction ? {} : { drop: true }) }
    const own = where.endsWith('match') ? { match: { [key]: value } } : { [key]: value }
    return { mtas: [{ ...mta, faults: [{ ...beside, ...own }] }] }
  }
  if (where === 'mtas[]') return { mtas: [{ ...mta, [key]: value }] }
  return { mtas: [mta], ...(where === '' ? { [key]: value } : { [where]: { [key]: value } }) }
}

describe('its example is taken:', () => {
  const shown = rows.filter(({ example }) => example !== '')
  test.each(shown)('$name $example', ({ name, example }) => {
    expect(readChainText(JSON.stringify(chainWith(name, JSON.parse(example))))).toMatchObject({ ok: true })
  })
})
