/**
 * The package as users get it: packed, and installed into a fresh folder. Test runners and the compiler are links to
 * ours, so that nothing but the package and what it depends on is installed.
 */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)

/** What users install beside the package; `expect` comes with jest. */
const beside = ['vitest', 'jest', '@jest/globals', 'expect', 'typescript', '@types/node']
const published = ['bin', 'package.json', 'chain.schema.json', 'openapi.json', 'README.md', 'CHANGELOG.md', 'LICENSE']

export interface Installed {
  readonly folder: string
  remove(): Promise<void>
}

/** Builds and packs it in folders of its own: other tests may be using dist/. */
export async function installPackage(): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), 'mta-chain-installed-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const tarball = await pack(join(folder, 'package'))
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
    await npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', tarball)
    for (const name of beside) await link(folder, name)
    return { folder, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function pack(source: string): Promise<string> {
  await mkdir(source)
  for (const name of published) await cp(join(root, name), join(source, name), { recursive: true })
  for (const name of ['chains', 'messages']) {
    await cp(join(root, 'fixtures', name), join(source, 'fixtures', name), { recursive: true })
  }
  const tsc = join(root, 'node_modules/.bin/tsc')
  // types are checked elsewhere
  await run(tsc, ['-p', join(root, 'tsconfig.build.json'), '--outDir', join(source, 'dist'), '--noCheck'])
  const { stdout } = await npm(source, 'pack', '--ignore-scripts', '--json', '--pack-destination', dirname(source))
  const [, name = ''] = /"filename": "([^"]+)"/.exec(stdout) ?? []
  return join(dirname(source), name)
}

function npm(cwd: string, ...args: readonly string[]): Promise<{ readonly stdout: string }> {
  return run('npm', args, { cwd, shell: process.platform === 'win32' })
}

async function link(folder: string, name: string): Promise<void> {
  const path = join(folder, 'node_modules', name)
  await mkdir(dirname(path), { recursive: true })
  await symlink(join(root, 'node_modules', name), path)
}

/** A program of one of the packages that are linked. */
export function programOf(name: string): string {
  return join(root, 'node_modules', name)
}
