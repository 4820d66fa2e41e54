import { describe, expect, it } from 'vitest'
import { readReceived } from '../../src/trace/received.js'

const stamp = [
  'Received: from submission.chain.test (submission.chain.test [127.0.0.11])',
  ' by out.chain.test ([127.0.0.12]) with ESMTP id 4F2K7Q9XW3',
  ' for <b@example.test>; Tue, 24 Nov 2026 10:00:00 +0000',
]
const date = '; Tue, 24 Nov 2026 10:00:00 +0000'
const hop = 'from a.example ([192.0.2.1]) by mx.example'
const noTcpInfo = 'the word after from is not a domain, and no TCP-info stands beside the address literal'

function issuesOf(field: string | Uint8Array): string[] {
  return readReceived(field).issues.map(issue => issue.message)
}

describe('reading a stamp as RFC 5321 4.4 has it', () => {
  const expected = {
    from: { helo: 'submission.chain.test', name: 'submission.chain.test', address: '127.0.0.11' },
    by: { name: 'out.chain.test', address: '127.0.0.12' },
    via: null,
    with: { text: 'ESMTP', protocol: 'ESMTP' },
    id: '4F2K7Q9XW3',
    for: 'b@example.test',
    date: { instant: new Date('2026-11-24T10:00:00Z'), offset: 0, text: 'Tue, 24 Nov 2026 10:00:00 +0000' },
    issues: [],
  }

  it.each([
    ['with its name, folded with CRLF', `${stamp.join('\r\n')}\r\n`],
    ['folded with LF', `${stamp.join('\n')}\n`],
    ['on one line, without its name', stamp.join('').slice(10)],
    ['with its name in small letters', stamp.join('\r\n').replace('Received:', 'received :')],
    ['as octets', Buffer.from(`${stamp.join('\r\n')}\r\n`)],
    [
      'from an array of bytes that is part of another',
      new Uint8Array(Buffer.from(`${stamp.join('\r\n')}`)).subarray(0),
    ],
  ])('%s', (_how, field) => {
    const { raw, ...read } = readReceived(field)
    expect(read).toMatchObject(expected)
    expect(Buffer.from(raw)).toEqual(Buffer.from(field))
  })

  it('has no name where the client is unknown', () => {
    const { from, issues } = readReceived(`from a (unknown [127.0.0.1]) by b${date}`)
    expect({ from, issues }).toMatchObject({ from: { helo: 'a', name: null, address: '127.0.0.1' }, issues: [] })
  })

  it('has its protocol in upper case, whatever the case there', () => {
    expect(readReceived(`${hop} with esmtps id 1${date}`).with).toMatchObject({ text: 'esmtps', protocol: 'ESMTPS' })
  })

  it('has its recipient and its id without < >, where both stand there', () => {
    expect(readReceived(`${hop} id <1@a> for <b@c>${date}`)).toMatchObject({ id: '1@a', for: 'b@c' })
    expect(readReceived(`${hop} id 1@a> for b@c>${date}`)).toMatchObject({ id: '1@a>', for: 'b@c>' })
  })

  it('has a HELO literal verbatim, and the address from the connection', () => {
    const { from, issues } = readReceived(`from [192.0.2.9] (a.example [IPv6:2001:DB8:0::1]) by b${date}`)
    expect({ from, issues }).toMatchObject({
      from: { helo: '[192.0.2.9]', name: 'a.example', address: '2001:db8::1' },
      issues: [],
    })
  })

  it.each([
    ['a comment before each clause', `(x) from a.example (y) by mx.example (z) with ESMTP (u) id 1 (v) (w) ${date}`],
    ['via before with', `${hop} via TCP with ESMTP id 1${date}`],
    ['an id that is a msg-id', `${hop} id <1.2@mx.example>${date}`],
    ['a mailbox without < >', `${hop} for b@c.example${date}`],
    ['a path with a source route', `${hop} for <@d.example,@e.example:b@c.example>${date}`],
    ['a quoted local part', `${hop} for <"b \\" <c>"@d.example>${date}`],
    ['a domain literal', `${hop} for <b@[192.0.2.1]>${date}`],
    ['postmaster alone', `${hop} for <Postmaster>${date}`],
    ['a tls clause at the end', `${hop} for <b@c.example> tls TLS_AES_128_GCM_SHA256${date}`],
    ['a literal with TCP-info after by', `from a.example by [192.0.2.2] (mx.example [192.0.2.2])${date}`],
    ['UTF-8', `from bücher.example (bücher.example [192.0.2.1]) by mx.example for <ü@bücher.example>${date}`],
    ['a HELO that is no domain', `from my_host.:1 ([192.0.2.1]) by mx.example${date}`],
    ['a HELO literal without its tag', `from [2001:db8::1] ([192.0.2.1]) by mx.example${date}`],
    ['a comment after the date', `${hop}${date} (UTC)`],
  ])('finds no issue with %s', (_what, field) => expect(issuesOf(field)).toEqual([]))
})

describe('a field that is not as RFC 5321 4.4 has it is read as far as it goes, and says', () => {
  it.each([
    ['no from clause', `by mx.example${date}`],
    ['no by clause', `from a.example${date}`],
    ['no ; and no date', hop],
    ['there is no date', `${hop};`],
    ['the date can not be read', `${hop}; yesterday`],
    ['no ; stands before the date', `${hop} id 1 Tue, 24 Nov 2026 10:00:00 +0000`],
    ['by stands more than once: the first one counts', `${hop} by fake.example${date}`],
    ['via stands behind with', `${hop} with SMTP via TCP${date}`],
    ['from stands behind by', `by mx.example from a.example${date}`],
    ['more words than one after with', `${hop} with Microsoft SMTPSVC${date}`],
    ['words stand before the first clause', `well from a.example by mx.example${date}`],
    ['nothing stands after with', `${hop} with${date}`],
    ['a comment stands between by and its value', `from a.example by (x) mx.example${date}`],
    ['the word after by is not a domain or an address literal', `from a.example by 2001:db8::1${date}`],
    ['the word after from is not a domain or an address literal', `from [x.x] ([192.0.2.1]) by mx.example${date}`],
    ['the word after from is not a domain or an address literal', `from ip<1> ([192.0.2.1]) by mx.example${date}`],
    ['the word after by is not a domain or an address literal', `from a by [::1] (b [IPv6:::1])${date}`],
    ['the word after by is not a domain or an address literal', `from a by mx.example.${date}`],
    [noTcpInfo, `from [192.0.2.1] by b${date}`],
    [noTcpInfo, `from [192.0.2.1] (192.0.2.1) by b${date}`],
    [noTcpInfo, `from [192.0.2.1] (HELO [192.0.2.1]) by b${date}`],
    [noTcpInfo, `from [192.0.2.1] (two words [192.0.2.1]) by b${date}`],
    ['the word after via is not an atom', `${hop} via a.b${date}`],
    ['the word after with is not an atom', `${hop} with a.b${date}`],
    ['the word after id is not an atom or a msg-id', `${hop} id 15.20${date}`],
    ['the word after for is not one path or mailbox', `${hop} for <a@b>,<c@d>${date}`],
    ['the word after tls is not an atom or a quoted string', `${hop} tls a.b${date}`],
    ['NUL is dropped', `${hop}\0${date}`],
    ['a control character or a bare line end', `${hop}\r\n${date}`],
    ['a control character or a bare line end', `${hop}\r ${date}`],
    ['a control character or a bare line end', `${hop} (\x7f)${date}`],
  ])('%s: %j', (message, field) => expect(issuesOf(field)).toEqual([message]))

  it('more than one ;, and the first date behind one counts', () => {
    const read = readReceived(`${hop}; x${date}; Tue, 24 Nov 2026 11:00:00 +0000`)
    expect(read.issues).toEqual([{ position: hop.length + 3, message: 'more than one ;' }])
    expect(read.date?.instant).toEqual(new Date('2026-11-24T10:00:00Z'))
  })

  it('a clause behind the date: the date is read, and said to be out of form', () => {
    const read = readReceived(`${hop}${date} id 0000000000123456.65377C5E.1234`)
    expect(read.date?.instant).toEqual(new Date('2026-11-24T10:00:00Z'))
    expect(read.issues.map(({ message }) => message)).toEqual(['words stand behind the date'])
  })

  it('nothing of a name that stands elsewhere', () => {
    expect(readReceived(`from a (received: by x) by b${date}`).from.helo).toBe('a')
  })

  it('where, in the unfolded text', () => {
    const field =
      'Received: from a.example\r\n ([192.0.2.1]) by mx.example with Microsoft SMTPSVC; Tue, 24 Nov 2026 10:00:00 GMT'
    const unfolded = field.replace('\r\n', '')
    expect(readReceived(field).issues.map(({ position }) => unfolded.slice(position, position + 8))).toEqual([
      'SMTPSVC;',
      ' Tue, 24',
    ])
  })
})

describe('octets', () => {
  it('that are UTF-8 are returned as what they say, NUL dropped and the raw field untouched', () => {
    const field = Buffer.from(`from büch\0er.example by mx.example${date}`)
    const read = readReceived(field)
    expect(read.from.helo).toBe('bücher.example')
    expect(read.raw).toBe(field)
  })

  it('keep a byte order mark, which is a character here', () => {
    expect(readReceived(`from \ufeffa by b${date}`).from.helo).toBe('\ufeffa')
  })

  it('that are not UTF-8 survive as one character each, and are an issue', () => {
    const read = readReceived(Buffer.from(`from b\xfccher.example by mx.example${date}`, 'latin1'))
    expect(read.from.helo).toBe('bücher.example')
    expect(read.issues).toEqual([{ position: 6, message: 'octets that are not UTF-8' }])
  })
})
