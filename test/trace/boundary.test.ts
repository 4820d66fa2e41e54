/**
 * Where trust ends.
 */
import { describe, expect, it } from 'vitest'
import { readTrace } from '../../src/trace/trace.js'

const date = 'Tue, 24 Nov 2026 10:00:00 +0000'

/** The boundary of fields, newest first. */
function boundaryOf(fields: readonly string[], trusted: readonly string[] = ['192.0.2.0/24', '2001:db8:1::/48']) {
  const header = fields.map(field => `Received: ${field}; ${date}\r\n`).join('')
  const { boundary, hops } = readTrace(`${header}\r\n`, { trusted })
  return { ...boundary, trusted: hops.toReversed().map(hop => hop.trusted) }
}

const inner = 'from mx.ours.example (mx.ours.example [192.0.2.25]) by store.ours.example with ESMTP id 3'
const edge = 'from out.other.example (out.other.example [198.51.100.9]) by mx.ours.example with ESMTP id 2'
const claim = 'from [10.0.0.1] by out.other.example with ESMTP id 1'

it('is the oldest field of ours, and the first address beyond is its client', () => {
  expect(boundaryOf([inner, edge, claim])).toEqual({
    field: 1,
    address: '198.51.100.9',
    reason: 'address',
    trusted: [true, true, false],
  })
})

it('is the first field where its client is not of ours', () => {
  expect(boundaryOf([edge, inner, claim])).toMatchObject({ field: 0, trusted: [true, false, false] })
})

it('is also told by an IPv6 network', () => {
  const six = inner.replace('[192.0.2.25]', '[IPv6:2001:db8:1::25]')
  expect(boundaryOf([six, edge])).toMatchObject({ field: 1, address: '198.51.100.9' })
  expect(boundaryOf([six.replace('8:1:', '8:2:'), edge])).toMatchObject({ field: 0, address: '2001:db8:2::25' })
})

it('counts the machine itself as ours, whatever is given', () => {
  const filter = 'from localhost (localhost [127.0.0.1]) by mx.ours.example with ESMTP id 2'
  const six = 'from mx.ours.example (localhost [IPv6:::1]) by mx.ours.example with ESMTP id 2'
  expect(boundaryOf([filter, six, edge, claim], [])).toMatchObject({ field: 2, address: '198.51.100.9' })
})

it('is nowhere where all hops are of ours', () => {
  expect(boundaryOf([inner, inner])).toEqual({ field: 1, address: null, reason: 'all-ours', trusted: [true, true] })
})

it('is null without fields, and where nobody said what is ours', () => {
  expect(readTrace('Subject: x\r\n\r\n', { trusted: [] }).boundary).toBeNull()
  const { boundary, hops } = readTrace(`Received: ${edge}; ${date}\r\n\r\n`)
  expect([boundary, hops[0]?.trusted]).toEqual([null, null])
})

describe('passes a hop without a client', () => {
  it.each([
    ['(qmail 4441 invoked by uid 1000)'],
    ['(qmail 4441 invoked from network)'],
    ['(from user@ours.example) by mx.ours.example (8.18.1/8.18.1/Submit) id 1'],
    ['by mx.ours.example (Postfix, from userid 0) id 4AB12CD34E'],
    ['from mail pickup service by mx.ours.example with Microsoft SMTPSVC'],
    ['from root by mx.ours.example with local (Exim 4.97) id 1vNAbC-00000002XyZ-3hQm'],
  ])('%s', field => expect(boundaryOf([field, edge, claim])).toMatchObject({ field: 1, address: '198.51.100.9' }))
})

describe('ends where it is not known who the client was', () => {
  it.each([
    ['from out.other.example by mx.ours.example with ESMTP id 2', 'no-address'],
    // anybody can say so in HELO
    ['from localhost (EHLO localhost) by mx.ours.example with ESMTP id 2', 'no-address'],
    ['from localhost by mx.ours.example', 'no-address'],
    ['from unknown by mx.ours.example with ESMTP id 2', 'no-address'],
    ['from 77463558223 named unknown by gmailapi.google.com with HTTPREST', 'no-address'],
    ['by mx.ours.example from localhost with ESMTP id 2', 'no-address'],
  ])('%s', (field, reason) => {
    expect(boundaryOf([inner, field, claim])).toMatchObject({ field: 1, address: null, reason })
  })

  it('a field that can’t be read', () => {
    const header = `Received: ${inner}; ${date}\r\nReceived: from a (b by c; x\r\nReceived: ${claim}; ${date}\r\n\r\n`
    const { boundary } = readTrace(header, { trusted: ['192.0.2.0/24'] })
    expect(boundary).toEqual({ field: 1, address: null, reason: 'unreadable' })
  })
})

it('takes no network that is none', () => {
  expect(() => readTrace('', { trusted: ['192.0.2.0/99'] })).toThrow(
    new RangeError('"192.0.2.0/99" is no network, expected ADDR/LEN'),
  )
})
