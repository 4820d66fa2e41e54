// Everything that must hold before a change is taken, one after the other; all are run, also when one has failed.
import { spawnSync } from 'node:child_process'

const checks = [
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['format', 'biome', 'format'],
  ['chain.schema.json is current', 'tsx', 'scripts/write-schema.ts', '--check'],
  ['docs/chain-json.md is current', 'tsx', 'scripts/write-reference.ts', '--check'],
  ['openapi.json is current', 'tsx', 'scripts/write-openapi.ts', '--check'],
  ['tests, layers among them', 'vitest', 'run', '--reporter=default'],
  ['build', 'tsc', '-p', 'tsconfig.build.json'],
  ['package', 'publint', '--strict'],
  ['types of the package', 'attw', '--pack', '--profile', 'esm-only'],
  ['unused code', 'knip'],
]

const failed = checks.filter(([name, command, ...args]) => {
  console.log(`\n— ${name}`)
  return spawnSync('npx', ['--no-install', command, ...args], { stdio: 'inherit' }).status !== 0
})
console.log(failed.length === 0 ? '\nAll checks pass.' : `\nFailed: ${failed.map(([name]) => name).join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
