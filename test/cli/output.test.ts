/**
 * Colour is for terminals.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { processOutput } from '../../src/cli/output.js'

/** Of the process that runs the tests: whether it is on a terminal is the test's to say. */
function onTerminal(isTerminal: boolean, columns?: number): void {
  vi.spyOn(process, 'stdout', 'get').mockReturnValue(pretend(process.stdout, isTerminal, columns))
  vi.spyOn(process, 'stderr', 'get').mockReturnValue(pretend(process.stderr, isTerminal, columns))
}

function pretend<Stream extends NodeJS.WriteStream>(stream: Stream, isTTY: boolean, columns?: number): Stream {
  return Object.create(stream, { isTTY: { value: isTTY }, columns: { value: columns }, on: { value: () => undefined } })
}

function isColoured(): { readonly stdout: boolean; readonly stderr: boolean } {
  const { style, errorStyle } = processOutput()
  return { stdout: style.isColorSupported, stderr: errorStyle.isColorSupported }
}

beforeEach(() => {
  vi.stubEnv('NO_COLOR', '')
  vi.stubEnv('TERM', 'xterm-256color')
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

describe('colour', () => {
  it('is on a terminal', () => {
    onTerminal(true)
    expect(isColoured()).toEqual({ stdout: true, stderr: true })
  })

  it('is not in a pipe or a file', () => {
    onTerminal(false)
    expect(isColoured()).toEqual({ stdout: false, stderr: false })
  })

  it.each([
    ['NO_COLOR', '1'],
    ['NO_COLOR', '0'],
    ['TERM', 'dumb'],
  ])('is not with %s=%s', (name, value) => {
    onTerminal(true)
    vi.stubEnv(name, value)
    expect(isColoured()).toEqual({ stdout: false, stderr: false })
  })
})

it('drawings are as wide as the terminal, 100 columns where there is none', () => {
  onTerminal(true, 57)
  expect(processOutput().columns).toBe(57)
  onTerminal(false)
  expect(processOutput().columns).toBe(100)
})
