/**
 * `init`: writes a commented chain.json.
 */
import { writeFile } from 'node:fs/promises'
import { chainTemplate } from '../config/init.js'
import { CommandFailure, type ExitStatus } from './exit.js'
import type { Output } from './output.js'

export interface InitOptions {
  readonly chain: string
  readonly force: boolean
}

export async function init(count: number, { chain, force }: InitOptions, output: Output): Promise<ExitStatus> {
  try {
    await writeFile(chain, chainTemplate(count), { flag: force ? 'w' : 'wx' })
  } catch (error) {
    throw failure(chain, error)
  }
  output.write(`${chain} is written. Try it with: mta-chain run${chain === 'chain.json' ? '' : ` --chain ${chain}`}`)
  return 0
}

function failure(file: string, error: unknown): CommandFailure {
  if (error instanceof RangeError) return new CommandFailure(2, error.message)
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  if (code === 'EEXIST')
    return new CommandFailure(2, `${file} exists already: --force writes over it, --chain FILE writes elsewhere`)
  return new CommandFailure(3, `${file} can't be written: ${code}`)
}
