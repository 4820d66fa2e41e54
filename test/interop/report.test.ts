/**
 * A report's page in a real browser: on a phone and on a wide screen, with a message that wants to do harm.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'jsonc-parser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { command } from '../cli/support/command.js'
import { layOut } from './support/chromium.js'

const fixtures = join(import.meta.dirname, '../../fixtures')
const long = 'x'.repeat(900)
const evil = [
  'From: a@example.test',
  'To: b@example.test',
  'Subject: </pre></style><script>hasRun = true</script><img src="http://evil.example/" onerror="hasRun=true">\u202E',
  `X-${long}: ${long}`,
  `Received: from ${long}.example ([192.0.2.1]) by ${long}.example with ESMTP id ${long}; Tue, 24 Nov 2026 10:00:00 +0000`,
  '',
  'Hi',
  '',
]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mta-chain-page-'))
  const input: { mtas: { address: string }[] } = parse(await readFile(join(fixtures, 'chains/bad-day.json'), 'utf8'))
  const mtas = input.mtas.map((mta, at) => ({ ...mta, address: `127.84.200.${at + 1}` }))
  await writeFile(join(folder, 'chain.json'), JSON.stringify({ ...input, $schema: undefined, mtas }))
  await writeFile(join(folder, 'evil.eml'), evil.join('\r\n'))
  const messages = [
    join(folder, 'evil.eml'),
    ...['plain', 'five-received'].map(name => join(fixtures, `messages/${name}.eml`)),
  ]
  const options = ['--chain', join(folder, 'chain.json'), '--report', join(folder, 'page.html')]
  expect(await command('run', ...messages, ...options)).toMatchObject({ status: 0 })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test.each([320, 390, 768, 1280])(
  'it is nowhere wider than a screen of %i px, loads nothing and runs nothing',
  async width => {
    const page = await layOut(join(folder, 'page.html'), width)
    expect(page).toMatchObject({ scrollWidth: page.width, wide: [], loaded: [], hasRun: false })
    expect(page.text).toContain('All 3 deliveries went the way they should')
    expect(page.text).toContain('<script>hasRun = true</script>')
    expect(page.text).toContain('S:')
  },
)
