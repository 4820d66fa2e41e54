/**
 * Colour is for terminals, and output for whoever reads it.
 */
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { processOutput } from '../../src/cli/output.js'

interface Streams {
  readonly stdout: PassThrough
  readonly stderr: PassThrough
}

/** Puts streams of the test in the place of this process's. */
function pretend(isTTY: boolean, columns?: number): Streams {
  const streams = { stdout: new PassThrough({ encoding: 'utf8' }), stderr: new PassThrough({ encoding: 'utf8' }) }
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = Object.assign(streams[name], { isTTY, columns })
    vi.spyOn(process, name, 'get').mockReturnValue(
      Object.create(
        process[name],
        Object.getOwnPropertyDescriptors({
          isTTY,
          columns,
          on: stream.on.bind(stream),
          write: stream.write.bind(stream),
        }),
      ),
    )
  }
  return streams
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
  function isColoured(): { readonly stdout: boolean; readonly stderr: boolean } {
    const { style, errorStyle } = processOutput()
    return { stdout: style.isColorSupported, stderr: errorStyle.isColorSupported }
  }

  it('is on a terminal', () => {
    pretend(true)
    expect(isColoured()).toEqual({ stdout: true, stderr: true })
  })

  it('is not in a pipe or a file', () => {
    pretend(false)
    expect(isColoured()).toEqual({ stdout: false, stderr: false })
  })

  it.each([
    ['NO_COLOR', '1'],
    ['NO_COLOR', '0'],
    ['TERM', 'dumb'],
  ])('is not with %s=%s', (name, value) => {
    pretend(true)
    vi.stubEnv(name, value)
    expect(isColoured()).toEqual({ stdout: false, stderr: false })
  })
})

it('drawings are as wide as the terminal, 100 columns where there is none', () => {
  pretend(true, 57)
  expect(processOutput().columns).toBe(57)
  pretend(false)
  expect(processOutput().columns).toBe(100)
})

describe('output that nobody reads any more', () => {
  const broken = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })

  it('is not written, and nothing is said of it', () => {
    const { stdout, stderr } = pretend(false)
    const output = processOutput()
    stdout.emit('error', broken)
    output.write('more')
    expect(output.unread.aborted).toBe(true)
    expect([stdout.read(), stderr.read(), process.exitCode]).toEqual([null, null, undefined])
  })

  it('on standard error leaves standard output alone', () => {
    const { stdout, stderr } = pretend(false)
    const output = processOutput()
    stderr.emit('error', broken)
    output.write('more')
    expect(output.unread.aborted).toBe(false)
    expect(stdout.read()).toBe('more\n')
  })
})

describe('progress', () => {
  it('is written over on a terminal, and taken away before what is shown there', () => {
    const { stdout, stderr } = pretend(true)
    const { progress, write } = processOutput()
    progress('')
    progress('10 %')
    progress('20 %')
    expect(stderr.read()).toBe('\r\u001B[K10 %\r\u001B[K20 %')
    write('x')
    expect([stdout.read(), stderr.read()]).toEqual(['x\n', '\r\u001B[K'])
  })

  it('is not drawn elsewhere', () => {
    const { stderr } = pretend(false)
    processOutput().progress('10 %')
    expect(stderr.read()).toBeNull()
  })
})

it('waits for room with what may be long', async () => {
  const { stdout } = pretend(false)
  const { paced } = processOutput()
  await paced('short')
  expect(stdout.read()).toBe('short\n')
})
