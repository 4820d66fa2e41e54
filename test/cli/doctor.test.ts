/**
 * `doctor`: what it finds, and what mends it.
 */
import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { mendOf } from '../../src/chain/mend.js'
import { command } from './support/command.js'
import { port, workspace } from './support/workspace.js'

describe('doctor', () => {
  it('ends with 0 where all is right', async () => {
    const { chain, addresses } = await workspace()
    const { status, stdout, stderr } = await command('doctor', '--chain', chain)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      `✔ first   ${addresses[0]}:${port}`,
      `✔ second  ${addresses[1]}:${port}`,
      '',
      'This machine can run the chain.',
    ])
  })

  it('ends with 3 where something is not, each told', async () => {
    const { chain, addresses } = await workspace([{}, { address: '192.0.2.1', exposed: true }, { name: 'fine' }])
    const server = createServer()
    await new Promise<void>(resolve => server.listen(port, addresses[0], resolve))
    onTestFinished(() => void server.close())
    const { status, stdout } = await command('doctor', '--chain', chain)
    expect(status).toBe(3)
    expect(stdout).toMatch(/^✘ first .* taken, by: lsof -nP -iTCP:\d+ -sTCP:LISTEN$/m)
    expect(stdout).toMatch(/^✘ second .* this machine does not have the address$/m)
    expect(stdout).toMatch(/^✔ fine {4}/m)
    expect(stdout).toMatch(/^This mends it:\n {2}sudo \S+ .*192\.0\.2\.1/m)
  })

  it('is with --json one document', async () => {
    const { chain, addresses } = await workspace([{}, { address: '192.0.2.1', exposed: true }])
    const { status, stdout } = await command('doctor', '--chain', chain, '--json')
    expect(status).toBe(3)
    expect(JSON.parse(stdout)).toEqual({
      mtas: [
        { name: 'first', address: addresses[0], port, problem: null },
        { name: 'second', address: '192.0.2.1', port, problem: 'EADDRNOTAVAIL' },
      ],
      mend: expect.stringContaining('192.0.2.1'),
    })
  })
})

describe('the command that mends all', () => {
  const absent = ['127.0.0.2', '127.0.0.3', '127.0.0.2'].map(address => ({
    address,
    port: 25,
    problem: 'EADDRNOTAVAIL',
  }))
  const low = [2500, 25, 587].map(number => ({ address: '127.0.0.4', port: number, problem: 'EACCES' }))
  const taken = { address: '127.0.0.5', port: 25, problem: 'EADDRINUSE' }
  const fine = { address: '127.0.0.6', port: 25, problem: null }

  it('adds addresses, each once', () => {
    expect(mendOf([...absent, fine], 'darwin')).toBe(
      'for a in 127.0.0.2 127.0.0.3; do sudo ifconfig lo0 alias $a up; done',
    )
    expect(mendOf(absent, 'linux')).toBe('for a in 127.0.0.2 127.0.0.3; do sudo ip address add $a dev lo; done')
    expect(mendOf(absent.slice(0, 1), 'darwin')).toBe('sudo ifconfig lo0 alias 127.0.0.2 up')
  })

  it('allows low ports where a system has a way to', () => {
    expect(mendOf(low, 'linux')).toBe('sudo sysctl net.ipv4.ip_unprivileged_port_start=25')
    expect(mendOf(low, 'darwin')).toBeNull()
  })

  it('is one, whatever is wrong', () => {
    expect(mendOf([...absent, ...low], 'linux')).toMatch(/^for a in .*; done && sudo sysctl .*=25$/)
  })

  it('is none where nothing is wrong, or a port is taken', () => {
    expect(mendOf([fine, taken], 'linux')).toBeNull()
  })
})
