/**
 * A report's page is complete and well-formed.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Chain, MessageVerdict } from '../../../src/index.js'
import { readXml, type Xml } from '../../support/xml.js'
import { expectSound } from '../sound-page.js'
import { chainOf, pageOf, plain, refusing, tell } from '../telling.js'

const fixtures = join(import.meta.dirname, '../../../fixtures/messages')
const to = ['b@example.test']
const envelope = { from: 'a@example.test', to: 'b@example.test' }

function withId(page: Xml, id: string) {
  return page.elements.find(({ attributes }) => attributes.get('id') === id)
}

/** Without differences of blanks. */
function flowing(text: string): string {
  return text.replace(/\s+/g, ' ')
}

describe('a message that passed', () => {
  it('is all there: chain, timeline, dialogues, every stamp at its MTA', async () => {
    const chain = await chainOf([{}, { skew: '-90s' }])
    const message = await tell(chain, plain)
    const page = expectSound(pageOf(chain, [message]))
    const text = flowing(page.text)
    expect(text).toContain('✔ PASS It went the way it should')
    for (const { name, address, port } of chain.mtas.map(mta => ({ ...mta.config, name: mta.name, port: mta.port }))) {
      expect(text).toContain(`${name}${address}:${port}`)
    }
    expect(text).toContain('1 min 30 s slow')
    for (const { mta, stamp, attempts } of message.story.hops) {
      expect(text).toContain(`stamp of ${mta}${flowing(stamp).trimEnd()}`)
      for (const line of attempts.flatMap(({ dialogues }) => dialogues.flatMap(({ lines }) => lines))) {
        expect(text).toContain(flowing(line.text))
      }
    }
    // of the colour of its MTA, the newest on top
    expect(withId(page, 'm0-mail0-field0')?.attributes.get('class')).toBe('field stamp c2')
    expect(withId(page, 'm0-mail0-field2')?.attributes.get('class')).toBe('field stamp c0')
  })

  it('has no body, and says so', async () => {
    const chain = await chainOf()
    const page = readXml(pageOf(chain, [await tell(chain, plain)]))
    expect(page.text).toContain('the body is not')
    expect(page.text).toContain('Subject: Tea')
    expect(page.text).not.toContain('At four.')
  })

  it('forbids everything but its own style', async () => {
    const chain = await chainOf()
    const page = readXml(pageOf(chain, [await tell(chain, plain)]))
    const meta = page.elements.find(({ attributes }) => attributes.get('http-equiv') === 'Content-Security-Policy')
    expect(meta?.attributes.get('content')).toContain("default-src 'none'")
    expect(meta?.attributes.get('content')).not.toContain('script')
  })

  it('greys claims and says that nobody vouches for them', async () => {
    const chain = await chainOf()
    const content = await readFile(join(fixtures, 'five-received.eml'))
    const message = await tell(chain, { envelope, content, to })
    const page = expectSound(pageOf(chain, [message]))
    const claims = page.elements.filter(({ attributes }) => attributes.get('class') === 'field claim none')
    expect(claims).toHaveLength(5)
    expect(page.text.match(/nobody vouches for it/g)?.length).toBeGreaterThanOrEqual(5)
  })
})

describe('a message in trouble', () => {
  it('has why each hop took long, and what was said', async () => {
    const chain = await chainOf([{}, { faults: [{ at: 'rcpt', greylist: '10m' }] }])
    const { text } = expectSound(pageOf(chain, [await tell(chain, plain)]))
    expect(text).toContain('at attempt 4')
    expect(text).toContain('450 4.7.1 Greylisted, try again later (3 times)')
    expect(text).toContain('fault rule second-1')
  })

  it('has a finding at the very field it is about, linked from the list', async () => {
    const chain = await chainOf()
    const message = await tell(chain, plain, {
      change: content => content.replace('by second.chain.test', 'by other.chain.test'),
    })
    const errors = message.verdicts.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'))
    expect(errors.map(({ field }) => field)).toEqual([1])
    const html = pageOf(chain, [message])
    const page = expectSound(html)
    expect(page.text).toContain('✘ FAIL')
    expect(page.elements.some(({ attributes }) => attributes.get('href') === '#m0-mail0-field1')).toBe(true)
    const field = html.slice(html.indexOf('id="m0-mail0-field1"'), html.indexOf('id="m0-mail0-field2"'))
    expect(field).toContain(`<b>${errors[0]?.code}</b>`)
    // from there on down nothing is trusted
    expect(withId(page, 'm0-mail0-field0')?.attributes.get('class')).toBe('field stamp c2')
    expect(withId(page, 'm0-mail0-field1')?.attributes.get('class')).toContain('untrusted')
    expect(page.text).toContain('not trusted')
  })

  it('has every finding, whatever it is about', async () => {
    const chain = await chainOf()
    const changes: ((content: string) => string)[] = [
      content => content.replace(/^Return-Path: .*$/m, 'Return-Path: <x@example.test>'),
      content => content.replace('At four.', 'At five.'),
      content => content.replace(/Received: from first(?:.|\r\n )*\r\n/, ''),
    ]
    for (const change of changes) {
      const message = await tell(chain, plain, { change })
      const { text } = expectSound(pageOf(chain, [message]))
      const [verdict] = message.verdicts
      expect(verdict?.verdict).toBe('fail')
      for (const { code, message: words } of verdict?.findings ?? []) {
        expect(text).toContain(code)
        expect(text).toContain(words)
      }
    }
  })

  it('is told of where it lies in no mailbox', async () => {
    const chain = await chainOf([{}, refusing('554 5.7.1 No')])
    const { text } = expectSound(pageOf(chain, [await tell(chain, plain)]))
    expect(text).toContain('It lies in no mailbox')
    expect(text).toContain('554 5.7.1 No')
    expect(text).toMatch(/first gave up for b@example\.test and told a@example\.test/)
  })
})

describe('several messages', () => {
  async function two(chain: Chain) {
    const other = { ...plain, to: ['c@example.test'], subject: 'Cake' }
    return [await tell(chain, plain), await tell(chain, other)]
  }

  it('have an index with a link to each, and anchors of their own', async () => {
    const chain = await chainOf()
    const page = expectSound(pageOf(chain, await two(chain)))
    expect(page.text).toContain('All 2 deliveries went the way they should')
    const links = page.elements.flatMap(({ attributes }) => attributes.get('href') ?? [])
    expect(links).toEqual(expect.arrayContaining(['#m0', '#m1', '#m0-hop0', '#m1-hop0']))
  })

  it('are counted where they are not told of', async () => {
    const chain = await chainOf()
    expect(readXml(pageOf(chain, await two(chain), 7)).text).toContain('7 messages more were sent')
  })

  it('show thousands of findings as a hundred and a number', async () => {
    const chain = await chainOf()
    const [message] = await two(chain)
    if (!message) throw new Error('no message')
    const [verdict] = message.verdicts
    const findings = Array.from({ length: 3_000 }, (_, at) => ({
      code: 'claimed-hop' as const,
      severity: 'info' as const,
      position: null,
      field: null,
      expected: null,
      found: null,
      message: `number ${at}`,
    }))
    const many: MessageVerdict[] = verdict ? [{ ...verdict, findings }] : []
    const { text } = readXml(pageOf(chain, [{ ...message, verdicts: many }]))
    expect(text).toContain('and 2,900 findings more')
  })
})
