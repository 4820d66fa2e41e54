/**
 * A header as mail programs show it, whatever stands there.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { summarizeHeader } from '../../src/check/header-summary.js'

const summaryOf = (...lines: readonly string[]) => summarizeHeader(Buffer.from(lines.join('\r\n')))
const nothing = { reversePath: null, from: null, to: null, cc: null, subject: null, date: null, messageId: null }

describe('a header is summarized', () => {
  it('with its encoded words decoded, its date as it stands there', async () => {
    const summary = await summaryOf(
      'Return-Path: <a@example.test>',
      'From: =?utf-8?B?w4Q=?= <a@example.test>',
      'To: b@example.test,',
      ' C <c@example.test>',
      'Cc: d@example.test',
      'Subject: =?iso-8859-1?Q?Gr=FC=DFe?=',
      'Date: sometime',
      'Message-ID: <1@example.test>',
      '',
      'Subject: of the body',
    )
    expect(summary).toEqual({
      reversePath: 'a@example.test',
      from: '"Ä" <a@example.test>',
      to: 'b@example.test, "C" <c@example.test>',
      cc: 'd@example.test',
      subject: 'Grüße',
      date: 'sometime',
      messageId: '<1@example.test>',
    })
  })

  it.each([
    ['the null reverse-path', ['Return-Path: <>', 'Subject: x', '', ''], { subject: 'x' }],
    [
      'a Return-Path that is not on top, which is no one of ours',
      ['Subject: x', 'Return-Path: <b@example.test>', '', ''],
      { subject: 'x' },
    ],
    ['nothing', [], {}],
    ['a body alone', ['no field here', 'Subject: x'], {}],
  ])('of %s', async (_, lines, told) => {
    expect(await summaryOf(...lines)).toEqual({ ...nothing, ...told })
  })

  it('whatever octets it has', async () => {
    const names = fc.constantFrom(
      'From',
      'To',
      'Cc',
      'Subject',
      'Date',
      'Message-ID',
      'Return-Path',
      'Content-Type',
      '__proto__',
    )
    const field = fc.tuple(names, fc.string({ unit: 'binary' })).map(([name, value]) => `${name}: ${value}\r\n`)
    await fc.assert(
      fc.asyncProperty(fc.array(field), fc.uint8Array({ maxLength: 40 }), async (fields, rest) => {
        const summary = await summarizeHeader(Buffer.concat([Buffer.from(fields.join('')), rest]))
        for (const value of Object.values(summary)) expect(value === null || typeof value === 'string').toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})
