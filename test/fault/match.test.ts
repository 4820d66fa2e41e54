import { describe, expect, test } from 'vitest'
import { readFault } from '../../src/config/fault.js'
import type { FaultInput } from '../../src/config/fault-schema.js'
import type { Ask } from '../../src/fault/ask.js'
import { fits } from '../../src/fault/match.js'
import { ask } from './asking.js'

type Match = NonNullable<FaultInput['match']>
const start = Buffer.from('SUBJECT : Cheap\r\n\tTea\r\nX: 1\r\nX: 2\r\nBody: none\r\n\r\nZ: 3\r\n')
const atDot: Partial<Ask> = { stage: 'message', content: { size: 1000, start } }
const client = (address: string, helo: string | null = null): Partial<Ask> => ({ client: { address, port: 1, helo } })

const cases: readonly (readonly [Match, Partial<Ask>, boolean])[] = [
  [{}, {}, true],
  [{ client: '127.0.0.1' }, client('127.0.0.1'), true],
  [{ client: '127.0.0.1' }, client('127.0.0.11'), false],
  [{ client: '127.0.*' }, client('127.0.3.4'), true],
  [{ client: '2001:DB8::*' }, client('2001:db8::1'), true],
  [{ helo: '*.Example' }, client('127.0.0.1', 'MX.example'), true],
  [{ helo: '*' }, client('127.0.0.1'), false],
  [{ sender: 'a@EXAMPLE.*' }, {}, true],
  [{ sender: 'A@example.test' }, {}, false],
  [{ sender: '*' }, { reversePath: null }, true],
  [{ sender: '<>' }, { reversePath: null }, true],
  [{ sender: '<>' }, {}, false],
  [{ sender: '*@*' }, { reversePath: null }, false],
  [{ recipient: '*@example.test' }, {}, true],
  [{ recipient: 'c@*' }, { recipients: ['b@example.test', 'c@example.test'] }, true],
  [{ recipient: 'c@*' }, {}, false],
  [{ recipient: 'C@*' }, { recipients: ['c@example.test'] }, false],
  [{ recipient: 'postmaster' }, { recipients: ['PostMaster'] }, true],
  [{ recipient: '*' }, { recipients: ['postmaster'] }, true],
  [{ sender: 'a@*', recipient: 'c@*' }, {}, false],
  [{ header: { Subject: 'cheap*TEA' } }, atDot, true],
  [{ header: { Subject: '*coffee*' } }, atDot, false],
  [{ header: { x: '2' } }, atDot, true],
  [{ header: { x: '2', subject: '*Coffee' } }, atDot, false],
  [{ header: { Z: '*' } }, atDot, false],
  [{ size: '>1kB' }, atDot, false],
  [{ size: '>=1kB' }, atDot, true],
  [{ size: '<1000' }, atDot, false],
  [{ size: '<=1kB' }, atDot, true],
  [{ size: '1kB..2kB' }, atDot, true],
  [{ size: '0.5kB..999' }, atDot, false],
]

describe('a rule', () => {
  test.each(cases)('with %j', (match, different, expected) => {
    const asked = ask(different)
    expect(fits(readFault({ at: asked.stage, drop: true, match }), asked)).toBe(expected)
  })

  test('fits at its stage alone', () => {
    expect(fits(readFault({ at: 'mail', drop: true }), ask())).toBe(false)
  })
})
