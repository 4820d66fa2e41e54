import { describe, expect, test } from 'vitest'
import { takes } from '../../src/chain/recipients.js'
import { mailbox } from '../relay/harness.js'

describe('an MTA takes', () => {
  test.each([
    [null, 'b@example.test'],
    [['*'], 'b@example.test'],
    [['*'], 'b@[192.0.2.1]'],
    [['*@example.test'], 'b@example.test'],
    [['*@example.test'], 'b@EXAMPLE.Test'],
    [['*@Example.TEST'], 'b@example.test'],
    [['b@example.test'], 'b@example.test'],
    [['b+*@example.test'], 'b+@example.test'],
    [['*@*.example.test'], 'b@a.b.example.test'],
    [['a*b*c@example.test'], 'a-bb-c@example.test'],
    [['a*bc*bc@example.test'], 'abcbc@example.test'],
    [['*@other.test', '*@example.test'], 'b@example.test'],
    [['*@example.test'], '"a@b"@example.test'],
    [['*@example.test'], 'ü@example.test'],
    // RFC 5321 4.5.1
    [[], 'Postmaster'],
    [['b@example.test'], 'postmaster'],
    [['b@example.test'], 'PostMaster@Example.test'],
  ])('by %o: %s', (patterns, recipient) => {
    expect(takes(patterns, mailbox(recipient))).toBe(true)
  })
})

describe('an MTA does not take', () => {
  test.each([
    [[], 'b@example.test'],
    [['*@example.test'], 'b@other.test'],
    [['*@example.test'], 'b@sub.example.test'],
    [['*@example.test'], 'b@exampleXtest'],
    [['b@example.test'], 'B@example.test'],
    [['b@example.test'], 'bb@example.test'],
    [['ab*ba@example.test'], 'aba@example.test'],
    [['a*bc*bc@example.test'], 'abc@example.test'],
    [['*@*.example.test'], 'b@example.test'],
    [['b@example.test'], 'postmaster@other.test'],
    [['Postmaster'], 'b@postmaster'],
  ])('by %o: %s', (patterns, recipient) => {
    expect(takes(patterns, mailbox(recipient))).toBe(false)
  })

  test('and says so at once, whatever the pattern and the client', () => {
    const pattern = `${'*a'.repeat(30)}*b@example.test`
    const start = performance.now()
    expect(takes([pattern], mailbox(`${'a'.repeat(200)}@example.test`))).toBe(false)
    expect(performance.now() - start).toBeLessThan(50)
  })
})
