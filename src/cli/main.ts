/**
 * The command line: arguments in, exit status out.
 */
import { CommanderError } from 'commander'
import { makeProgram } from './commands.js'
import { CommandFailure, type ExitStatus } from './exit.js'
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
  const mark = output.errorStyle.red('mta-chain:')
  if (error instanceof CommandFailure) {
    output.error(`${mark} ${error.message}`)
    return error.status
  }
  output.error(`${mark} unexpected: ${error instanceof Error ? error.message : String(error)}. Please report it.`)
  return 3
}
