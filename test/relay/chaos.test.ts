import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import type { Script, Step } from '../support/script.js'
import { startScriptedPeer } from '../support/scripted-peer.js'
import { Relay } from '../../src/relay/relay.js'
import { optionsFor, send, there } from './harness.js'

const fault = fc.constantFrom<Step>(
  'drop',
  'reset',
  '99 bottles',
  '421 4.3.2 Down',
  '450 4.2.0 Later',
  '550 5.1.1 No',
  '503 5.5.1 What',
)
/** Goes well three times out of four. */
const sometimes = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { freq: 3, nil: undefined }).chain(step => fc.constantFrom(step, undefined, undefined, undefined))

const script: fc.Arbitrary<Script> = fc
  .record({
    greeting: sometimes(fault),
    ehlo: sometimes(fault),
    mail: sometimes(fault),
    rcpt: sometimes(fault),
    data: sometimes(fc.oneof(fault, fc.constant<Step>('250 2.0.0 Ok'))),
    content: sometimes(fc.constantFrom({ after: 2, fault: 'drop' as const }, { after: 2, fault: 'reset' as const })),
    message: sometimes(fc.oneof(fault, fc.constant<Step>('250 2.0.0 Ok\r\n421 4.3.2 Down'))),
    rset: sometimes(fault),
  })
  .map(({ rcpt, ...steps }) => {
    const given = Object.fromEntries(Object.entries(steps).filter(([, step]) => step !== undefined))
    return rcpt === undefined ? given : { ...given, rcpt: [rcpt] }
  })

describe('whatever goes wrong', () => {
  test.prop([fc.array(script, { minLength: 20, maxLength: 60 })], { numRuns: 15 })(
    'what is called delivered is there once, and nothing else is',
    async attempts => {
      const peer = await startScriptedPeer({ host: there, attempts })
      const relay = new Relay(optionsFor(peer))
      const kinds = new Map<string, string | undefined>()
      const worker = async (name: number): Promise<void> => {
        for (let n = 0; n < 10; n++) {
          const content = `${name}-${n}\r\n`
          kinds.set(content, (await send(relay, { content }))?.kind)
          if (n % 4 === name) peer.hangUp(n % 2 === 0 ? 'drop' : 'reset')
        }
      }
      await Promise.all([0, 1, 2].map(worker))
      await relay.close()
      await peer.close()
      const taken = peer.sessions.flatMap(({ messages }) => messages).filter(({ accepted }) => accepted)
      const contents = taken.map(({ content }) => content.toString())
      const called = [...kinds].filter(([, kind]) => kind === 'delivered').map(([content]) => content)
      // a hang-up may strike between the final dot and the 250: taken, and called deferred
      const unknown = contents.filter(content => kinds.get(content) === 'deferred')
      expect(contents.toSorted()).toEqual([...called, ...unknown].toSorted())
      expect(unknown.length).toBeLessThanOrEqual(8)
    },
  )
})
