/**
 * `init`: the file that it writes.
 */
import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { command } from './support/command.js'
import { message, port, workspace } from './support/workspace.js'
import { freshAddress } from '../support/fresh-address.js'

it('writes a chain.json that runs', async () => {
  const { path, write } = await workspace()
  const chain = path('new.json')
  expect(await command('init', '3', '--chain', chain)).toEqual({
    status: 0,
    stdout: `${chain} is written. Try it with: mta-chain run --chain ${chain}`,
    stderr: '',
  })
  // as written, but where other chains do not listen
  const text = await readFile(chain, 'utf8')
  await write('new.json', text.replace('2525', String(port)).replace(/127\.0\.0\.\d+/g, freshAddress))
  const { status, stdout } = await command('run', await write('m.eml', message()), '--chain', chain)
  expect(status).toBe(0)
  expect(stdout).toContain('PASS  1 delivery · 3 hops')
})

it('has five MTAs if nothing else is asked for, and comments', async () => {
  const { path } = await workspace()
  await command('init', '--chain', path('new.json'))
  const text = await readFile(path('new.json'), 'utf8')
  expect(text.match(/"name":/g)).toHaveLength(5)
  expect(text).toMatch(/^\/\/ A chain of SMTP servers/)
})

it('does not write over a file that exists, unless told to', async () => {
  const { chain } = await workspace()
  const before = await readFile(chain, 'utf8')
  expect(await command('init', '--chain', chain)).toEqual({
    status: 2,
    stdout: '',
    stderr: `mta-chain: ${chain} exists already: --force writes over it, --chain FILE writes elsewhere`,
  })
  expect(await readFile(chain, 'utf8')).toBe(before)
  expect(await command('init', '1', '--chain', chain, '--force')).toMatchObject({ status: 0 })
  expect((await readFile(chain, 'utf8')).match(/"name":/g)).toHaveLength(1)
})

it('ends with 2 for a number that no chain has, and for a folder that is not there', async () => {
  const { path, list } = await workspace()
  expect(await command('init', '251', '--chain', path('new.json'))).toMatchObject({
    status: 2,
    stderr: 'mta-chain: a chain has 1 to 250 MTAs, not 251',
  })
  expect(await command('init', '--chain', path('nope/new.json'))).toMatchObject({
    status: 2,
    stderr: `mta-chain: ${path('nope/new.json')} can't be written: no such file or folder`,
  })
  expect(await list()).toEqual(['chain.json'])
})
