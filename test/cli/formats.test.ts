/**
 * `--expect`, `--format` and `--junit` of `check` and `run`.
 */
import { execFile } from 'node:child_process'
import { mkdir, readFile, stat, symlink } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readXml } from '../support/xml.js'
import { command, type Ended } from './support/command.js'
import { readVerdict } from './support/verdict.js'
import { message, type Workspace, workspace } from './support/workspace.js'

interface Delivered extends Workspace {
  /** A message that went first > second > last. */
  readonly file: string
}

async function delivered(): Promise<Delivered> {
  const space = await workspace([{}, {}, {}])
  const { write, path, list, chain } = space
  await command('run', await write('m.eml', message()), '--chain', chain, '--out', path('out'))
  const [name = ''] = await list('out')
  return { ...space, file: path('out', name) }
}

let space: Delivered
beforeEach(async () => {
  space = await delivered()
  vi.stubEnv('GITHUB_STEP_SUMMARY', '')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

function check(...args: readonly string[]): Promise<Ended> {
  return command('check', space.file, '--chain', space.chain, ...args)
}

function run(...args: readonly string[]): Promise<Ended> {
  return command('run', space.path('m.eml'), '--chain', space.chain, ...args)
}

describe('--expect', () => {
  it.each(['first > second > last', 'first > * > last', '** > second.chain.test > ?', 'first,second,la*'])(
    'lets pass what went %s',
    async way => {
      for (const ended of [await check('--expect', way), await run('--expect', way)]) {
        expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('PASS'), stderr: '' })
      }
    },
  )

  it('ends with 1 where a message went another way, and shows both', async () => {
    for (const { status, stdout } of [await check('--expect', 'first > last'), await run('--expect', 'first > last')]) {
      expect(status).toBe(1)
      expect(stdout).toMatch(/^ {2}✘ other-path {2}The message went another way than the expected one\.$/m)
      expect(stdout).toMatch(/^ +expected first > last, found first > second > last$/m)
      expect(stdout).toMatch(/^FAIL {2}1 delivery · 1 failed/m)
    }
  })

  it('is a finding of its own in the document', async () => {
    const { stdout } = await run('--expect', 'second > **', '--json')
    const [told] = readVerdict(stdout).messages
    expect(told?.verdict).toBe('fail')
    expect(told?.findings).toMatchObject([
      { code: 'other-path', severity: 'error', expected: 'second > **', found: 'first > second > last' },
    ])
  })

  it('goes together with --path', async () => {
    expect(await check('--path', 'first,second,last', '--expect', 'first > *')).toMatchObject({ status: 0 })
    expect(await check('--path', 'first,second,last', '--expect', 'first > ?')).toMatchObject({ status: 1 })
  })

  it('ends with 2 where no MTA is called so, and says who there is', async () => {
    for (const ended of [await check('--expect', 'first > secnd > *'), await run('--expect', 'first > secnd > *')]) {
      expect(ended).toEqual({
        status: 2,
        stdout: '',
        stderr: 'mta-chain: --expect: no MTA secnd, expected one of first, second, last. Did you mean second?',
      })
    }
    expect((await check('--expect', '192.0.2.199 > *')).stderr).toMatch(/expected one of first, second, last$/)
  })

  it.each(['', 'a >', 'a > > b', 'a b > c'])('ends with 2 where %j is no way', async way => {
    const { status, stderr } = await check('--expect', way)
    expect(status).toBe(2)
    expect(stderr).toContain('is no path: expected names, hostnames or addresses, as a > * > c')
    expect(stderr).toContain('(mta-chain check --help tells more)')
  })

  it('is enough without a chain', async () => {
    const before = process.cwd()
    process.chdir(space.path('out'))
    try {
      const plain = ['first', 'second', 'last'].map(name => `${name}.chain.test`).join(' > ')
      for (const [way, status] of [
        [plain, 0],
        ['first.* > * > last.*', 0],
        ['first.* > last.*', 1],
        ['first.chain.test > last.chain.test', 1],
        ['nobody > *', 1],
        [space.addresses.join(' > '), 0],
        [space.addresses.map(address => `[${address}]`).join(' > '), 0],
      ] as const) {
        expect(await command('check', space.file, '--expect', way)).toMatchObject({ status, stderr: '' })
      }
      const path = space.addresses.map(address => `[${address}]`).join(',')
      expect(await command('check', space.file, '--path', path)).toMatchObject({ status: 0, stderr: '' })
    } finally {
      process.chdir(before)
    }
  })
})

describe('--format', () => {
  it('json is --json', async () => {
    const { stdout } = await check('--format', 'json')
    expect(readVerdict(stdout)).toMatchObject({ verdict: 'pass', messages: [{ file: space.file }] })
    expect(await check('--json', '--format', 'json')).toMatchObject({ status: 0, stdout })
    expect(await check('--json', '--format', 'github')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'mta-chain: --json and --format github exclude each other',
    })
    const { status, stderr } = await run('--format', 'xml')
    expect(status).toBe(2)
    expect(stderr).toContain('Allowed choices are text, json, junit, github.')
  })

  it('junit is one document, and nothing else', async () => {
    for (const ended of [await check('--format', 'junit'), await run('--format', 'junit', '--count', '3')]) {
      expect(ended).toMatchObject({ status: 0, stderr: '' })
      expect(readXml(ended.stdout.replace(/^<\?xml.*\?>\n/, '')).text).toContain('first')
    }
    const failed = await check('--format', 'junit', '--expect', 'first > last')
    expect(failed).toMatchObject({ status: 1, stdout: expect.stringContaining('<failure type="other-path" ') })
  })

  it('github is an annotation for each error, at the line of the field in the file', async () => {
    const { write, chain } = space
    const content = await readFile(space.file, 'latin1')
    const forged = content.replace('by second.chain.test', 'by third.chain.test')
    const line = forged.split('\n').findIndex(text => text.includes('by third.chain.test'))
    const file = await write('forged.eml', forged)
    const { status, stdout } = await command(
      'check',
      file,
      '--path',
      'first,second,last',
      '--chain',
      chain,
      '--format',
      'github',
    )
    expect(status).toBe(1)
    // the field begins a line above
    expect(stdout).toContain(`::error file=${file},line=${line},title=by-name (hop 2)::${file}: `)
    const mbox = await write(
      'm.mbox',
      `From a Tue Nov 24 10:00:00 2026\r\n${content}\r\nFrom a Tue Nov 24 10:00:00 2026\r\n${forged}\r\n`,
    )
    const inMbox = await command('check', mbox, '--path', 'first,second,last', '--chain', chain, '--format', 'github')
    const above = content.split('\n').length + 2
    expect(inMbox.stdout).toContain(`::error file=${mbox},line=${above + line},title=by-name (hop 2)::${mbox}#2: `)
    expect(inMbox.stdout.split('\n').filter(text => text.startsWith('::'))).toHaveLength(1)
  })

  it('github is a notice where all pass, and a table in the summary of the job', async () => {
    const summary = await space.write('summary.md', '# Before\n')
    vi.stubEnv('GITHUB_STEP_SUMMARY', summary)
    const { status, stdout } = await run('--format', 'github')
    expect({ status, lines: stdout.split('\n').length }).toEqual({ status: 0, lines: 1 })
    expect(stdout).toMatch(/^::notice title=mta-chain::PASS {2}1 delivery · 3 hops/)
    expect(await readFile(summary, 'utf8')).toMatch(/^# Before\n### mta-chain run\n/)
    await run()
    expect((await readFile(summary, 'utf8')).match(/###/g)).toHaveLength(1)
  })

  it('github goes on where the summary is not to be written, and says so', async () => {
    vi.stubEnv('GITHUB_STEP_SUMMARY', space.path('nowhere/summary.md'))
    const { status, stderr } = await check('--format', 'github')
    expect(status).toBe(0)
    expect(stderr).toMatch(/^mta-chain: GITHUB_STEP_SUMMARY: .*summary\.md can't be written: no such file or folder$/)
  })
})

describe('--junit', () => {
  it('writes the file beside what is shown, over what was there', async () => {
    const { path, write, list } = space
    const file = await write('report.xml', 'old')
    for (const ended of [await check('--junit', file), await run('--junit', file, '--json')]) {
      expect(ended).toMatchObject({ status: 0, stdout: expect.stringMatching(/PASS|"pass"/), stderr: '' })
      expect(await readFile(file, 'utf8')).toMatch(/^<\?xml [^]*<\/testsuites>\n$/)
    }
    expect(await list()).toEqual(['chain.json', 'm.eml', 'out', 'report.xml'])
    await symlink(file, path('link.xml'))
    await check('--junit', path('link.xml'), '--expect', 'first > last')
    expect(await readFile(file, 'utf8')).toContain('<failure')
  })

  it('ends with 3 before anything is done where it can not be written', async () => {
    const { path } = space
    const missing = await run('--junit', path('no/where/report.xml'))
    expect(missing).toMatchObject({ status: 3, stdout: '' })
    expect(missing.stderr).toBe(
      `mta-chain: --junit: ${path('no/where/report.xml')} can't be written: there is no folder ${path('no/where')}. Make it first: mkdir -p ${path('no/where')}`,
    )
    // a file is no folder
    expect((await run('--junit', path('m.eml/report.xml'))).stderr).toContain(`there is no folder ${path('m.eml')}.`)
    await mkdir(path('folder'))
    expect(await check('--junit', path('folder'))).toMatchObject({
      status: 3,
      stdout: '',
      stderr: `mta-chain: --junit: ${path('folder')} is a folder, expected a file's path`,
    })
  })

  it('leaves no part of a file that the disk refuses, and has told the verdict by then', async () => {
    const file = space.path(`${'long'.repeat(80)}.xml`)
    const { status, stdout, stderr } = await check('--junit', file)
    expect(status).toBe(3)
    expect(stdout).toContain('PASS')
    expect(stderr).toBe(`mta-chain: --junit: ${file} can't be written: ENAMETOOLONG`)
    expect(await space.list()).toEqual(['chain.json', 'm.eml', 'out'])
  })

  it('does not put a file in the place of a pipe', async () => {
    const pipe = space.path('pipe')
    await promisify(execFile)('mkfifo', [pipe])
    const [{ status }, text] = await Promise.all([check('--junit', pipe), readFile(pipe, 'utf8')])
    expect(status).toBe(0)
    expect(text).toMatch(/^<\?xml [^]*<\/testsuites>\n$/)
    expect((await stat(pipe)).isFIFO()).toBe(true)
  })
})
