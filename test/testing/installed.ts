/**
 * The package as users get it: packed, and installed into a fresh folder. Below that are projects, each with links to
 * those of our test runners and compilers that its package.json names, and to nothing else.
 */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)

const published = [
  'bin',
  'package.json',
  'chain.schema.json',
  'openapi.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'docs',
  'examples',
  'fixtures/chains',
  'fixtures/messages',
]

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
    return { folder, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function pack(source: string): Promise<string> {
  await mkdir(source)
  for (const name of published) await cp(join(root, name), join(source, name), { recursive: true })
  // as it is left by who has tried an example
  await mkdir(join(source, 'examples/vitest/node_modules/left'), { recursive: true })
  await writeFile(join(source, 'examples/vitest/node_modules/left/index.js'), '')
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

/** Makes `name` a project with the package.json and the tsconfig.json of that example. */
export async function makeProject({ folder }: Installed, example: string, name: string): Promise<void> {
  const project = join(folder, name)
  const modules = join(project, 'node_modules')
  await mkdir(modules, { recursive: true })
  for (const file of ['package.json', 'tsconfig.json']) {
    await cp(join(root, 'examples', example, file), join(project, file))
  }
  // its own: what it asks for is looked for beside it. What it depends on is found above.
  await cp(join(folder, 'node_modules/mta-chain'), join(modules, 'mta-chain'), { recursive: true })
  const text = await readFile(join(project, 'package.json'), 'utf8')
  const { devDependencies }: { devDependencies: Readonly<Record<string, string>> } = JSON.parse(text)
  for (const dependency of Object.keys(devDependencies).filter(each => each !== 'mta-chain')) {
    await link(modules, dependency)
  }
  // jest's own dependency, that npm puts beside it
  if ('jest' in devDependencies) await link(modules, 'expect')
}

async function link(modules: string, name: string): Promise<void> {
  const path = join(modules, name)
  await mkdir(dirname(path), { recursive: true })
  await symlink(join(root, 'node_modules', name), path)
}
