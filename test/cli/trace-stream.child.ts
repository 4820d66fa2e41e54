/**
 * Runs the command line, then prints on standard error how much memory the process had at most, in kilobytes.
 */
import { existsSync, readFileSync } from 'node:fs'
import { main } from '../../src/cli/main.js'

/** Where the system tells, since the program began: what else is told counts the process that started it, too. */
function mostMemory(): number {
  if (!existsSync('/proc/self/status')) return process.resourceUsage().maxRSS
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
}

process.exitCode = await main(process.argv.slice(2))
process.stderr.write(`${mostMemory()}\n`)
