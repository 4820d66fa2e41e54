/**
 * The package as users get it, without npm.
 */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../../..')

/** A folder with the package as it is published, and the function that removes it. */
export async function buildPackage(): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const folder = await unbuiltPackage()
  // types are checked elsewhere
  const options = ['-p', join(root, 'tsconfig.build.json'), '--outDir', join(folder, 'dist'), '--noCheck']
  await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), options)
  await rm(join(folder, 'src'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** The same without dist/, as after `npm ci --ignore-scripts`. */
export async function unbuiltPackage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mta-chain-package-'))
  for (const name of ['bin', 'examples', 'package.json'])
    await cp(join(root, name), join(folder, name), { recursive: true })
  for (const name of ['node_modules', 'fixtures', 'src']) await symlink(join(root, name), join(folder, name))
  return folder
}
