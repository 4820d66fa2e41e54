/**
 * The command line: arguments in, exit status out.
 */
import { CommanderError } from 'commander'
import { printableLines } from '../report/text.js'
import { makeProgram } from './commands.js'
import { CommandFailure, type ExitStatus, reasonOf, systemCode } from './exit.js'
import { type Output, processOutput } from './output.js'

/** Runs a command; resolves with the exit status. Never rejects, and never shows a stack. */
export async function main(args: readonly string[], output: Output = processOutput()): Promise<ExitStatus> {
  let status: ExitStatus = 0
  const program = makeProgram(output, ended => {
    status = ended
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
    return status
  } catch (error) {
    return failed(error, output)
  }
}

function failed(error: unknown, output: Output): ExitStatus {
  // commander has said it already; --help and --version end this way too
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const isExpected = error instanceof CommandFailure
  const status = isExpected ? error.status : 3
  output.error(marked(isExpected ? error.message : describe(error), output))
  return status
}

function describe(error: unknown): string {
  if (systemCode(error) !== null && error instanceof Error) return `${reasonOf(error)} (${error.message})`
  return `unexpected: ${reasonOf(error)}. Please report it.`
}

/** The program's name before the last line: lines above it are places in a file, which editors and terminals open. */
function marked(message: string, { errorStyle }: Output): string {
  const lines = printableLines(message).split('\n')
  return [...lines.slice(0, -1), `${errorStyle.red('mta-chain:')} ${lines.at(-1) ?? ''}`].join('\n')
}
