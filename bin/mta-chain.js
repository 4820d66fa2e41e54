#!/usr/bin/env node
// `npm ci` builds dist/; where it could not (--ignore-scripts) the sources run as they are, in this same process
import { existsSync } from 'node:fs'

process.on('uncaughtException', error => {
  process.stderr.write(`mta-chain: unexpected: ${error.message}. Please report it.\n`)
  process.exit(3)
})

const built = new URL('../dist/cli/main.js', import.meta.url)
const isBuilt = existsSync(built)
if (!isBuilt) (await import('tsx/esm/api')).register()
const { main } = await import(isBuilt ? built.href : new URL('../src/cli/main.ts', import.meta.url).href)

const status = await main(process.argv.slice(2))
// output that can't be written has set it already
process.exitCode ??= status
