/**
 * What commands have in common on the command line.
 */
import { Option } from 'commander'
import type { ExitStatus } from './exit.js'

export type End = (status: ExitStatus) => void

export const chainOption = (): Option => new Option('--chain <file>', 'the chain (default: chain.json)')
export const jsonOption = (): Option => new Option('--json', 'one JSON document on standard output')

export function example(command: string): string {
  return `\nExample:\n  $ ${command}`
}
