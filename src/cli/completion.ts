/**
 * `completion`: the script that lets a shell complete this program's commands.
 */
import type { Command } from 'commander'
import { bashScript } from './completion/bash.js'
import { fishScript } from './completion/fish.js'
import { type CommandShape, shapeOf } from './completion/shape.js'
import { zshScript } from './completion/zsh.js'
import type { ExitStatus } from './exit.js'
import type { Output } from './output.js'
import type { Shell } from './shells.js'

const scripts: Readonly<Record<Shell, (program: CommandShape) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

export function completion(shell: Shell, program: Command, { write }: Output): ExitStatus {
  write(scripts[shell](shapeOf(program)))
  return 0
}
