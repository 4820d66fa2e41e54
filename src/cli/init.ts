/**
 * `init`: writes a commented chain.json.
 */
import { writeFile } from 'node:fs/promises'
import { chainTemplate } from '../config/init.js'
import { defaultChainFile } from './chain-file.js'
import { CommandFailure, type ExitStatus, reasonOf, systemCode } from './exit.js'
import type { Output } from './output.js'

export interface InitOptions {
  readonly chain?: string
  readonly force?: boolean
}

export async function init(
  mtas: number,
  { chain = defaultChainFile, force }: InitOptions,
  { write }: Output,
): Promise<ExitStatus> {
  const text = templateOrFail(mtas)
  await writeFile(chain, text, { flag: force ? 'w' : 'wx' }).catch((error: unknown) => {
    throw failure(chain, error)
  })
  write(`${chain} is written. Try it with: mta-chain run${chain === defaultChainFile ? '' : ` --chain ${chain}`}`)
  return 0
}

function templateOrFail(mtas: number): string {
  try {
    return chainTemplate(mtas)
  } catch (error) {
    throw new CommandFailure(2, reasonOf(error))
  }
}

function failure(file: string, error: unknown): CommandFailure {
  const code = systemCode(error)
  if (code === 'EEXIST') {
    return new CommandFailure(2, `${file} exists already: --force writes over it, --chain FILE writes elsewhere`)
  }
  const isMistake = code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR'
  return new CommandFailure(isMistake ? 2 : 3, `${file} can't be written: ${reasonOf(error)}`)
}
