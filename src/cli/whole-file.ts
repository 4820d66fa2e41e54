/**
 * A file that is written whole or not at all: beside its place first, then moved there. What can be known to fail is
 * told before the work that the file is about.
 */
import { randomUUID } from 'node:crypto'
import { access, constants, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CommandFailure, reasonOf } from './exit.js'

/** Fails with a sentence where the folder is not there or the file can't be written. `option` is named in it. */
export async function requireWritable(path: string, option: string): Promise<void> {
  const folder = dirname(path)
  if (await isFolder(path)) throw new CommandFailure(3, `${option}: ${path} is a folder, expected a file's path`)
  if (!(await isFolder(folder))) {
    const advice = `Make it first: mkdir -p ${folder}`
    throw new CommandFailure(3, `${option}: ${path} can't be written: there is no folder ${folder}. ${advice}`)
  }
  await access(folder, constants.W_OK).catch((error: unknown) => {
    throw new CommandFailure(3, `${option}: ${path} can't be written: ${folder}: ${reasonOf(error)}`)
  })
}

export async function writeWhole(path: string, text: string, option: string): Promise<void> {
  try {
    const there = await stat(path).catch(() => null)
    // a pipe or a device is not replaced by a file
    if (there && !there.isFile()) await writeFile(path, text)
    else await replace(there ? await realpath(path) : path, text)
  } catch (error) {
    throw new CommandFailure(3, `${option}: ${path} can't be written: ${reasonOf(error)}`)
  }
}

async function replace(path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.${randomUUID()}.part`)
  try {
    await writeFile(draft, text, { flag: 'wx' })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function isFolder(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => null)
  return there?.isDirectory() ?? false
}
