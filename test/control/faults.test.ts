/**
 * Fault rules of a running chain, from the command line to the chain.
 */
import { describe, expect, it } from 'vitest'
import type { FaultRules } from '../../src/control/controlled.js'
import { command } from '../cli/support/command.js'
import { control } from './controlling.js'

class Rules implements FaultRules {
  #rules: { readonly id: string; readonly mta: string; readonly rule: object }[] = []

  add(mta: string, rule: object): { readonly id: string } {
    if (!('at' in rule))
      throw new TypeError('the rule: at: found nothing, expected one of connect, rcpt\n1 mistake in the rule')
    const added = { id: `f${this.#rules.length + 1}`, mta, rule }
    this.#rules = [added, ...this.#rules]
    return added
  }

  list(): ReturnType<FaultRules['list']> {
    return this.#rules
  }

  remove(id: string): boolean {
    const before = this.#rules.length
    this.#rules = this.#rules.filter(other => other.id !== id)
    return this.#rules.length < before
  }

  clear(mta?: string): void {
    this.#rules = this.#rules.filter(other => mta !== undefined && other.mta !== mta)
  }
}

const greylisting = { at: 'rcpt', reply: '450 4.7.1 Greylisted', first: 2 }

describe('fault add', () => {
  it.each([
    [['at=rcpt', 'reply=450 4.7.1 Greylisted', 'first=2'], greylisting],
    [[JSON.stringify(greylisting)], greylisting],
    [['at=data', 'drop=true', 'attempts=[1,3]'], { at: 'data', drop: true, attempts: [1, 3] }],
    [
      ['at=mail', 'delay=200ms', 'probability=0.2', 'match.sender=<>', 'match.header.Subject=a=b'],
      { at: 'mail', delay: '200ms', probability: 0.2, match: { sender: '<>', header: { Subject: 'a=b' } } },
    ],
    [
      ['at=rcpt', 'reply=554', 'match.helo=true', 'match.header.X-N=5', 'match.header.a.b=[1]', 'first=2'],
      { at: 'rcpt', reply: '554', match: { helo: 'true', header: { 'X-N': '5', 'a.b': '[1]' } }, first: 2 },
    ],
    [
      ['at=rcpt', 'drop=true', 'match={"helo": "x"}', 'match.sender=<>'],
      { at: 'rcpt', drop: true, match: { helo: 'x', sender: '<>' } },
    ],
    [['at=rcpt', 'reply="554"', 'match.helo=[oops'], { at: 'rcpt', reply: '554', match: { helo: '[oops' } }],
  ])('%j', async (words, rule) => {
    const rules = new Rules()
    const { file } = await control(rules)
    expect(await command('fault', 'add', 'first', '--chain', file, ...words)).toEqual({
      status: 0,
      stdout: 'Rule f1 is added.',
      stderr: '',
    })
    expect(rules.list()).toEqual([{ id: 'f1', mta: 'first', rule }])
  })

  it.each([
    ['third', ['at=rcpt', 'drop=true'], 'mta: the chain has no "third": expected one of first, second'],
    ['first', ['drop=true'], 'the rule: at: found nothing, expected one of connect, rcpt\n'],
    ['first', ['at'], 'at: expected KEY=VALUE, as at=rcpt, or one JSON object'],
    ['first', ['at=rcpt', 'at=mail'], 'at=mail: at is given already, expected each key once'],
    ['first', ['at=rcpt', 'match.helo=a', 'match.helo=b'], 'match.helo=b: match.helo is given already'],
    ['first', ['at=rcpt', 'match.helo=a', 'match={}'], 'match={}: match is given already'],
    ['first', ['at=rcpt', 'match=a', 'match.helo=a'], 'match.helo=a: match.helo is given already'],
    ['first', ['{"at":'], 'the rule is no JSON: '],
    ['first', ['{"at": 1}', 'drop=true'], '{"at": 1}: expected KEY=VALUE'],
  ])('%s %j is wrong usage', async (mta, words, sentence) => {
    const rules = new Rules()
    const { file } = await control(rules)
    const { status, stdout, stderr } = await command('fault', 'add', mta, ...words, '--chain', file)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(sentence)
    expect(rules.list()).toEqual([])
  })
})

describe('fault list and clear', () => {
  it('show the rules in the order in which they are tried, and remove them', async () => {
    const { file } = await control(new Rules())
    const run = (...words: readonly string[]) => command('fault', ...words, '--chain', file)
    expect((await run('list')).stdout).toBe('No rules.')
    await run('add', 'first', 'at=rcpt', 'drop=true', 'match.helo=\u001b]0;x')
    const atConnect = await run('add', 'second', 'at=connect', 'reset=true')
    expect(atConnect.stdout).toMatch(/^Rule f2 is added\. It fires at new connections: /)
    expect((await run('list')).stdout.split('\n')).toEqual([
      'f2  second  {"at":"connect","reset":true}',
      'f1  first   {"at":"rcpt","drop":true,"match":{"helo":"\\u001b]0;x"}}',
    ])
    expect(JSON.parse((await run('list', '--json')).stdout)).toMatchObject({ faults: [{ id: 'f2' }, { id: 'f1' }] })
    expect((await command('status', '--chain', file)).stdout).toContain('; 2 fault rules\n')
    await run('add', 'first', 'at=data', 'drop=true')
    expect((await run('remove', 'f3')).stdout).toBe('Rule f3 is removed.')
    expect(await run('remove', 'f3')).toEqual({
      status: 1,
      stdout: '',
      stderr: `mta-chain: there is no rule "f3": expected a rule's id, mta-chain fault list shows them`,
    })
    expect((await run('clear', 'first')).stdout).toBe('1 rule removed.')
    expect(JSON.parse((await run('clear', '--json')).stdout)).toEqual({ cleared: 1 })
    expect((await run('list')).stdout).toBe('No rules.')
  })
})
