/**
 * What the program says of itself, and to whoever asks for what it does not have.
 */
import { describe, expect, it } from 'vitest'
import { command, commandWith } from './support/command.js'
import { workspace } from './support/workspace.js'

const commands = ['run', 'up', 'send', 'status', 'queue', 'fault', 'check', 'trace', 'doctor', 'init', 'completion']
const inGroups = [
  ...['list', 'show', 'retry', 'hold', 'release', 'drop', 'export'].map(name => `queue ${name}`),
  ...['add', 'list', 'clear'].map(name => `fault ${name}`),
]

describe('help', () => {
  it('names every command and the first steps', async () => {
    const { status, stdout, stderr } = await command('--help')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    for (const name of commands) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
    expect(stdout).toContain('$ mta-chain init')
  })

  it.each([...commands, ...inGroups])('of %s has an example, and no line wider than the terminal', async name => {
    const { status, stdout } = await command(...name.split(' '), '--help')
    expect(status).toBe(0)
    expect(stdout).toMatch(new RegExp(String.raw`Example:\n  \$ mta-chain ${name}\b`))
    expect(stdout).not.toContain('default: false')
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('says the version', async () => {
    expect(await command('--version')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+$/) })
  })
})

describe('wrong usage ends with 2, one sentence and where to find help', () => {
  it.each([
    [['nope'], "unknown command 'nope'"],
    [['rnu'], 'Did you mean run?'],
    [['--nope'], "unknown option '--nope'"],
    [['run', '--chian', 'x'], 'Did you mean --chain?'],
    [['run', '--count', '0'], 'Expected a number from 1 to 1000000.'],
    [['run', '--count', '1e3'], 'Expected a number'],
    [['run', '--count', '99999999999'], 'Expected a number'],
    [['run', '--timeout', '5'], 'Expected a time from 1ms to 24d'],
    [['run', '--timeout', '0s'], 'Expected a time'],
    [['run', '--timeout', '1000h'], 'Expected a time'],
    [['run', '--to'], "option '--to <address...>' argument missing"],
    [['check'], "missing required argument 'files'"],
    [['trace'], "missing required argument 'files'"],
    [['up', 'extra'], "too many arguments for 'up'"],
    [['init', '0'], 'Expected a number'],
    [['run', '--expect', 'a >'], 'is no path: expected names'],
    [['check', 'm', '--format', 'html'], 'Allowed choices are text, json, junit, github.'],
    [['run', '--junit'], "option '--junit <file>' argument missing"],
    [['completion'], "missing required argument 'shell'"],
  ])('%j', async (args, sentence) => {
    const { status, stdout, stderr } = await command(...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(sentence)
    expect(stderr).toMatch(/^mta-chain: /)
    expect(stderr).toMatch(/\(mta-chain( \w+)? --help tells more\)$/)
    expect(stderr.split('\n').length).toBeLessThanOrEqual(3)
  })

  it('shows the help to whoever gives no command, on standard error', async () => {
    const { status, stdout, stderr } = await command()
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain('Usage: mta-chain')
  })
})

describe('a wrong chain.json', () => {
  it('is told with every mistake and its place, and ends every command with 2', async () => {
    const { chain, write } = await workspace()
    await write('chain.json', '{ "mtas": [{ "name": "a b", "address": "8.8.8.8" }] }')
    for (const name of ['run', 'up', 'send', 'doctor']) {
      const { status, stdout, stderr } = await command(name, '--chain', chain)
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
      const lines = stderr.split('\n')
      expect(lines[0]).toMatch(/^\/.*chain\.json:1:\d+ {2}mtas\[0\]\.name: found "a b"/)
      expect(lines.at(-1)).toBe(`mta-chain: 2 mistakes in ${chain}`)
    }
  })

  it('that does not exist is told with what to do', async () => {
    const { status, stderr } = await command('run', '--chain', '/nowhere/chain.json')
    expect(status).toBe(2)
    expect(stderr).toContain('found no such file, expected a file with a chain; write one with: mta-chain init')
  })
})

it('never rejects and shows no stack, also for a mistake of its own', async () => {
  const { chain } = await workspace()
  const write = (): void => {
    throw new RangeError('of its own\u001B[31m')
  }
  const { status, stderr } = await commandWith({ write }, ['doctor', '--chain', chain])
  expect({ status, stderr }).toEqual({
    status: 3,
    stderr: 'mta-chain: unexpected: of its own\\x1b[31m. Please report it.',
  })
})
