import { describe, expect, it } from 'vitest'
import { readTrace } from '../../src/trace/trace.js'

/** A message whose Received fields are these, newest first. */
function message(...fields: readonly string[]): string {
  return [...fields.map(field => `Received: ${field}`), 'Subject: Hi', '', 'Text', ''].join('\r\n')
}

function at(seconds: number): string {
  return new Date(Date.UTC(2026, 10, 24, 10, 0, seconds)).toUTCString().replace('GMT', '+0000')
}

/** A hop from the MTA before: the names' numbers are the last of their addresses. */
function hop(number: number, seconds = number): string {
  const [from, by] = [number - 1, number]
  return `from mta${from}.chain.test (mta${from}.chain.test [127.0.0.${from}])\r\n by mta${by}.chain.test ([127.0.0.${by}]) with ESMTP id ${number}; ${at(seconds)}`
}

function odditiesOf(...fields: readonly string[]) {
  return readTrace(message(...fields)).oddities.map(({ code, field }) => [code, field])
}

describe('the hops of a message', () => {
  it('stand oldest first, with the number of their field from the top', () => {
    const { hops } = readTrace(message(hop(3), hop(2), hop(1)))
    expect(hops.map(({ field, received }) => [field, received.by.name])).toEqual([
      [2, 'mta1.chain.test'],
      [1, 'mta2.chain.test'],
      [0, 'mta3.chain.test'],
    ])
  })

  it('are in order in a message that went its way', () => {
    expect(odditiesOf(hop(3), hop(2), hop(1))).toEqual([])
  })

  it('know the delay since the hop before in whole seconds', () => {
    const dated = (date: string) => `from a by b; ${date}`
    const { hops } = readTrace(message(dated('24 Nov 2026 09:00:05.1 -0100'), dated('24 Nov 2026 10:00:02.9 +0000')))
    expect(hops.map(({ delayMs }) => delayMs)).toEqual([null, 3000])
  })

  it.each([
    ['a date is missing', 'from a by b'],
    ['a date names no zone', 'from a by b; 24 Nov 2026 10:00:00'],
    ['nobody can tell the zone', 'from a by b; 24 Nov 2026 10:00:00 CET'],
  ])('know no delay where %s', (_why, field) => {
    const { hops } = readTrace(message(hop(3), field, hop(1)))
    expect(hops.map(({ delayMs }) => delayMs)).toEqual([null, null, null])
  })

  it('know the delay where the zone is -0000, which is UTC', () => {
    expect(readTrace(message('from a by b; 24 Nov 2026 10:00:07 -0000', hop(1))).hops[1]?.delayMs).toBe(6000)
  })

  it('are read from fields of any case between other fields, and from the header alone', () => {
    const content = `RECEIVED: ${hop(2)}\r\nX-Received: ${hop(7)}\r\nSubject: x\r\nreceived : ${hop(1)}\r\n\r\nReceived: ${hop(8)}\r\n`
    expect(readTrace(content).hops.map(({ received }) => received.id)).toEqual(['1', '2'])
  })

  it.each([[''], ['\r\n'], ['\n'], ['\r\nText'], ['\nText\n'], ['Subject: x']])('are none in %j', content => {
    expect(readTrace(content)).toEqual({
      hops: [],
      totalMs: null,
      boundary: null,
      returnPath: undefined,
      oddities: [],
    })
  })

  it('are the same from octets', () => {
    const content = message(hop(2), hop(1))
    expect(readTrace(Buffer.from(`x${content}`).subarray(1))).toEqual(readTrace(content))
  })
})

describe('line ends', () => {
  const unix = message(hop(2), hop(1)).replaceAll('\r\n', '\n')

  it('may all be LF, and the fields keep them', () => {
    const { hops, oddities } = readTrace(`${unix}\nReceived: ${hop(9).replaceAll('\r\n', '\n')}\n`)
    expect(hops.map(({ received }) => received.id)).toEqual(['1', '2'])
    expect(Buffer.from(hops[1]?.received.raw ?? []).toString()).toBe(`Received: ${hop(2).replaceAll('\r\n', '\n')}\n`)
    expect(oddities).toEqual([])
  })

  it('may be mixed: a field behind a bare LF is one of its own, and that is said', () => {
    const { hops, oddities } = readTrace(`Subject: x\nReceived: ${hop(1)}\nReceived: ${hop(2)}\r\n\r\n`)
    expect(hops.map(({ received }) => Buffer.from(received.raw).toString())).toEqual([
      `Received: ${hop(2)}\r\n`,
      `Received: ${hop(1)}\n`,
    ])
    expect(oddities.map(({ code }) => code)).toContain('mixed-line-ends')
  })

  it('are those of the header, whatever the body has', () => {
    expect(readTrace(`${message(hop(1)).replaceAll('\r\n', '\n')}body\r\n`)).toMatchObject({
      hops: [{ field: 0 }],
      oddities: [],
    })
  })

  it('may have a byte order mark before them', () => {
    expect(readTrace(`\ufeffReceived: ${hop(1)}\r\n\r\n`)).toMatchObject({ hops: [{ field: 0 }], oddities: [] })
  })

  it('are LF in a header that nothing follows', () => {
    expect(readTrace(unix.split('\n\n')[0] ?? '').hops).toHaveLength(2)
  })

  it.each(['\r\n', '\n'])('may end the line of an mbox before the header, with %j', end => {
    const content = `From a@b.example  Tue Nov 24 10:00:00 2026\r\n${message(hop(1))}`
    expect(readTrace(content.replaceAll('\r\n', end))).toMatchObject({ hops: [{ field: 0 }], oddities: [] })
  })
})

describe('a header with more Received fields than any MTA lets pass', () => {
  it('is read at its top alone', () => {
    const { hops, oddities } = readTrace(`Received: ${hop(1)}\r\n`.repeat(12_000))
    expect(hops).toHaveLength(10_000)
    expect(hops.at(-1)?.field).toBe(0)
    expect(oddities[0]?.message).toBe('12000 Received fields: only the 10000 newest are read')
  })

  it('reads the first 4 MB of a header, and nothing of the field that is cut', () => {
    const first = 'Received: by a.example; Tue, 24 Nov 2026 10:00:00 +0000\r\n'
    const field = `X: ${'x'.repeat(95)}\r\n`
    const fill = field.repeat(Math.floor((4_000_000 - 2 * first.length) / field.length))
    const within = `${first}${fill}`
    const atTheEnd = 'Received: by b.example '.padEnd(4_000_000 - within.length, 'b')
    const { hops, oddities } = readTrace(`${within}${atTheEnd}b; Tue, 24 Nov 2026 09:00:00 +0000\r\n\r\n`)
    expect(hops.map(({ received }) => received.by.name)).toEqual(['a.example'])
    expect(oddities[0]).toMatchObject({
      code: 'unreadable',
      message: 'the header is too large: only its first 4 MB are read',
    })
    // a body may be as long as it likes
    expect(readTrace(`${first}\r\n${fill.repeat(2)}`).oddities).toEqual([])
    expect(readTrace(`${first}\r\n${fill.repeat(2)}`.replaceAll('\r', '')).oddities).toEqual([])
  })
})

describe('the return path', () => {
  it.each([
    ['Return-Path: <a@b.example>', 'a@b.example'],
    ['Return-Path: <>', null],
    ['Return-Path: (added) < > (by hand)', ' '],
    ['return-path:a@b.example', 'a@b.example'],
    ['Return-Path:\r\n <"x y"@b.example>', '"x y"@b.example'],
    ['Return-Path: <ü@b.example>', 'ü@b.example'],
    ['Return-Path: <a@b.example>\r\nReturn-Path: <c@d.example>', 'a@b.example'],
    ['Return-Path: <@x:a@b.example>', '@x:a@b.example'],
    ['Return-Path: a@b.example>', 'a@b.example>'],
    ['Return-Path: a b', undefined],
    ['Return-Path:', undefined],
    ['Return-Path: <a', undefined],
    ['Subject: x', undefined],
  ])('of %j is %j', (fields, expected) => {
    expect(readTrace(`${fields}\r\n\r\n`).returnPath).toBe(expected)
  })
})

describe('an unreadable field', () => {
  it('is one that tells neither who received the message nor when', () => {
    const { oddities } = readTrace(message('from a (b by c; 24 Nov 2026 10:00:00 +0000', hop(1)))
    expect(oddities).toEqual([
      {
        code: 'unreadable',
        severity: 'warning',
        field: 0,
        message: expect.stringContaining('a comment is not closed'),
      },
    ])
  })

  it.each([['(qmail 1 invoked from network); 24 Nov 2026 10:00:01 -0000'], ['by mx.example']])('is not %s', field => {
    expect(odditiesOf(field, hop(1))).toEqual([])
  })

  it('may stand below a line that is no field: that is said', () => {
    const { hops, oddities } = readTrace(`Received: ${hop(2)}\r\nno field\r\nReceived: ${hop(1)}\r\n\r\n`)
    expect(hops).toHaveLength(1)
    expect(oddities).toMatchObject([{ code: 'unreadable', field: null }])
  })
})

describe('a broken link', () => {
  /** The hop received from `from` above one received by `by`. */
  function links(from: string, by: string) {
    return odditiesOf(`from ${from} by mta9.chain.test; ${at(2)}`, `from x.example by ${by}; ${at(1)}`)
  }

  it('is a hop from another MTA than the one that had the message', () => {
    const { oddities } = readTrace(message(hop(3), hop(1)))
    expect(oddities).toMatchObject([{ code: 'broken-link', field: 0 }])
    expect(oddities[0]?.message).toContain('it came from mta2.chain.test [127.0.0.2], but mta1.chain.test [127.0.0.1]')
  })

  it.each([
    ['other names', 'a.example', 'b.example'],
    ['another site in co.uk', 'out.a.co.uk', 'in.b.co.uk'],
    ['the same name in another domain', 'a.example', 'a.test'],
    ['another name and another address', 'a.example ([192.0.2.1])', 'b.example ([192.0.2.2])'],
    ['another address', 'unknown (HELO x) ([192.0.2.1])', '[192.0.2.2]'],
    ['another IPv6 address', '[IPv6:2001:db8::1]', '[IPv6:2001:db8::2]'],
    ['another private address', '[10.0.0.1]', '[192.168.0.1]'],
    ['another private address of RFC 1918', '[172.16.0.1]', '[172.31.0.1]'],
    ['another link-local address', '[169.254.0.1]', '[10.0.0.1]'],
    ['another public address beside private ones', '[172.32.0.1]', '[110.0.0.1]'],
    ['another unique local address', '[IPv6:fd00::1]', '[IPv6:fe80::2]'],
    ['another address in 127/8', '[127.0.0.1]', '[127.0.0.2]'],
  ])('is claimed with %s', (_why, from, by) => expect(links(from, by)).toEqual([['broken-link', 0]]))

  it.each([
    ['HELO agrees', 'a.example (c.example [192.0.2.1])', 'A.example. ([192.0.2.2])'],
    ['the reverse DNS agrees', 'c.example (a.example [192.0.2.1])', 'a.example ([192.0.2.2])'],
    ['the address agrees', 'c.example (d.example [192.0.2.2])', 'a.example ([192.0.2.2])'],
    ['the address in HELO agrees', '[10.0.0.2] (d.example [192.0.2.1])', 'a.example ([10.0.0.2])'],
    ['the address stands after by', 'c.example ([192.0.2.2])', '192.0.2.2'],
    ['the domain is left out on one side', 'a (d.example [192.0.2.1])', 'a.example'],
    ['only addresses of two kinds are there: private and public', '[192.0.2.1]', '[10.0.0.1]'],
    ['only addresses of two kinds are there: RFC 1918 and public', '[192.0.2.1]', '[172.16.0.1]'],
    ['only addresses of two kinds are there: loopback and public', '[192.0.2.1]', '[127.0.0.1]'],
    ['only addresses of two kinds are there: IPv4 and IPv6', '[192.0.2.1]', '2002:a05::1'],
    ['only addresses of two kinds are there: link-local and public', '[2001:db8::1]', '[IPv6:fe80::1]'],
    ['only a name stands against an address', '[192.0.2.1]', 'a.example'],
    ['a name has no domain', 'User (unknown [192.0.2.1])', 'a.example'],
    ['a site sends by another of its names', 'out.a.example (out2.a.example [192.0.2.1])', 'in.a.example'],
    ['a site in co.uk does', 'out.a.co.uk', 'in.a.co.uk'],
    ['the receiver is called localhost', 'a.example ([192.0.2.1])', 'localhost.localdomain'],
    ['it came from the machine itself', 'b.example (localhost.localdomain [127.0.0.1])', 'a.example ([127.0.0.2])'],
    ['a user stands in the place of the name', 'x@b.example', 'a.example'],
    ['nothing stands there', '(x)', 'a.example'],
  ])('is not claimed where %s', (_why, from, by) => expect(links(from, by)).toEqual([]))
})

describe('time that runs backwards', () => {
  it('is a hop more than a second before the hop before', () => {
    const { oddities } = readTrace(message(hop(2, 10), hop(1, 12)))
    expect(oddities).toMatchObject([{ code: 'time-backwards', field: 0 }])
    expect(oddities[0]?.message).toBe(
      'its date is 2 s before that of the hop before: the clocks of mta1.chain.test [127.0.0.1] and mta2.chain.test [127.0.0.2] disagree by at least that much',
    )
  })

  it('is not a second, which clocks may differ', () => {
    expect(odditiesOf(hop(2, 10), hop(1, 11))).toEqual([])
  })
})

describe('a loop', () => {
  const first = `from x.example by a.example ([192.0.2.1]); ${at(1)}`

  it('is an MTA that received the message twice', () => {
    const again = `from mta2.chain.test ([127.0.0.2]) by MTA1.chain.test ([127.0.0.1]); ${at(3)}`
    const { oddities } = readTrace(message(again, hop(2), hop(1)))
    expect(oddities).toMatchObject([{ code: 'loop', field: 0 }])
    expect(oddities[0]?.message).toBe('MTA1.chain.test [127.0.0.1] received the message before, as field 2 tells')
  })

  it.each([
    ['a name', 'a.example', 'from b.example by a.example'],
    ['a name and an address', 'a.example [192.0.2.1]', 'from b.example by a.example ([192.0.2.1])'],
    ['an address', '192.0.2.1', 'from b.example by 192.0.2.1'],
    ['a literal', '[192.0.2.1] [192.0.2.1]', 'from b.example by [192.0.2.1]'],
    ['an address in a comment', '192.0.2.1', 'from b.example by ([192.0.2.1])'],
    ['a name that is none of this machine', 'xlocalhost.example', 'from b.example by xlocalhost.example'],
    ['a client that is an address', 'a.example', 'from [192.0.2.9] by a.example'],
    ['a client that is a name', 'a.example', 'from unknown (HELO b.example) (192.0.2.9) by a.example'],
  ])('may be told by %s', (_what, who, field) => {
    const { oddities } = readTrace(message(`${field}; ${at(2)}`, `${field}; ${at(1)}`))
    const [loop] = oddities.filter(({ code }) => code === 'loop')
    expect(loop?.message).toBe(`${who} received the message before, as field 1 tells`)
  })

  it('is said of each time but the first', () => {
    const { oddities } = readTrace(message(hop(1, 5), hop(2, 4), hop(1, 3), hop(2, 2), hop(1)))
    const loops = oddities.filter(({ code }) => code === 'loop')
    expect(loops.map(({ field, message: said }) => `${field} ${said.slice(-16)}`)).toEqual([
      '2 as field 4 tells',
      '1 as field 3 tells',
      '0 as field 4 tells',
    ])
  })

  it.each([
    ['the name is the same at another address', 'from b.example by a.example ([192.0.2.2])', first],
    ['the name is localhost', 'from b.example by localhost ([127.0.0.1])', 'from b.example by localhost ([127.0.0.1])'],
    ['qmail writes 0 for its name', 'from b.example by 0', 'from b.example by 0'],
    ['qmail names nobody', '(qmail 1 invoked by uid 0)', '(qmail 2 invoked by uid 0)'],
    ['a filter hands it back', 'from a-filter (localhost [127.0.0.1]) by a.example ([192.0.2.1])', first],
    ['a list of its own sends it', '(from list@a.example) by a.example ([192.0.2.1])', first],
    ['it had the message from itself', 'from a.example by a.example ([192.0.2.1])', first],
  ])('is not where %s', (_why, newer, older) => {
    expect(odditiesOf(`${newer}; ${at(2)}`, older).filter(([code]) => code === 'loop')).toEqual([])
  })
})
