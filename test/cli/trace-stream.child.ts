/**
 * Runs the command line, then prints on standard error how much memory the process had at most, in kilobytes.
 */
import { main } from '../../src/cli/main.js'

process.exitCode = await main(process.argv.slice(2))
process.stderr.write(`${process.resourceUsage().maxRSS}\n`)
