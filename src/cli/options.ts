/**
 * What commands have in common on the command line.
 */
import { type Command, Option } from 'commander'
import { verdictFormats } from '../report/judged.js'
import { way } from './arguments.js'
import type { ExitStatus } from './exit.js'

export type End = (status: ExitStatus) => void

export const chainOption = (): Option => new Option('--chain <file>', 'the chain (default: chain.json)')
export const jsonOption = (): Option => new Option('--json', 'one JSON document on standard output')

/** Of a command that judges messages. */
export function addVerdictOptions(command: Command): Command {
  return command
    .option(
      '--expect <way>',
      "the way that each must have taken, as 'a > * > c': names, hostnames or addresses, ? for one hop, * for one or more, ** for any number",
      way,
    )
    .addOption(new Option('--format <format>', 'github: annotations (default: text)').choices(verdictFormats))
    .addOption(jsonOption())
    .option('--junit <file>', 'write JUnit XML there too')
}

/** Commands that are shown as they are typed; the tests run each of them. */
export function example(...commands: readonly string[]): string {
  return `\nExample:${commands.map(command => `\n  $ ${command}`).join('')}`
}
