import { describe, expect, it } from 'vitest'
import { saidAs } from '../../src/check/dialects/read.js'
import { reading } from '../../src/check/reading.js'
import { parseMailbox } from '../../src/mail/address.js'
import { stampNames } from '../../src/mail/stamp-name.js'
import { formId } from '../../src/queue/id-styles.js'
import { readReceived } from '../../src/trace/received.js'
import { writeStamp } from '../../src/trace/stamp/stamp.js'

// a day of one digit: some pad it with a space
const date = new Date('2026-11-03T10:00:00Z')

function written(stamp: string): string {
  return writeStamp(stamp, {
    helo: 'a.example',
    clientName: 'b.example',
    clientAddress: '192.0.2.1',
    hostname: 'c.example',
    address: '192.0.2.2',
    protocol: 'ESMTP',
    id: formId(stamp, 1, date),
    recipients: [parseMailbox('b@example.test') ?? expect.fail()],
    reversePath: parseMailbox('a@example.test'),
    date,
    zone: '+0000',
  })
}

describe.each(stampNames)('a field of %s', stamp => {
  it('is not read where it folds around nothing', () => {
    const field = written(stamp)
    expect(saidAs(stamp, Buffer.from(field))).not.toBeNull()
    const places = Array.from(field.slice(0, -2), (_, at) => at)
    const around = places.map(at => `${field.slice(0, at)}\r\n \r\n${field.slice(at)}`)
    expect(around.filter(text => saidAs(stamp, Buffer.from(text)) !== null)).toEqual([])
  })

  it('has no id where the program has its version there, or nothing', () => {
    const { id, tells } = saidAs(stamp, Buffer.from(written(stamp))) ?? expect.fail()
    expect(id === null).toBe(tells.id === 'none')
  })
})

it('is a defect in any dialect, also one that only the reader knows, that a line ends with LF alone', () => {
  const field = (end: string) =>
    `Received: from a.example (a.example [192.0.2.1])${end} by b.example (Postfix) with ESMTPS id 4ABCDEF123; Tue, 24 Nov 2026 10:00:00 +0000 (UTC)\r\n`
  const defectOf = (text: string) => reading(Buffer.from(text), readReceived(text), null).defect
  expect(defectOf(field('\r\n'))).toBeNull()
  expect(defectOf(field('\n'))).toBe('a CR or LF stands alone')
})
