/**
 * Standard output is for what was asked for, standard error for all else.
 */
import { once } from 'node:events'
import { makeStyle, type Style } from '../report/style.js'
import { printableJson } from '../report/text.js'
import { reasonOf, systemCode } from './exit.js'

export interface Output {
  /** For standard output. */
  readonly style: Style
  /** For standard error. */
  readonly errorStyle: Style
  /** How wide the terminal is. */
  readonly columns: number
  /** Aborts when nobody reads any more (`| head`): what is written from then on is dropped. */
  readonly unread: AbortSignal
  readonly write: (text: string) => void
  /** Octets as they are; resolves once there is room for more. */
  readonly octets: (octets: Uint8Array) => Promise<void>
  /** A line, or several, of what may be long; resolves once there is room for more. */
  readonly paced: (text: string) => Promise<void>
  /** A line on standard error that the next one is written over, empty to take it away; only on a terminal. */
  readonly progress: (text: string) => void
  /** One JSON document. */
  readonly json: (document: unknown) => void
  /** One JSON document on one line, of a stream of them. */
  readonly line: (document: unknown) => void
  readonly error: (text: string) => void
}

/** What no terminal tells: files and pipes. */
const usualColumns = 100

/** Of this process. To be made once: it handles what goes wrong with its streams. */
export function processOutput(): Output {
  const { stdout, stderr, env } = process
  const unread = new AbortController()
  stdout.on('error', error => failed(error, unread))
  // there is nowhere left to say it
  stderr.on('error', () => undefined)
  const drawing = makeDrawing()
  const write = (text: string): void => {
    drawing.clear()
    if (!unread.signal.aborted) stdout.write(`${text}\n`)
  }
  const octets = async (piece: Uint8Array): Promise<void> => {
    if (unread.signal.aborted || stdout.write(piece)) return
    await once(stdout, 'drain', { signal: unread.signal }).catch(() => undefined)
  }
  return {
    style: makeStyle(colours(stdout.isTTY, env)),
    errorStyle: makeStyle(colours(stderr.isTTY, env)),
    columns: stdout.columns || usualColumns,
    unread: unread.signal,
    write,
    octets,
    paced(text) {
      drawing.clear()
      return octets(Buffer.from(`${text}\n`))
    },
    progress: drawing.draw,
    json: document => write(printableJson(JSON.stringify(document, null, 2))),
    line: document => write(printableJson(JSON.stringify(document))),
    error: text => void stderr.write(`${text}\n`),
  }
}

interface Drawing {
  readonly draw: (text: string) => void
  readonly clear: () => void
}

/** The line on standard error that is drawn over. It is taken away before standard output goes to the same terminal. */
function makeDrawing(): Drawing {
  const { stdout, stderr, env } = process
  let isDrawn = false
  const draw = (text: string): void => {
    if (!stderr.isTTY || env['TERM'] === 'dumb' || (text === '' && !isDrawn)) return
    isDrawn = text !== ''
    // ECMA-48 8.3.41: to the end of the line
    stderr.write(`\r\u001B[K${text}`)
  }
  return {
    draw,
    clear() {
      if (isDrawn && stdout.isTTY) draw('')
    },
  }
}

/** A reader that has seen enough is no failure; a full disk is one. */
function failed(error: Error, unread: AbortController): void {
  if (unread.signal.aborted) return
  unread.abort()
  if (systemCode(error) === 'EPIPE') return
  process.exitCode = 3
  process.stderr.write(`mta-chain: the output can't be written: ${reasonOf(error)}\n`)
}

/** no-color.org: any value but the empty one turns colour off. */
function colours(isTerminal: boolean | undefined, env: NodeJS.ProcessEnv): boolean {
  return isTerminal === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
}
