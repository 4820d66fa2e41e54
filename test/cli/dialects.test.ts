/**
 * Queue ids of every program on the command line: the first MTA's reply gives them, and people type them.
 */
import { describe, expect, test } from 'vitest'
import { queueId } from '../../src/cli/queue-id.js'
import { stampNames } from '../../src/mail/stamp-name.js'
import { formId } from '../../src/queue/id-styles.js'
import { command } from './support/command.js'
import { message, workspace } from './support/workspace.js'

describe('run', () => {
  test.each([...stampNames])('follows a message whose first MTA stamps as %s', async stamp => {
    const { chain, write } = await workspace([{ stamp }, {}])
    const { status, stdout } = await command('run', await write('m.eml', message()), '--chain', chain)
    expect(stdout).toMatch(/^PASS {2}1 delivery · 2 hops · evidence: message \+ journal/m)
    expect(status).toBe(0)
  })
})

describe('a queue id as it is typed', () => {
  test.each([...stampNames])("is taken as it is where it is %s's", stamp => {
    for (const number of [1, 2 ** 49 + 12_345]) {
      const id = formId(stamp, number, new Date('2026-11-24T10:00:00Z'))
      expect(queueId(id)).toBe(id)
    }
  })

  test('may be one of ours in small letters', () => {
    expect(queueId('7qj2m4xkz9')).toBe('7QJ2M4XKZ9')
  })

  test.each(['', '7QJ2M4XKZ', '../7QJ2M4XKZ9', '7QJ2M4XKZ9 ', '1tXGAb-00000000gDx'])('is not %j', text => {
    expect(() => queueId(text)).toThrow('expected a queue id')
  })
})
