/**
 * The headers of an mbox, read as a stream: the same as all at once, wherever the pieces end, in memory that does not
 * grow.
 */
import { test } from '@fast-check/vitest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headersIn, type HeaderPiece } from '../../src/cli/header-stream.js'
import { splitMbox } from '../../src/cli/mbox.js'

async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  const octets = Buffer.from(text, 'latin1')
  for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size)
}

async function read(chunks: AsyncIterable<Buffer>): Promise<HeaderPiece[]> {
  const found: HeaderPiece[] = []
  for await (const header of headersIn(chunks)) found.push(header)
  return found
}

async function headersOf(text: string, size = 7): Promise<string[]> {
  return (await read(pieces(text, size))).map(({ content }) => content.toString('latin1'))
}

const from = 'From a@b.test Tue Nov 24 10:00:00 2026\n'

describe('an mbox', () => {
  it('gives each header, and no body', async () => {
    expect(await headersOf(`${from}a: 1\n b\n\nx\n\n${from}b: 2\n\ny\n\n`)).toEqual(['a: 1\n b\n\n', 'b: 2\n\n'])
  })

  it('may have CRLF, and begin a message where the last one has no body', async () => {
    const crlf = from.replace('\n', '\r\n')
    expect(await headersOf(`${crlf}a: 1\r\n\r\n${crlf}b: 2\r\n\r\nx\r\n\r\n${crlf}c: 3\r\n\r\n`)).toEqual([
      'a: 1\r\n\r\n',
      'b: 2\r\n\r\n',
      'c: 3\r\n\r\n',
    ])
  })

  it.each([
    ['a sentence', 'From here on\n'],
    ['a sentence with a time and a year', '\nFrom here at 10:00 in 2024 we go\n'],
    ['a line behind another', `x\n${from}`],
    ['a quoted line', `>${from}`],
    ['the middle of a line', `x ${from}`],
    ['a line of more than 4 kB', `From ${'x'.repeat(5_000)} 10:00 2026\n`],
    ['a line that does not end', from.trim()],
  ])('is not parted by %s', async (_what, line) => {
    expect(await headersOf(`${from}a: 1\n\n${line}`)).toEqual(['a: 1\n\n'])
  })

  it('has an opening line, whatever it says', async () => {
    expect(await headersOf('From nobody\na: 1\n\n')).toEqual(['a: 1\n\n'])
    expect(await headersOf('From nobody')).toEqual([''])
  })

  const line = fc.constantFrom(
    'a: 1',
    ' b',
    '',
    '',
    'x',
    from.trim(),
    `>${from.trim()}`,
    'From here on',
    'From ',
    '>From ',
  )
  const end = fc.constantFrom('\n', '\r\n')
  const mbox = fc
    .tuple(fc.array(line, { maxLength: 30 }), end)
    .map(([lines, lineEnd]) => [from.trim(), ...lines, ''].join(lineEnd))

  test.prop({ mbox, size: fc.integer({ min: 1, max: 60 }) })(
    'is parted as the one that is read at once',
    async ({ mbox: text, size }) => {
      const atOnce = splitMbox({ name: '', content: Buffer.from(text, 'latin1'), place: null }).map(({ content }) => {
        // as far as its empty line; what the other takes off and puts back stands behind that, or before a "From "
        return content
          .toString('latin1')
          .split(/^\r?\n/m)[0]
          ?.replaceAll(/^>?From /gm, '')
      })
      const streamed = (await headersOf(text, size)).map(header =>
        header.split(/^\r?\n/m)[0]?.replaceAll(/^>?From /gm, ''),
      )
      expect(streamed).toEqual(atOnce)
    },
  )
})

describe('any other stream', () => {
  it('is one message, and is not read beyond its header', async () => {
    let taken = 0
    async function* endless(): AsyncGenerator<Buffer> {
      yield Buffer.from('Subject: x\r\n\r\n')
      for (;;) yield Buffer.from(`${from}x`.repeat(++taken))
    }
    expect(await read(endless())).toMatchObject([{ isCut: false }])
    expect(taken).toBe(0)
  })

  it.each(['', 'F', 'a: 1', 'a: 1\n', '\n', 'From'])('may be %j', async text => {
    expect(await headersOf(text)).toEqual([text])
  })

  it('has CRLF for its line ends where it has one: LF is an octet of the line then', async () => {
    expect(await headersOf('a: 1\r\nb: 2\n\nc: 3\r\n\r\nx')).toEqual(['a: 1\r\nb: 2\n\nc: 3\r\n\r\n'])
  })
})

describe('a header that does not end', () => {
  async function* lines(opening: string, line: string, octets: number): AsyncGenerator<Buffer> {
    yield Buffer.from(opening)
    const piece = Buffer.from(line.repeat(Math.ceil(65_536 / line.length)))
    for (let at = 0; at < octets; at += piece.length) yield piece
  }

  it('is cut before a field that is not all there', async () => {
    const [header] = await read(lines('', 'Received: x\r\n y\r\n', 3_000_000))
    expect(header?.isCut).toBe(true)
    expect(header?.content.length).toBeLessThanOrEqual(2_000_000)
    expect(header?.content.length).toBeGreaterThan(1_999_900)
    expect(header?.content.toString().endsWith('Received: x\r\n y\r\n')).toBe(true)
  })

  it('may be one line of any length, and the next message is read all the same', async () => {
    async function* both(): AsyncGenerator<Buffer> {
      yield* lines(`${from}a: 1\nb: `, 'x', 5_000_000)
      yield Buffer.from(`\n\nx\n\n${from}c: 3\n\n`)
    }
    const headers = await read(both())
    expect(headers.map(({ content, isCut }) => [content.toString(), isCut])).toEqual([
      ['a: 1\n', true],
      ['c: 3\n\n', false],
    ])
  })
})
