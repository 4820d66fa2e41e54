/**
 * Writes openapi.json. With --check writes nothing, and exits with 1 where the file is not current.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { version } from '../src/cli/version.js'
import { openApi } from '../src/control/openapi.js'
import { routes } from '../src/control/routes.js'

const file = new URL('../openapi.json', import.meta.url)
const current = `${JSON.stringify(openApi(routes, version()), null, 2)}\n`

if (!process.argv.includes('--check')) writeFileSync(file, current)
else if (readFileSync(file, 'utf8') !== current) {
  console.error('openapi.json is not what the routes in src/control/ say. Write it with: npm run openapi')
  process.exitCode = 1
}
