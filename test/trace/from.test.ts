import { describe, expect, it } from 'vitest'
import { readReceived } from '../../src/trace/received.js'

function fromOf(from: string, rest = 'by mx.example') {
  const { helo, name, address } = readReceived(`${from} ${rest}; Tue, 24 Nov 2026 10:00:00 +0000`).from
  return [helo, name, address]
}

const exim = 'by mx.example with esmtp (Exim 4.97) id 1'

describe('the word after from is', () => {
  it('HELO, where nothing tells otherwise', () => {
    expect(fromOf('from a.example (b.example. [192.0.2.1])')).toEqual(['a.example', 'b.example', '192.0.2.1'])
  })

  it.each([
    ['from b.example (HELO a.example) (192.0.2.1)', ['a.example', 'b.example', '192.0.2.1']],
    ['from b.example (EHLO a.example) ([192.0.2.1])', ['a.example', 'b.example', '192.0.2.1']],
    ['from b.example (HELO a) (u@x@192.0.2.1_trustedrelay)', ['a', 'b.example', '192.0.2.1']],
    ['from [192.0.2.1] (account u@d.example HELO a)', ['a', null, '192.0.2.1']],
    ['from [192.0.2.1] (port=25 helo=a ident=u)', ['a', null, '192.0.2.1']],
    ['from b.example ([192.0.2.1]:25 ehlo=a)', ['a', 'b.example', '192.0.2.1']],
    ['from b.example ([192.0.2.1:25] helo=[192.0.2.9])', ['[192.0.2.9]', 'b.example', '192.0.2.1']],
    ['from unknown (HELO a) (192.0.2.1)', ['a', null, '192.0.2.1']],
  ])('what the server knows, where HELO stands apart: %s', (from, expected) => expect(fromOf(from)).toEqual(expected))

  it('what the server knows, where Exim leaves HELO out', () => {
    expect(fromOf('from b.example ([192.0.2.1])', exim)).toEqual([null, 'b.example', '192.0.2.1'])
    expect(fromOf('from [192.0.2.1]', exim)).toEqual([null, null, '192.0.2.1'])
  })

  it('HELO, where only the client says that Exim wrote it', () => {
    expect(fromOf('from a.example (Exim 4.97) ([192.0.2.1])')).toEqual(['a.example', null, '192.0.2.1'])
  })

  it.each([
    [`from b.example ([192.0.2.1]) by mx.example with esmtp (not Exim 4.97)`],
    [`from b.example ([192.0.2.1]) by mx.example with POP3 (no fetchmail-6)`],
    [`from b.example ([192.0.2.1]) by mx.example with XSMTP; 24 Nov 2026 10:00:00 -0000`],
    [`from b.example ([192.0.2.1]) by mx.example with SMTPX; 24 Nov 2026 10:00:00 -0000`],
    [`from b.example ([192.0.2.1]) by mx.example with SMTP; Tue, 24 Nov 2026 10:00:00 -0000`],
    [`from b.example ([192.0.2.1]) by mx.example with SMTP; 24 Nov 2026 10:00:00 -0000 (UTC)`],
    [`from b.example named ([192.0.2.1]) by mx.example with SMTP`],
  ])('HELO, where another only looks like it: %s', field => {
    expect(readReceived(field).from).toMatchObject({ helo: 'b.example', name: null, address: '192.0.2.1' })
  })

  it('HELO, where more stands beside the words of a pickup', () => {
    expect(fromOf('from a mail pickup service')[0]).toBe('a')
    expect(fromOf('from mail pickup service x')[0]).toBe('mail')
  })

  it("what the server knows, where qmail's date tells that it wrote it", () => {
    const read = readReceived('from b.example (192.0.2.1) by mx.example with SMTP; 24 Nov 2026 10:00:00 -0000')
    expect(read.from).toMatchObject({ helo: null, name: 'b.example', address: '192.0.2.1' })
  })

  it('HELO still, where another writes such a date', () => {
    const read = readReceived('from a.example (192.0.2.1) by mx.example with LMTP; 24 Nov 2026 10:00:00 -0000')
    expect(read.from).toMatchObject({ helo: 'a.example', name: null })
  })
})

describe("the client's address is", () => {
  it.each([
    ['from a (192.0.2.1)', '192.0.2.1'],
    ['from a (192.0.2.1:25)', '192.0.2.1'],
    ['from a (::1)', '::1'],
    ['from a ([::ffff:192.0.2.1])', '192.0.2.1'],
    ['from a ([IPv6:::ffff:192.0.2.1])', '192.0.2.1'],
    ['from a ([ipv6:2001:DB8::1])', '2001:db8::1'],
    ['from a ([fe80::1%11])', 'fe80::1'],
    ['from a ([[192.0.2.1:12140])', '192.0.2.1'],
    ['from a ([unknown] [192.0.2.1])', '192.0.2.1'],
    ['from a ([192.0.2.1] RDNS failed)', '192.0.2.1'],
    ['from a [192.0.2.1]', '192.0.2.1'],
    ['from (192.0.2.1)', '192.0.2.1'],
  ])('read from %s', (from, address) => expect(fromOf(from)[2]).toBe(address))

  it('never the one in HELO where the connection gives one', () => {
    expect(fromOf('from [192.0.2.9] (b.example [192.0.2.1])')[2]).toBe('192.0.2.1')
    expect(fromOf('from b.example (HELO [192.0.2.9]) ([192.0.2.1])')[2]).toBe('192.0.2.1')
    expect(fromOf('from b.example ([192.0.2.1] helo=[192.0.2.9])')[2]).toBe('192.0.2.1')
  })

  it('none where two comments give one each: HELO may have brought one of them', () => {
    for (const from of [
      'from a (b [192.0.2.9]) (b.example [192.0.2.1])',
      'from [192.0.2.9] ([192.0.2.1]) (192.0.2.2)',
    ]) {
      const read = readReceived(`${from} by mx.example; Tue, 24 Nov 2026 10:00:00 +0000`)
      expect([read.from.name, read.from.address]).toEqual([null, null])
      expect(read.issues.map(({ message }) => message)).toContain('comments give different addresses of the client')
    }
    expect(fromOf('from a ([192.0.2.1]) (b.example [192.0.2.1])')[2]).toBe('192.0.2.1')
  })

  it('the one in HELO where nothing else gives one', () => {
    expect(fromOf('from [192.0.2.9]')).toEqual(['[192.0.2.9]', null, '192.0.2.9'])
    expect(fromOf('from 192.0.2.9 (SquirrelMail authenticated user x)')[2]).toBe('192.0.2.9')
  })

  it.each([
    ['from [192.0.2.1] (HELO 192.0.2.9)'],
    ['from [192.0.2.1] (helo=192.0.2.9)'],
    ['from [192.0.2.1] (account u@[192.0.2.9])'],
    ['from [192.0.2.1] (account u@[192.0.2.9] HELO a)'],
    ['from 192.0.2.1 (SquirrelMail authenticated user u@[192.0.2.9])'],
    ['from 192.0.2.1 (SquirrelMail authenticated user u@192.0.2.9)'],
    ['from a (u@192.0.2.9 [192.0.2.1])'],
    ['from a (HELO 192.0.2.9 [192.0.2.1])'],
    ['from a ([192.0.2.9] u@b.example [192.0.2.1])'],
    ['from a [192.0.2.9] (b.example [192.0.2.1])'],
  ])('not what a client or a user chose in %s', from => expect(fromOf(from)[2]).toBe('192.0.2.1'))

  it.each([
    ['from a (8.9.3/8.9.3)'],
    ['from a (at 192.0.2.9 today)'],
    ['from a (b.example [x.x.x.x])'],
    ['from a ([192.0.2.1]x)'],
    ['from a ([192.0.2.1]:x)'],
    ['from a (x192.0.2.1:25)'],
    ['from a (xIPv6:::1)'],
    ['from a (xHELO 192.0.2.1)'],
    ['from a (xhelo=192.0.2.1)'],
    ['from a (x helo)'],
  ])('none where none is given: %s', from => expect(fromOf(from)).toEqual(['a', null, null]))
})

describe('the reverse DNS name is', () => {
  it.each([
    ['from a (root@b.example [192.0.2.1])', 'b.example'],
    ['from a (root@x@b.example [192.0.2.1])', 'b.example'],
    ['from a (my account@b.example [192.0.2.1])', 'b.example'],
    ['from a (subaccount of@b.example [192.0.2.1])', 'b.example'],
    ['from a (accounts of@b.example [192.0.2.1])', 'b.example'],
    ['from a (IDENT:some one@b.example [192.0.2.1])', 'b.example'],
    ['from a (b.example [192.0.2.1] (may be forged))', 'b.example'],
    ['from a (UNKNOWN [192.0.2.1])', null],
    ['from a ([unknown] [192.0.2.1])', null],
    ['from a (two words [192.0.2.1])', null],
    ['from a (192.0.2.1 [192.0.2.1])', null],
    ['from a ([192.0.2.1] RDNS failed)', null],
    ['from a ([192.0.2.1])', null],
    ['from a ([[192.0.2.1:12140])', null],
  ])('read from %s', (from, name) => expect(fromOf(from)[1]).toBe(name))
})

describe('the receiving server', () => {
  it.each([
    ['by mx.example ([192.0.2.2])', 'mx.example', '192.0.2.2'],
    ['by mx.example (in.example [IPv6:2001:db8::2])', 'mx.example', '2001:db8::2'],
    ['by mx.example (192.0.2.2)', 'mx.example', '192.0.2.2'],
    ['by mx.example (Postfix) ([192.0.2.2])', 'mx.example', null],
    ['by mx.example (8.6.060.43)', 'mx.example', null],
    ['by [192.0.2.2]', '[192.0.2.2]', '192.0.2.2'],
    ['by 192.0.2.2', '192.0.2.2', '192.0.2.2'],
    ['by 2002:a05:0:0::1', '2002:a05:0:0::1', '2002:a05::1'],
    ['by (Postfix)', null, null],
  ])('%s is %s at %s', (by, name, address) => {
    expect(readReceived(`from a ${by}; 24 Nov 2026 10:00:00 +0000`).by).toEqual({ name, address })
  })
})
