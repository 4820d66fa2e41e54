/**
 * What is a message among what the user names, and its envelope where it comes without one.
 */
import { describe, expect, it } from 'vitest'
import { findEnvelope } from '../../src/cli/envelope.js'
import { splitMbox } from '../../src/cli/mbox.js'
import { toCrlf } from '../../src/cli/message-file.js'

describe('an mbox', () => {
  const split = (text: string): string[] => {
    return splitMbox({ name: 'm', content: Buffer.from(text, 'latin1'), place: null }).map(({ name, content }) => {
      return `${name}: ${content.toString('latin1')}`
    })
  }
  const from = 'From a@b.test Tue Nov 24 10:00:00 2026\n'

  it('parts its messages, without the lines between them', () => {
    expect(split(`${from}a: 1\n\nx\n\n${from}b: 2\n\ny\n\n`)).toEqual(['m#1: a: 1\n\nx\n', 'm#2: b: 2\n\ny\n'])
  })

  it('keeps CRLF, octets and a last message that no empty line ends', () => {
    const crlf = from.replace('\n', '\r\n')
    expect(split(`${crlf}a: 1\r\n\r\n\xFF\r\n\r\n${crlf}b: 2\r\n\r\ny`)).toEqual([
      'm#1: a: 1\r\n\r\n\xFF\r\n',
      'm#2: b: 2\r\n\r\ny',
    ])
  })

  it('takes ">" from lines that had it put before "From "', () => {
    expect(split(`${from}a: 1\n\n>From x\n>>From y\n> From z\n`)).toEqual(['m: a: 1\n\nFrom x\n>From y\n> From z\n'])
  })

  it('is not parted by a sentence', () => {
    expect(split(`${from}a: 1\n\nx\n\nFrom here on\n`)).toEqual(['m: a: 1\n\nx\n\nFrom here on\n'])
  })

  it('is not a message', () => {
    expect(split('Subject: x\n\nFrom a@b.test Tue Nov 24 10:00:00 2026\n')).toHaveLength(1)
  })
})

describe('line ends', () => {
  const crlf = (text: string): string =>
    toCrlf({ name: '', content: Buffer.from(text), place: null }).content.toString()

  it('of Unix become those of SMTP', () => {
    expect(crlf('a: b\n\nx\n')).toBe('a: b\r\n\r\nx\r\n')
  })

  it.each(['a: b\r\n\r\nx\r\n', 'a: b\r\n\nx\n', 'a: b\rx\n', ''])('of %j stay', text => {
    expect(crlf(text)).toBe(text)
  })
})

describe('the envelope', () => {
  const envelope = (...lines: readonly string[]): object => {
    return findEnvelope(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), {})
  }

  it('is From, To and Cc', () => {
    expect(envelope('From: A <a@x.test>', 'To: b@x.test, "C, D" <c@x.test>', 'Cc: g: d@x.test, b@x.test;')).toEqual({
      from: 'a@x.test',
      to: ['b@x.test', 'c@x.test', 'd@x.test'],
    })
  })

  it('is Return-Path before From', () => {
    expect(envelope('Return-Path: <r@x.test>', 'From: a@x.test')).toMatchObject({ from: 'r@x.test' })
    expect(envelope('Return-Path: <>', 'From: a@x.test')).toMatchObject({ from: null })
  })

  it('has the null reverse-path for a report', () => {
    expect(envelope('From: a@x.test', 'Content-Type: multipart/report; boundary=x')).toMatchObject({ from: null })
  })

  it('has an example where the header has nothing', () => {
    expect(envelope('Subject: x')).toEqual({ from: 'a@example.test', to: ['b@example.test'] })
  })

  it('is what the command line says', () => {
    const content = Buffer.from('From: a@x.test\r\nTo: b@x.test\r\n\r\n')
    expect(findEnvelope(content, { from: '<f@x.test>', to: ['t@x.test'] })).toEqual({
      from: 'f@x.test',
      to: ['t@x.test'],
    })
    expect(findEnvelope(content, { from: '' })).toMatchObject({ from: null })
    expect(() => findEnvelope(content, { to: ['x'] })).toThrow('--to: "x" is no mail address')
  })
})
