/**
 * docs/how-to/ci.md: what its pipelines run is run here, as it stands there.
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { command } from './support/command.js'
import { builtPackage } from './support/program.js'
import { message, workspace } from './support/workspace.js'

const page = readFileSync(join(import.meta.dirname, '../../docs/how-to/ci.md'), 'utf8')
const pipelines = [...page.matchAll(/^```(yaml|groovy)\n([^]*?)^```$/gm)]
const lines = pipelines.flatMap(([, language, text = '']) => {
  const found = language === 'groovy' ? text.matchAll(/sh '(npx .*)'/g) : text.matchAll(/- (?:run: )?(npx .*)/g)
  return [...found].map(([, line = '']) => line)
})

const built = builtPackage()

it('shows three pipelines', () => {
  expect(pipelines.map(([, language]) => language)).toEqual(['yaml', 'yaml', 'groovy'])
  expect(lines).toHaveLength(4)
})

it.each(lines)('%s', async line => {
  const { folder, path, list, chain, write } = await workspace(
    ['submission', 'outbound', 'mailbox'].map(name => ({ name })),
  )
  await mkdir(path('mails'))
  await write('mails/one.eml', message())
  await command('run', path('mails'), '--chain', chain, '--out', path('recorded'))
  const npx = `npx() { shift; "${process.execPath}" "${join(built, 'bin/mta-chain.js')}" "$@"; }`
  const { stdout } = await promisify(execFile)('bash', ['-c', `${npx}\n${line}`], { cwd: folder })
  expect(stdout).toContain('PASS')
  expect((await list()).includes('mail.xml')).toBe(line.includes('--junit mail.xml'))
})
