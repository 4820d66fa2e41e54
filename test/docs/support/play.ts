/**
 * A page played in an empty folder, with the package in its node_modules/ and `mta-chain` on the PATH.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Elsewhere, takePlace } from './elsewhere.js'
import type { Command, Step } from './page.js'
import { Shell } from './shell.js'

const root = join(import.meta.dirname, '../../..')

export interface Played {
  readonly command: Command
  /** What it printed. */
  readonly printed: string
}

/** `built`: a folder with the package. Pages may be played at the same time. */
export async function play(steps: readonly Step[], built: string): Promise<Played[]> {
  const home = await mkdtemp(join(tmpdir(), 'mta-chain-docs-'))
  const folder = join(home, 'post')
  const bin = join(folder, 'node_modules/.bin')
  await mkdir(bin, { recursive: true })
  await symlink(built, join(folder, 'node_modules/mta-chain'))
  await symlink(join(built, 'bin/mta-chain.js'), join(bin, 'mta-chain'))
  // what a reader would have installed beside it
  await symlink(join(root, 'node_modules'), join(home, 'node_modules'))
  const path = [bin, join(root, 'node_modules/.bin'), process.env['PATH']].join(':')
  const place = await takePlace()
  const shell = new Shell(folder, { PATH: path, HOME: home, NO_COLOR: '1', LANG: 'C.UTF-8', TZ: 'UTC' })
  try {
    return await playAll(steps, shell, folder, place)
  } finally {
    await shell.close()
    place.leave()
    await rm(home, { recursive: true, force: true })
  }
}

async function playAll(steps: readonly Step[], shell: Shell, folder: string, place: Elsewhere): Promise<Played[]> {
  const played: Played[] = []
  for (const step of steps) {
    if ('file' in step) {
      await writeFile(join(folder, step.file.name), place.toReal(step.file.content))
      continue
    }
    const { command } = step
    const printed = await shell.run(place.toReal(command.text))
    played.push({ command, printed: place.toShown(printed).replaceAll(folder, '~/post').replaceAll('\r\n', '\n') })
    await moveChains(folder, place)
  }
  return played
}

/** Chains that the command wrote or copied. */
async function moveChains(folder: string, place: Elsewhere): Promise<void> {
  const chains = (await readdir(folder)).filter(name => name.endsWith('.json'))
  for (const name of chains) {
    const text = await readFile(join(folder, name), 'utf8')
    const moved = place.toReal(text)
    if (moved !== text) await writeFile(join(folder, name), moved)
  }
}
