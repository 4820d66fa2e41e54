/**
 * A message's way told in the terminal.
 */
import { describe, expect, it } from 'vitest'
import { explain } from '../../../src/report/explain/explain.js'
import { makeStyle } from '../../../src/report/style.js'
import { width } from '../../../src/report/text.js'
import type { ToldMessage } from '../../../src/report/story/types.js'
import { chainOf, plain, refusing, tell } from '../telling.js'

function told({ story }: ToldMessage, columns = 80, withDialogues = true, colour = false): string {
  return explain(story, { style: makeStyle(colour), columns, withDialogues, heard: new Set() })
}

/** Its lines as one sentence after the other, wherever they were broken. */
function flowing(text: string): string {
  return text.replace(/\s+/g, ' ')
}

describe('a way without trouble', () => {
  it('is each hop with its dialogue, its stamp and why 250 comes last', async () => {
    const message = await tell(await chainOf(), plain)
    const text = told(message)
    for (const { mta, id, stamp } of message.story.hops) {
      expect(text).toContain(`S: 250 2.0.0 Ok: queued as ${id}`)
      expect(flowing(text)).toContain(`${mta} put its stamp in front, kept the message as ${id} in its spool`)
      expect(flowing(text)).toContain(flowing(stamp).trim())
    }
    expect(text).toMatch(/^ {6}C: MAIL FROM:<a@example\.test> SIZE=\d+$/m)
    expect(flowing(text)).toMatch(/ms later, first handed it from its own address 127\.[\d.]+ to second by ESMTP/)
    expect(text).toMatch(/^ {2}✔ last put it into the mailbox of b@example\.test, /m)
  })

  it('explains each thing once, and offers that are the same in short', async () => {
    const text = told(await tell(await chainOf(), plain))
    for (const hint of ['a line with a dot alone ends the message', 'safe in the spool', 'RFC 2920']) {
      expect(flowing(text).split(hint)).toHaveLength(2)
    }
    expect(text.match(/250 … and offers the same as the one before/g)).toHaveLength(2)
  })

  it('fits the terminal, however narrow', async () => {
    const message = await tell(await chainOf([{}, refusing('450 4.2.0 Come back another day', { first: 2 })]), plain)
    for (const columns of [60, 80, 132]) {
      const widest = Math.max(...told(message, columns).split('\n').map(width))
      expect(widest).toBeLessThan(columns)
    }
  })

  it('is short without the dialogues', async () => {
    const message = await tell(await chainOf(), plain)
    expect(told(message, 80, false)).not.toContain('S: ')
    expect(told(message, 80, false).split('\n').length).toBeLessThan(35)
  })
})

describe('a way with trouble', () => {
  it('has the first failed attempt in full, alike ones in a line, then the one that succeeded', async () => {
    const chain = await chainOf([{}, { faults: [{ at: 'rcpt', greylist: '10m' }] }])
    const text = told(await tell(chain, plain), 100)
    expect(flowing(text)).toContain(
      '09:00:00 attempt 1: 450 4.7.1 Greylisted, try again later (fault rule second-1), next at 09:01:00',
    )
    expect(text).toContain('S: 450 4.7.1 Greylisted, try again later')
    expect(text).toContain('09:01:00 to 09:06:00 attempts 2 to 3: the same')
    expect(text).toContain('09:21:00 attempt 4:')
    expect(text).toContain('What held it up: 450 4.7.1 Greylisted, try again later (3 times)')
    expect(flowing(text)).toContain('21 min later, at attempt 4, first handed it')
  })

  it('ends with who did not get it, and why', async () => {
    const text = told(await tell(await chainOf([{}, refusing('554 5.7.1 No')]), plain), 100)
    expect(text).toContain('✘ What did not go on from here:')
    expect(flowing(text)).toMatch(/first gave up for b@example\.test and told a@example\.test: report \w{10}/)
    expect(flowing(text)).toMatch(/✘ b@example\.test did not get it, .+ in all: 554 5\.7\.1 No/)
  })

  it('is what the first MTA said, where it took nothing', async () => {
    const text = told(await tell(await chainOf([refusing('550 5.7.1 Not you')]), plain))
    expect(text).toContain('✘ The first MTA did not take it:')
    expect(flowing(text)).toContain('attempt 1: 550 5.7.1 Not you (fault rule first-1)')
    expect(text).toContain('S: 550 5.7.1 Not you')
    expect(text).toContain('✘ not delivered to b@example.test')
  })
})

it('sends nothing to the terminal that a name or a reply has in it', async () => {
  const chain = await chainOf([{}, refusing('450 4.2.0 Later', { first: 1 })])
  const evil = '\u001B[2J\u202Eevil\u0007'
  const message = await tell(chain, plain)
  const { story } = message
  const [first, ...others] = story.hops
  if (!first) throw new Error('no hop')
  const hostile = {
    ...story,
    file: `${evil}.eml`,
    to: [evil],
    hops: [
      { ...first, mta: evil, client: { address: evil, helo: evil }, stamp: evil, reports: [evil], reason: evil },
      ...others.map(hop => ({
        ...hop,
        attempts: hop.attempts.map(attempt => ({
          ...attempt,
          answers: attempt.answers.map(answer => ({ ...answer, said: evil })),
          rules: [evil],
          dialogues: attempt.dialogues.map(dialogue => ({
            ...dialogue,
            lines: dialogue.lines.map(line => ({ ...line, text: evil })),
          })),
        })),
      })),
    ],
    ends: story.ends.map(end => ({ ...end, recipient: evil, kind: 'bounced' as const, words: evil })),
  }
  const text = told({ ...message, story: hostile })
  expect(text).toContain('\\x1b[2J\\x202eevil\\x07')
  expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/)
  // colours are ours alone
  expect(told({ ...message, story: hostile }, 80, true, true)).not.toContain('\u001B[2J')
})
