/**
 * Writes chain.schema.json. With --check writes nothing, and exits with 1 where the file is not current.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { chainJsonSchema } from '../src/config/json-schema.js'

const file = new URL('../chain.schema.json', import.meta.url)
const current = `${JSON.stringify(chainJsonSchema(), null, 2)}\n`

if (!process.argv.includes('--check')) writeFileSync(file, current)
else if (readFileSync(file, 'utf8') !== current) {
  console.error('chain.schema.json is not what src/config/schema.ts says. Write it with: npm run schema')
  process.exitCode = 1
}
