import { describe, expect, it } from 'vitest'
import { examineDate, isInstantKnown, readDate } from '../../src/trace/date.js'

/** The instant in ISO 8601 and the offset in minutes. */
function read(text: string): string | null {
  const date = readDate(text)
  return date && `${date.instant.toISOString()} ${date.offset}`
}

describe('reading a date-time', () => {
  it.each([
    // RFC 5322 3.3
    ['Tue, 24 Nov 2026 10:00:00 +0000', '2026-11-24T10:00:00.000Z 0'],
    ['24 Nov 2026 10:00 +0130', '2026-11-24T08:30:00.000Z 90'],
    ['tue,  4 nov 2026 10:00:00 -0330', '2026-11-04T13:30:00.000Z -210'],
    ['Tue, 29 Feb 2028 23:59:60 +0000', '2028-03-01T00:00:00.000Z 0'],
    ['24 Nov 2026 10:00:00 -0000', '2026-11-24T10:00:00.000Z null'],
    ['1 Jan 1900 00:00:00 +0000', '1900-01-01T00:00:00.000Z 0'],
    // RFC 5322 4.3
    ['24 Nov 49 10:00:00 +0000', '2049-11-24T10:00:00.000Z 0'],
    ['24 Nov 50 10:00:00 +0000', '1950-11-24T10:00:00.000Z 0'],
    ['24 Nov 126 10:00:00 +0000', '2026-11-24T10:00:00.000Z 0'],
    ['Tue (day), 24(x)Nov 2026 10 : 00 (h) :00 +0000', '2026-11-24T10:00:00.000Z 0'],
    ['24 Nov 2026 10:00:00 GMT', '2026-11-24T10:00:00.000Z 0'],
    ['24 Nov 2026 10:00:00 ut', '2026-11-24T10:00:00.000Z 0'],
    ['24 Nov 2026 10:00:00 UTC', '2026-11-24T10:00:00.000Z 0'],
    ['24 Nov 2026 10:00:00 EST', '2026-11-24T15:00:00.000Z -300'],
    ['24 Nov 2026 10:00:00 EDT', '2026-11-24T14:00:00.000Z -240'],
    ['24 Nov 2026 10:00:00 CST', '2026-11-24T16:00:00.000Z -360'],
    ['24 Nov 2026 10:00:00 CDT', '2026-11-24T15:00:00.000Z -300'],
    ['24 Nov 2026 10:00:00 MST', '2026-11-24T17:00:00.000Z -420'],
    ['24 Nov 2026 10:00:00 MDT', '2026-11-24T16:00:00.000Z -360'],
    ['24 Nov 2026 10:00:00 PST', '2026-11-24T18:00:00.000Z -480'],
    ['24 Nov 2026 10:00:00 PDT', '2026-11-24T17:00:00.000Z -420'],
    // military zones were defined wrongly, and nobody can tell the others: as -0000
    ['24 Nov 2026 10:00:00 A', '2026-11-24T10:00:00.000Z null'],
    ['24 Nov 2026 10:00:00 CET', '2026-11-24T10:00:00.000Z null'],
    ['24 Nov 0102 10:00:00 +0000', '2002-11-24T10:00:00.000Z 0'],
    ['Jul, 17 2002 11:57:55 AM -0200', '2002-07-17T13:57:55.000Z -120'],
    ['Sep, 02 2002 3:40:05 PM -0000', '2002-09-02T15:40:05.000Z null'],
    ['Jul, 25 2002 12:09:09 AM +0400', '2002-07-24T20:09:09.000Z 240'],
    // as they are found
    ['24 Nov 2026 10:00:00', '2026-11-24T10:00:00.000Z null'],
    ['Tuesday, 24-Nov-2026 10:00:00 -08:00', '2026-11-24T18:00:00.000Z -480'],
    ['24 Nov 2026 10:00:00 +0100 CET', '2026-11-24T09:00:00.000Z 60'],
    ['24 Nov 2026 10:00:00.5689 +0000', '2026-11-24T10:00:00.568Z 0'],
    ['24 Nov 2026 10:00:00.5 +0000', '2026-11-24T10:00:00.500Z 0'],
    ['[ Tue, 24 Nov 2026 10:00:00 +0000 ]', '2026-11-24T10:00:00.000Z 0'],
    ['Tue Nov 24 10:00:00 2026', '2026-11-24T10:00:00.000Z null'],
    ['Tue Nov  4 10:00:00 EST 2026', '2026-11-04T15:00:00.000Z -300'],
    ['2024-07-06 11:26:01.684308116 +0000 UTC m=+757385.27', '2024-07-06T11:26:01.684Z 0'],
    ['2024-07-06T11:26:01Z', '2024-07-06T11:26:01.000Z null'],
    ['2024-07-06T11:26:01+02:00', '2024-07-06T09:26:01.000Z 120'],
  ])('%s is %s', (text, expected) => expect(read(text)).toBe(expected))

  it.each([
    ['31 Feb 2026 10:00:00 +0000'],
    ['29 Feb 2026 10:00:00 +0000'],
    ['31 Apr 2026 10:00:00 +0000'],
    ['0 Nov 2026 10:00:00 +0000'],
    ['32 Nov 2026 10:00:00 +0000'],
    ['24 Nov 2026 24:00:00 +0000'],
    ['24 Nov 2026 10:60:00 +0000'],
    ['24 Nov 2026 10:00:61 +0000'],
    ['24 Nov 2026 10:00:00 +0060'],
    ['24 Nov 1899 10:00:00 +0000'],
    ['24 Nov 999999 10:00:00 +0000'],
    ['24 Foo 2026 10:00:00 +0000'],
    ['Foo, 24 Nov 2026 10:00:00 +0000'],
    ['2026-13-01 10:00:00 +0000'],
    ['2026-00-01 10:00:00 +0000'],
    ['24 Nov 2026'],
    ['24 Nov 2026 10:00:00 +0000 10:00:00'],
    ['24 Nov 2026 10:00:00 PM -0500'],
    ['at 24 Nov 2026 10:00:00 +0000'],
    ['(24 Nov 2026 10:00:00 +0000)'],
    [''],
  ])('%j is no date', text => expect(read(text)).toBeNull())

  it('keeps the text as it stands there, comments included', () => {
    expect(readDate(' 24 Nov 2026 10:00:00 +0000 (UTC) ')?.text).toBe('24 Nov 2026 10:00:00 +0000 (UTC)')
  })
})

describe('a date-time in order', () => {
  it.each([
    [' Tue, 24 Nov 2026 10:00:00 +0000'],
    [' Tue,24 Nov 2026 10:00:00 +0000'],
    ['\t24 Nov 2026 10:00 -0000'],
    [' tue,  4  NOV  2025 10:00:00 +0000 (UTC) (by \\) hand)'],
  ])('%j', text => expect(examineDate(text).issue).toBeNull())

  it.each([
    ['  ', 'there is no date'],
    [' 31 Feb 2026 10:00:00 +0000', 'the date can not be read'],
    [' soon', 'the date can not be read'],
    ['Tue, 24 Nov 2026 10:00:00 +0000', 'no blank stands between ; and the date'],
    [' Mon, 24 Nov 2026 10:00:00 +0000', 'the day of the week is not that of the date'],
    [' 24 Nov 26 10:00:00 +0000', 'the date is not in the form of RFC 5322 3.3'],
    [' 24 Nov 2026 10:00:00 GMT', 'the date is not in the form of RFC 5322 3.3'],
    [' 24 Nov 2026 10:00:00', 'the date is not in the form of RFC 5322 3.3'],
    [' 24 Nov 2026 1:00:00 +0000', 'the date is not in the form of RFC 5322 3.3'],
    [' 24 Nov 2026 10:00:00 -08:00', 'the date is not in the form of RFC 5322 3.3'],
    [' 24 Nov 2026 10 :00:00 +0000', 'the date is not in the form of RFC 5322 3.3'],
    [' 24 Nov (x) 2026 10:00:00 +0000', 'the date is not in the form of RFC 5322 3.3'],
    [' Tue 24 Nov 2026 10:00:00 +0000', 'the date is not in the form of RFC 5322 3.3'],
  ])('%j is none: %s', (text, issue) => expect(examineDate(text).issue).toBe(issue))
})

describe('the instant of a date', () => {
  it.each([
    ['24 Nov 2026 10:00:00 +0100', true],
    ['24 Nov 2026 10:00:00 EST', true],
    ['24 Nov 2026 10:00:00 -0000', true],
    ['24 Nov 2026 10:00:00 -0000 (CET)', true],
    ['24 Nov 2026 10:00:00', false],
    ['24 Nov 2026 10:00:00 CET', false],
  ])('of %s is known: %s', (text, known) => {
    const date = readDate(text)
    expect(date && isInstantKnown(date)).toBe(known)
  })
})
