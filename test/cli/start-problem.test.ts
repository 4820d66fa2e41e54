/**
 * What is said where a chain can't start, for what no test can bring about on every machine.
 */
import { describe, expect, it } from 'vitest'
import { describeStartProblem, type StartProblem } from '../../src/chain/problem.js'
import { validateChain } from '../../src/config/load.js'

function listen(code: string, port = 25): StartProblem {
  const read = validateChain({ mtas: [{ name: 'a', address: '127.0.0.11', port }] })
  const [mta] = read.ok ? read.config.mtas : []
  if (!mta) throw new Error('no MTA')
  return { kind: 'listen', mta, code }
}

describe('an MTA can not listen', () => {
  it.each([
    ['linux', 'EACCES', 'or allow them with: sudo sysctl net.ipv4.ip_unprivileged_port_start=25'],
    ['darwin', 'EACCES', 'no right to ports below 1024. Use "port": 2525, or run it as root'],
    ['linux', 'EADDRNOTAVAIL', 'Add it with: sudo ip address add 127.0.0.11 dev lo (mta-chain doctor'],
    ['darwin', 'EADDRNOTAVAIL', 'Add it with: sudo ifconfig lo0 alias 127.0.0.11 up (mta-chain doctor'],
    ['win32', 'EADDRNOTAVAIL', 'this machine does not have that address.'],
    ['linux', 'EADDRINUSE', 'another program listens there'],
    ['linux', 'EMFILE', 'port 25: EMFILE'],
  ] as const)('on %s, %s', (platform, code, sentence) => {
    const said = describeStartProblem(listen(code), platform)
    expect(said).toMatch(/^a can't listen on 127\.0\.0\.11 port 25: /)
    expect(said).toContain(sentence)
  })
})

describe('the state can not be used', () => {
  const folder = '/chain/.mta-chain'
  const state = (code: string): string => describeStartProblem({ kind: 'state', folder, code, reason: 'as it says' })

  it('for want of space', () => {
    expect(state('ENOSPC')).toBe(
      "/chain/.mta-chain can't be used: no space left on the disk. Make room and start again; what is queued there is untouched.",
    )
  })

  it.each(['EACCES', 'EPERM', 'EROFS'])('for want of a right (%s)', code => {
    expect(state(code)).toContain(`no right to write there (${code}). Make the folder writable`)
  })

  it('for another reason', () => {
    expect(state('')).toBe("/chain/.mta-chain can't be used: as it says")
  })
})
