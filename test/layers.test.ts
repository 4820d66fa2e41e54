/**
 * Who may import whom (src/README.md). A folder may import itself and the folders named here.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import { expect, it } from 'vitest'

const ground = ['mail', 'time', 'journal', 'config', 'trace']
const mayImport: Readonly<Record<string, readonly string[]>> = {
  mail: [],
  time: ['mail'],
  journal: ['mail'],
  config: ['mail'],
  trace: ['mail', 'time'],
  fault: ['mail', 'time', 'config', 'journal'],
  bounce: ground,
  receive: [...ground, 'fault'],
  queue: ground,
  relay: ground,
  mailbox: ground,
  // of the checker: the types of what is expected, for `expectedPath`
  chain: [...ground, 'fault', 'bounce', 'receive', 'queue', 'relay', 'mailbox', 'check'],
  check: ground,
  report: [...ground, 'check'],
  testing: [...ground, 'chain', 'check', 'report'],
  control: [...ground, 'fault', 'queue', 'mailbox', 'chain', 'check'],
  cli: [...ground, 'fault', 'receive', 'queue', 'relay', 'mailbox', 'chain', 'control', 'check', 'report'],
}

/** Packages that a single folder imports, so that only that one has to know them. */
const onlyImporter: Readonly<Record<string, string>> = {
  'smtp-server': 'receive',
  'nodemailer/lib/smtp-connection': 'relay',
  mailparser: 'check',
  lmdb: 'queue',
  'jsonc-parser': 'config',
  vitest: 'testing',
  '@jest/globals': 'testing',
  commander: 'cli',
  picocolors: 'report',
}

const source = join(import.meta.dirname, '../src')
const imports = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts') && file.includes('/'))
  .flatMap(file => importsOf(file).map(imported => ({ file, folder: file.split('/')[0] ?? '', imported })))

function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map(match => match[1] ?? '')
}

it('finds imports', () => {
  expect(imports.length).toBeGreaterThan(100)
  expect(new Set(imports.map(({ folder }) => folder))).toEqual(new Set(Object.keys(mayImport)))
})

it('lets each folder import those below it only', () => {
  const wrong = imports.filter(({ file, folder, imported }) => {
    if (!imported.startsWith('.')) return false
    const [other = ''] = join(dirname(file), imported).split('/')
    return other !== folder && !mayImport[folder]?.includes(other)
  })
  expect(wrong).toEqual([])
})

it('lets the checker know of chains no more than a chain of the checker: types', () => {
  const fromChain = imports.filter(({ folder, imported }) => folder === 'chain' && imported.startsWith('../check/'))
  expect(new Set(fromChain.map(({ imported }) => imported))).toEqual(new Set(['../check/types.js']))
})

it('keeps the stamp and its readers apart', () => {
  const shared = imports.filter(
    ({ file, imported }) => file.startsWith('trace/stamp/') && !/^(?:node:net$|\.\.\/\.\.\/mail\/|\.\/)/.test(imported),
  )
  expect(shared).toEqual([])
  const ways = imports.filter(({ file, imported }) => !file.startsWith('trace/stamp/') && imported.includes('/stamp/'))
  const users = ways.map(({ folder }) => folder)
  expect(new Set(users)).toEqual(new Set(['chain']))
})

it('has one importer for each package that does the wire, the disk or the terminal', () => {
  const wrong = imports.filter(({ folder, imported }) => {
    const owner = Object.entries(onlyImporter).find(
      ([name]) => imported === name || imported.startsWith(`${name}/`),
    )?.[1]
    return owner !== undefined && owner !== folder
  })
  expect(wrong).toEqual([])
})
