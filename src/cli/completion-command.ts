/**
 * The command `completion` with its argument.
 */
import { Argument, type Command } from 'commander'
import { type End, example } from './options.js'
import type { Output } from './output.js'
import { type Shell, shells } from './shells.js'

const intoShells = `
Where it goes:
  bash  a file that ~/.bashrc sources
  zsh   a file _mta-chain in a folder of $fpath
  fish  ~/.config/fish/completions/mta-chain.fish`

export function addCompletion(program: Command, output: Output, end: End): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'which one').choices(shells))
    .description('print the script that lets a shell complete commands, options and names of MTAs')
    .addHelpText('after', `${example('mta-chain completion bash')}\n${intoShells}`)
    .action(async (shell: Shell) => {
      const { completion } = await import('./completion.js')
      end(completion(shell, program, output))
    })
}
