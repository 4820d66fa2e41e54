/**
 * `trace` on any mail.
 */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { command } from './support/command.js'
import { workspace } from './support/workspace.js'

const fixture = join(import.meta.dirname, '../../fixtures/messages/five-received.eml')

it('shows the hops, their delays and what is odd', async () => {
  const { status, stdout, stderr } = await command('trace', fixture)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const lines = stdout.split('\n')
  expect(lines[0]).toMatch(/five-received\.eml {2}5 hops, .* in all, times in UTC$/)
  expect(lines.slice(1, 6).map(line => line.slice(0, 5))).toEqual(['  1  ', '  2  ', '  3  ', '  4  ', '  5  '])
  expect(lines[2]).toMatch(/ → .* \d{4}-\d\d-\d\d \d\d:\d\d:\d\d +[+-]/)
})

it('is with --json one document for all files', async () => {
  const { write } = await workspace()
  const odd = await write('odd.eml', 'Return-Path: <>\r\nReceived: nonsense\r\nSubject: x\r\n\r\n')
  const { status, stdout } = await command('trace', fixture, odd, '--json')
  expect(status).toBe(0)
  const { messages } = JSON.parse(stdout)
  expect(messages).toMatchObject([
    { file: fixture, hops: Array(5).fill({ by: {}, from: {}, date: { offset: expect.any(Number) } }) },
    { file: odd, returnPath: null, hops: [{ field: 0, raw: 'Received: nonsense\r\n', date: null, delayMs: null }] },
  ])
  expect(messages[0]).not.toHaveProperty('returnPath')
  expect(messages[1].oddities[0]).toMatchObject({ code: 'unreadable', field: 0 })
})

it('needs no chain, and has nothing to say of a message without hops', async () => {
  const { write } = await workspace()
  const { status, stdout } = await command('trace', await write('m.eml', 'Subject: x\r\n\r\n'))
  expect(status).toBe(0)
  expect(stdout).toMatch(/m\.eml {2}no Received fields$/)
})

it('sends no escape sequence to the terminal', async () => {
  const { write } = await workspace()
  const evil = '\u001B]0;owned\u0007\u009B31m'
  const field = `Received: from "${evil}" (x [192.0.2.1]) by ${evil}y.test with ${evil}ESMTP id 1; Tue, 24 Nov 2026 10:00:00 +0000`
  const file = await write('m.eml', `${field}\r\nReceived: ${evil}\r\n\r\n`)
  const { stdout } = await command('trace', file)
  expect(stdout).toContain('owned')
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/)
})
