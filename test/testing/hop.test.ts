/**
 * A hop as it is said: by name, in parts, by patterns and by the runner's own matchers.
 */
import { describe, expect, it } from 'vitest'
import { type ExpectedFacts, toHaveHop } from '../../src/testing/hop.js'
import { agreement, chainOf, deliver, refusal } from './kit.js'

const fixed = [
  { name: 'submission', address: '127.81.201.1' },
  { name: 'gateway', address: '127.81.201.2' },
]
const postfix = `Received: from laptop (pool-7.example.net [198.51.100.7]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))
 by mx.example.org (Postfix) with ESMTPSA id 4F2K7Q9XW3 for <b@example.org>; Tue, 24 Nov 2026 10:00:00 +0000
`

describe('toHaveHop', () => {
  it.each<ExpectedFacts>([
    { by: 'gateway' },
    { by: 'gateway.chain.test' },
    { by: '127.81.201.2', from: 'submission' },
    { from: '127.81.201.1' },
    { from: 'client.chain.test', by: 'submission' },
    {
      by: /^gate/,
      from: { name: 'submission.chain.test', address: /\.1$/, helo: expect.stringContaining('submission') },
    },
    { by: { name: 'GATEWAY.chain.test', address: '127.81.201.2' }, with: 'esmtp', tls: false },
    { by: expect.stringMatching(/^gateway/), id: expect.any(String), for: 'b@example.test' },
    { by: 'gateway', via: null, tls: { version: null } },
    // a pattern with this flag goes on from where it was
    { by: 'gateway', with: /^ESMTP/g },
    { by: 'gateway', dialect: 'rfc5321', with: undefined },
    { by: expect.not.stringContaining('mailbox'), from: expect.objectContaining({ address: '127.81.201.1' }) },
  ])('%o', async expected => {
    const mail = await deliver(await chainOf(fixed))
    expect(await toHaveHop(mail, expected)).toMatchObject({ pass: true })
  })

  it.each<ExpectedFacts>([
    { by: 'gateway', from: 'client.chain.test' },
    { by: 'gateway', with: 'ESMTPS' },
    { by: { name: 'gateway.chain.test', address: '127.81.201.3' } },
    { by: 'gateway', tls: true },
    { by: 'gateway', id: null },
    { id: expect.any(Number) },
    // what is not told is nothing, and no object either
    { via: expect.anything() },
    { id: expect.any(Object) },
    { with: expect.not.stringMatching(/^ESMTP/) },
    { via: expect.not.stringMatching('x') },
    { by: expect.not.stringContaining('chain.test') },
    { with: /^SMTP/ },
  ])('not %o', async expected => {
    const mail = await deliver(await chainOf(fixed))
    expect(await toHaveHop(mail, expected)).toMatchObject({ pass: false })
  })

  it.each<ExpectedFacts>([
    { tls: true },
    { tls: 'TLSv1.3' },
    { tls: { version: 'TLSv1.3', cipher: /GCM/ } },
    { from: { helo: 'laptop', name: 'pool-7.example.net', address: '198.51.100.7' }, dialect: 'postfix' },
    { from: 'laptop' },
  ])('reads the fields of others: %o', async expected => {
    expect(await toHaveHop(postfix, expected)).toMatchObject({ pass: true })
  })

  it('takes an address in any spelling', async () => {
    const field = 'Received: from x ([IPv6:2001:db8::1]) by y.example; Tue, 24 Nov 2026 10:00:00 +0000\n'
    expect(await toHaveHop(field, { from: '2001:DB8:0:0::1' })).toMatchObject({ pass: true })
  })

  it('shows the way, the nearest hop, and in what that differs', async () => {
    const mail = await deliver(await chainOf(fixed))
    const text = await refusal(toHaveHop(mail, { by: 'gateway', with: 'ESMTPS', tls: true, id: /^x$/ }))
    expect(text.replace(/"\w{10}"/, '"ID"')).toBe(
      `expected the mail to b@example.test to have a hop { by: "gateway", with: "ESMTPS", tls: true, id: /^x$/ }, its way:

  1  submission  submission.chain.test [127.81.201.1] ESMTP
→ 2  gateway     gateway.chain.test [127.81.201.2] ESMTP

Nearest is hop 2:
  ✗ with  expected "ESMTPS", found "ESMTP"
  ✗ tls  expected true, found false
  ✗ id  expected /^x$/, found "ID"`,
    )
    expect(await agreement(toHaveHop(mail, { by: 'gateway', for: expect.any(String) }))).toBe(
      `expected the mail to b@example.test to have no hop { by: "gateway", for: Any(String) }, its way:

  1  submission  submission.chain.test [127.81.201.1] ESMTP
→ 2  gateway     gateway.chain.test [127.81.201.2] ESMTP`,
    )
    expect(await refusal(toHaveHop('Subject: Hi\n\n', { by: 'a' }))).toContain('\n  no hop')
  })

  it.each<[unknown, string]>([
    [{ by: 'gatewya' }, 'the chain has no MTA "gatewya"'],
    [{ from: 'submision' }, 'the chain has no MTA "submision", only submission, gateway: did you mean submission?'],
    [{ colour: 'red' }, 'a hop has no colour, only by, from, with, tls, id, for, via, dialect'],
    [{ by: { helo: 'x' } }, 'by: expected a text or a pattern, found { helo: "x" }'],
    [{ with: { protocol: 'ESMTP' } }, 'with: expected a text or a pattern'],
    [{}, 'found nothing'],
    ['gateway', `expected an object as { by: 'gateway' }, found "gateway"`],
  ])('throws for %o', async (expected, message) => {
    const mail = await deliver(await chainOf(fixed))
    await expect(Reflect.apply(toHaveHop, null, [mail, expected])).rejects.toThrow(message)
  })
})
