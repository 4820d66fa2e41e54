/**
 * Whatever a client sends, in whatever segments: the MTA goes on, says nothing but replies, and has taken over as many
 * messages as it has said 250 to.
 */
import { once } from 'node:events'
import { createConnection } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bounded, patience } from '../support/bounded.js'
import { address, type Running, start } from './recording-listener.js'
import { sendMessage } from './talk.js'

/** All that the server says to these segments before it closes; the client ends its side after them. */
async function exchange(port: number, segments: readonly Buffer[]): Promise<string> {
  const socket = createConnection({ host: address, port, allowHalfOpen: true, noDelay: true })
  // a server that has thrown the client out resets what comes later
  socket.on('error', () => undefined)
  let said = ''
  socket.setEncoding('latin1').on('data', (text: string) => {
    said += text
  })
  await once(socket, 'connect')
  for (const segment of segments) {
    socket.write(segment)
    await turn()
    await turn()
  }
  socket.end()
  await bounded(
    patience,
    async signal => once(socket, 'close', { signal }),
    () => `still open after ${said}`,
  )
  return said
}

const commands = fc.constantFrom(
  'EHLO client.test\r\n',
  'HELO client.test\r\n',
  'MAIL FROM:<a@x.test>\r\n',
  'MAIL FROM:<> BODY=8BITMIME SMTPUTF8\r\n',
  'RCPT TO:<b@x.test>\r\n',
  'RCPT TO:<"b c"@x.test>\r\n',
  'DATA\r\n',
  'RSET\r\n',
  'NOOP\r\n',
  'VRFY b\r\n',
  'BDAT 3 LAST\r\n',
  'STARTTLS\r\n',
)
const octets = fc.constantFrom(
  '.',
  '..',
  '\r\n',
  '\r\n.\r\n',
  '\r\n..',
  '\n',
  '\r',
  '\0',
  ' ',
  'a',
  ':',
  '<',
  '>',
  '\xff',
  'é',
)
const content = fc.array(octets, { maxLength: 8 }).map(parts => `S: 1\r\n${parts.join('')}\r\n.\r\n`)
const transaction = content.map(text => `MAIL FROM:<>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n${text}`)
const junk = fc.uint8Array({ maxLength: 20 }).map(bytes => Buffer.from(bytes).toString('latin1'))
const long = fc.nat({ max: 300 }).map(length => `${'x'.repeat(length)}\r\n`)
const piece = fc.oneof(
  { weight: 5, arbitrary: commands },
  { weight: 4, arbitrary: transaction },
  { weight: 2, arbitrary: content },
  { weight: 1, arbitrary: fc.oneof(octets, junk, long) },
)
const stream = fc.array(piece, { maxLength: 12 }).map(pieces => Buffer.from(`EHLO x\r\n${pieces.join('')}`, 'latin1'))
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 })

function cut(whole: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map(place => Math.floor(place * whole.length)), whole.length].toSorted((a, b) => a - b)
  return ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end)).filter(({ length }) => length > 0)
}

/** What is said, and the contents that are taken over meanwhile. */
async function outcome(
  { port, record }: Running,
  segments: readonly Buffer[],
): Promise<{ said: string; taken: string[] }> {
  const before = record.taken.length
  const said = await exchange(port, segments)
  await record.settled()
  return { said, taken: record.contents.slice(before) }
}

const line = /^(?:220 [^ ]+ ESMTP|354 .*|250[ -](?!2\.)[!-~ ]+|(?:2\d\d 2|4\d\d 4|5\d\d 5)\.\d{1,3}\.\d{1,3} [!-~ ]+)$/

it('survives any stream of commands and contents, in any segments', async () => {
  const running = await start({ limits: { messageSize: 60, commandLength: 128, errors: 6, recipients: 2 } })
  await fc.assert(
    fc.asyncProperty(stream, cuts, async (whole, places) => {
      const { said, taken } = await outcome(running, [whole])
      const lines = said.split('\r\n')
      expect(lines.pop()).toBe('')
      expect(lines.filter(text => !line.test(text))).toEqual([])
      expect(taken).toHaveLength(lines.filter(text => text === '250 2.0.0 Ok: queued').length)
      // how it is cut makes no difference
      expect(await outcome(running, cut(whole, places))).toEqual({ said, taken })
    }),
    { numRuns: 150, interruptAfterTimeLimit: 10_000 },
  )
  expect(await sendMessage(await running.greeted(), 'S: 1\r\n')).toBe('250 2.0.0 Ok: queued')
  // the streams were not all nonsense
  expect(running.record.taken.length).toBeGreaterThan(50)
  expect(running.record.discarded).toBeGreaterThan(20)
})
