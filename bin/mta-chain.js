#!/usr/bin/env node
// `npm ci` builds dist/; where it could not (--ignore-scripts) the sources run as they are, in this same process
import { existsSync } from 'node:fs'

const built = new URL('../dist/cli/main.js', import.meta.url)
const isBuilt = existsSync(built)
if (!isBuilt) (await import('tsx/esm/api')).register()
const { main } = await import(isBuilt ? built.href : new URL('../src/cli/main.ts', import.meta.url).href)

// a reader that has seen enough (| head) is no failure
process.stdout.on('error', error => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
process.exitCode = await main(process.argv.slice(2))
