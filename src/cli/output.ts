/**
 * Standard output is for what was asked for, standard error for all else.
 */
import { makeStyle, type Style } from '../report/style.js'

export interface Output {
  /** For standard output. */
  readonly style: Style
  /** For standard error. */
  readonly errorStyle: Style
  write(text: string): void
  /** One JSON document. */
  json(document: unknown): void
  /** One JSON document on one line, of a stream of them. */
  line(document: unknown): void
  error(text: string): void
}

export function processOutput(): Output {
  const { stdout, stderr, env } = process
  return {
    style: makeStyle(colours(stdout.isTTY, env)),
    errorStyle: makeStyle(colours(stderr.isTTY, env)),
    write: text => void stdout.write(`${text}\n`),
    json: document => void stdout.write(`${JSON.stringify(document, null, 2)}\n`),
    line: document => void stdout.write(`${JSON.stringify(document)}\n`),
    error: text => void stderr.write(`${text}\n`),
  }
}

/** no-color.org: any value but the empty one turns colour off. */
function colours(isTerminal: boolean | undefined, env: NodeJS.ProcessEnv): boolean {
  return isTerminal === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
}
