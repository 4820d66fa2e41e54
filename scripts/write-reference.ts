/**
 * Writes docs/chain-json.md. With --check writes nothing, and exits with 1 where the page is not current.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { chainJsonSchema } from '../src/config/json-schema.js'
import { referencePage } from './reference/page.js'

const file = new URL('../docs/chain-json.md', import.meta.url)
const current = referencePage(chainJsonSchema())

if (!process.argv.includes('--check')) writeFileSync(file, current)
else if (readFileSync(file, 'utf8') !== current) {
  console.error('docs/chain-json.md is not what src/config/schema.ts says. Write it with: npm run schema')
  process.exitCode = 1
}
