/**
 * Queue ids as programs make them: never the same for two numbers, nor for two programs.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isQueueId } from '../../src/mail/envelope.js'
import { stampNames } from '../../src/mail/stamp-name.js'
import { formId } from '../../src/queue/id-styles.js'
import { QueueIds } from '../../src/queue/ids.js'

const number = fc.integer({ min: 0, max: 2 ** 50 - 1 })
const date = fc.date({ min: new Date(0), max: new Date('2999-12-31T23:59:59Z'), noInvalidDate: true })
const now = new Date('2026-11-24T10:00:00Z')

/** With ids of their own; the others have ours. */
const own = [
  'postfix',
  'exim',
  'sendmail',
  'opensmtpd',
  'courier',
  'haraka',
  'kumomta',
  'powermta',
  'gmail',
  'ses',
  'sendgrid',
]

test.each([
  ['rfc5321', 'Q2TBVT0BZJ'],
  ['postfix', 'DC072307B694E'],
  ['exim', '1xVnJg-000000syWDe-3mS2'],
  ['sendmail', '6AOA00Xs225651577472'],
  ['qmail', 'Q2TBVT0BZJ'],
  ['opensmtpd', 'b8b4bde8a0002ff2'],
  ['courier', '000000000B8B4BDE.000000006B056020.00202FF2'],
  ['exchange', 'Q2TBVT0BZJ'],
])('%s: %s', (stamp, id) => {
  const made = formId(stamp, 812_345_678_901_234, now)
  expect(made).toBe(id)
})

test.each([...stampNames])('of %s each number has one, and it is one', stamp => {
  fc.assert(
    fc.property(number, number, date, date, (a, b, early, late) => {
      const [one, other] = [formId(stamp, a, early), formId(stamp, b, late)]
      expect(isQueueId(one)).toBe(true)
      expect(one === other && a !== b).toBe(false)
      // a date tells no two apart
      expect(formId(stamp, a, early) === formId(stamp, b, early)).toBe(a === b)
    }),
  )
})

test('neighbours differ, whatever the time', () => {
  for (const stamp of own) {
    const ids = Array.from({ length: 5000 }, (_, n) => formId(stamp, n * 3_599_999, now))
    expect(new Set(ids).size, stamp).toBe(5000)
  }
})

test('no id of one program is one of another', () => {
  fc.assert(
    fc.property(number, date, (some, then) => {
      for (const stamp of [...own, 'rfc5321']) {
        const id = formId(stamp, some, then)
        const forms = [...own, 'rfc5321'].filter(other => shape(formId(other, some, then)) === shape(id))
        expect(forms).toEqual([stamp])
      }
    }),
  )
})

/** Length, alphabet and marks. */
function shape(id: string): string {
  const marks = id.replace(/[0-9A-Za-z]/g, '')
  const letters = /[a-z]/.test(id.slice(0, 9)) ? 'lower' : 'upper'
  return `${id.length > 10 && id.length < 14 && letters === 'upper' ? '11-13' : id.length} ${marks}`
}

test('ids of several programs come from one count', () => {
  const ids = new QueueIds({ seed: 5, block: 3, another: () => Promise.reject(new Error('none')) })
  const made = Array.from({ length: 1000 }, (_, n) => ids.next(own[n % own.length] ?? 'rfc5321', now))
  expect(new Set(made).size).toBe(1000)
})
