/**
 * `run` and `check` of a chain with a clock of its own: delays are mail time, and what made them is told.
 */
import { expect, it } from 'vitest'
import { command } from './support/command.js'
import { message, workspace } from './support/workspace.js'

const clock = { start: '2026-01-01T00:00:00Z', speed: 'jump' }

/** What the second MTA answers to the first two RCPTs. */
const greylisting = { at: 'rcpt', reply: '450 4.7.1 Greylisted', first: 2 }

it('shows hours that passed in a moment, and why', async () => {
  const space = await workspace([{}, { skew: '90s', faults: [greylisting] }], { clock, retry: { after: ['1h'] } })
  const file = await space.write('m.eml', message())
  // the time-out is the machine's time
  const args = ['--timeout', '20s', '--out', space.path('out'), '--keep']
  const { status, stdout, stderr } = await command('run', file, '--chain', space.chain, ...args)
  expect(status).toBe(0)
  const lines = stdout.split('\n')
  const hop = lines.findIndex(line => line.startsWith('  2  second'))
  expect(lines[hop]).toMatch(/ \+2 h$/)
  const notes = [
    '     The clock of second is 1 min 30 s fast, as the chain says.',
    '     2 h at first: 450 4.7.1 Greylisted by second (rule second-1), 3rd attempt',
  ]
  expect(lines.slice(hop + 1, hop + 3)).toEqual(notes)
  const kept = /kept in (.*)/.exec(stderr)?.[1] ?? ''
  const checked = await command(
    'check',
    space.path('out'),
    '--chain',
    space.chain,
    '--journal',
    `${kept}/journal.jsonl`,
  )
  expect(checked.status).toBe(0)
  expect(checked.stdout).toContain(notes.join('\n'))
  const unproved = await command('check', space.path('out'), '--chain', space.chain)
  expect(unproved.status).toBe(0)
})

it('gives up when the machine says so, however far mail time has come', async () => {
  const space = await workspace([{}, { faults: [greylisting] }], { clock: { speed: 0.001 }, retry: { after: ['1h'] } })
  const file = await space.write('m.eml', message())
  const { status, stdout } = await command('run', file, '--chain', space.chain, '--timeout', '200ms')
  expect(status).toBe(1)
  expect(stdout).toContain('Greylisted')
  expect(stdout).toContain('waited 200 ms')
})
