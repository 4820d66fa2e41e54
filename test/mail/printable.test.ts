import { describe, expect, it } from 'vitest'
import { printable, printableJson, printableLines } from '../../src/mail/printable.js'

describe('what a terminal would act upon', () => {
  const evil = '\u001B[31m\u009B1m\u0007\r\n\u007F\u202Ex\u2066\u200F'

  it('is shown instead', () => {
    expect(printable(evil)).toBe('\\x1b[31m\\x9b1m\\x07\\x0d\\x0a\\x7f\\x202ex\\x2066\\x200f')
    expect(printable('Grüße, 受信 📨')).toBe('Grüße, 受信 📨')
  })

  it('but line ends stay where there are lines', () => {
    expect(printableLines('a\u001B\nb')).toBe('a\\x1b\nb')
  })

  it('is escaped in JSON, whose meaning is the same', () => {
    const json = printableJson(JSON.stringify({ evil }, null, 2))
    expect(json).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200F\u202E\u2066]/)
    expect(JSON.parse(json)).toEqual({ evil })
  })
})
