/**
 * SVG, HTML and Mermaid: whatever a message holds, they stay what they are.
 */
import { test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { htmlHead, htmlTail, traceToHtml } from '../../../src/report/trace/html.js'
import { traceToMermaid } from '../../../src/report/trace/mermaid.js'
import { traceToSvg } from '../../../src/report/trace/svg.js'
import type { TracedMessage } from '../../../src/report/trace/view.js'
import { readXml } from '../../support/xml.js'
import { hostile, traced } from '../tracing.js'

const at = (time: string): string => `Tue, 24 Nov 2026 ${time} +0000`
const ordinary = traced(
  [
    `from mx.ours.example ([192.0.2.25]) by store.ours.example with ESMTPS id 3; ${at('10:01:40')}`,
    `from out.b.example (out.b.example [198.51.100.9]) by mx.ours.example with ESMTPS id 2; ${at('10:00:10')}`,
    `from [203.0.113.1] (x.example [203.0.113.2]) by out.b.example with SMTP id 1; ${at('10:00:00')}`,
  ],
  { trusted: ['192.0.2.0/24'] },
)

const pageOf = (message: TracedMessage): string => [htmlHead, traceToHtml(message), htmlTail].join('\n')

describe.each([
  ['SVG', traceToSvg],
  ['HTML', pageOf],
])('%s', (_name, draw) => {
  it('shows hops, delays, encryption, the boundary and what is odd', () => {
    const { text } = readXml(draw(ordinary))
    for (const said of ['3 hops in 1 min 40 s', 'store.ours.example', 'ESMTPS', 'TLS', '+1 min 30 s', 'claim']) {
      expect(text).toContain(said)
    }
    expect(text).toContain('trust ends here, above are claims · first address beyond: 198.51.100.9 documentation')
    expect(text).toContain('forged-helo')
    expect(text).toContain('10:01:40')
  })

  it('says of a message without hops that it has none', () => {
    expect(readXml(draw(traced([]))).text).toContain('no Received fields')
  })

  it('shortens a long name, and has all of it in a title', () => {
    const name = `${'long.'.repeat(60)}example`
    const { text, elements } = readXml(draw(traced([`from ${name} by b.example; ${at('10:00:00')}`])))
    expect(text.includes(`${name} →`) || elements.some(({ attributes }) => attributes.get('title') === name)).toBe(true)
  })

  it('fetches nothing and runs nothing', () => {
    const { elements } = readXml(draw(ordinary))
    const names = elements.map(({ name }) => name)
    expect(names).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:script|link|img|image|a|use|iframe)$/)]),
    )
    expect(draw(ordinary).replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import|\son\w+=/)
  })

  test.prop({ message: hostile })('is well-formed and harmless, whatever the message holds', ({ message }) => {
    const drawn = draw(message)
    const known = new Set(readXml(draw(ordinary)).elements.map(({ name }) => name))
    for (const { name, attributes } of readXml(drawn).elements) {
      expect(known.has(name) || ['title', 'em', 'bdi', 'tspan'].includes(name)).toBe(true)
      for (const attribute of attributes.keys()) expect(attribute).not.toMatch(/^on|href|src/)
    }
    expect(drawn).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/)
    expect(drawn).not.toContain('NaN')
  })
})

describe('HTML', () => {
  it('holds as many messages as there are, a section each', () => {
    const page = [htmlHead, traceToHtml(ordinary), traceToHtml(traced([])), htmlTail].join('\n')
    expect(readXml(page).elements.filter(({ name }) => name === 'section')).toHaveLength(2)
  })

  it('forbids whatever could be fetched or run', () => {
    const policy = readXml(pageOf(ordinary)).elements.find(({ attributes }) => attributes.has('http-equiv'))
    expect(policy?.attributes.get('content')).toBe("default-src 'none'; style-src 'unsafe-inline'")
  })
})

describe('SVG', () => {
  const bars = (message: TracedMessage): (number | undefined)[] => {
    const { elements } = readXml(traceToSvg(message))
    const found = elements.filter(({ attributes }) => attributes.get('class') === 'bar')
    return found.flatMap(({ attributes }) => ['x', 'width'].map(name => Number(attributes.get(name))))
  }

  it('has bars on one axis of time', () => {
    expect(bars(ordinary)).toEqual([668, 4, 668, 30.8, 698.8, 277.2])
  })

  it('has no bar where there is no date', () => {
    expect(bars(traced(['from a.example by b.example', `from x by a.example; ${at('10:00:00')}`]))).toEqual([668, 4])
  })
})

describe('Mermaid', () => {
  it('has the machines as participants and the hops as arrows', () => {
    expect(traceToMermaid(ordinary).split('\n')).toEqual([
      'sequenceDiagram',
      '  title m.eml#58; 3 hops in 1 min 40 s, times in UTC',
      '  participant P0 as #91;203.0.113.1#93; #40;x.example #91;203.0.113.2 documentation#93;#41;',
      '  participant P1 as out.b.example',
      '  participant P2 as mx.ours.example',
      '  participant P3 as store.ours.example',
      '  P0-->>P1: SMTP, TLS #63;, claim',
      '  Note over P0,P1: forged#45;helo#58; the client called itself #91;203.0.113.1#93;, but its address was 203.0.113.2',
      '  Note over P0,P3: trust ends here, above are claims #183; first address beyond#58; 198.51.100.9 documentation #40;out.b.example#41;',
      '  P1->>P2: ESMTPS, TLS, #43;10 s',
      '  P2->>P3: ESMTPS, TLS, #43;1 min 30 s',
    ])
  })

  it('has a participant where there are no hops', () => {
    expect(traceToMermaid(traced([]))).toBe(
      'sequenceDiagram\n  title m.eml#58; no Received fields\n  participant P0 as no Received fields',
    )
  })

  const text = '(?:[A-Za-z0-9 .,_]|#\\d+;)*'
  const line = new RegExp(
    `^(?:sequenceDiagram|  title ${text}|  participant P\\d+ as ${text}|  P\\d+--?>>P\\d+: ${text}|  Note over P\\d+,P\\d+: ${text})$`,
  )

  test.prop({ message: hostile })('has no line that is anything else, whatever the message holds', ({ message }) => {
    for (const drawn of traceToMermaid(message).split('\n')) {
      expect(drawn).toMatch(line)
      expect(drawn).not.toMatch(/: .*\bend\b/i)
    }
  })
})
