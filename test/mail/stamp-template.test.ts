/**
 * The syntax of a stamp's template.
 */
import { expect, test } from 'vitest'
import { parseTemplate, templateFlaw } from '../../src/mail/stamp-template.js'

test.each([
  'from {helo} ({name} [{address}]) by {hostname} ([{ip}]) with {protocol} id {id}{?for: for <{for}>}; {date}',
  'by {hostname}; {date}',
  'by {hostname} ({helo}; (nested)); {date}',
  'by {hostname}{?sender: (envelope-from <{sender}>)}; {date} (at last)',
  'from {helo}{?name: ({name})} by {hostname}; {date}',
])('in order: %s', template => {
  expect(templateFlaw(template)).toBe(null)
})

test.each([
  ['', '"by {hostname}"'],
  ['{', 'a } for each {'],
  ['}', 'no } without its {'],
  ['by {hostname}; {date', 'a } for each {'],
  ['by {hostname}; {Date}', 'instead of {Date}'],
  ['by {hostname}; {__proto__}', 'instead of {__proto__}'],
  ['by {hostname}{?for}; {date}', 'a : behind the field'],
  ['by {hostname}{?nobody: x}; {date}', 'instead of {nobody}'],
  ['by {hostname}{?for: x; {date}', '}'],
  ['by {hostname} {for}; {date}', '{?for:...} around {for}'],
  ['by {hostname} {?for: {sender}}; {date}', '{?sender:...} around {sender}'],
  ['by {hostname}{?for: [{for}]}; {date}', 'no ; and nothing half open'],
  ['by {hostname} {helo}{id}; {date}', 'a blank or a bracket between two fields'],
  ['by {hostname}; {date} {id}', 'nothing but a comment'],
  ['by {hostname}; at {date}', 'nothing but a comment'],
  ['by {hostname};{date}', ' {date}'],
  ['by {hostname} {date}', 'one ;'],
  ['by {hostname}; {date}; {date}', 'one ;'],
  ['by {hostname} (; {date})', 'one ;'],
  ['by {hostname} ((x); {date}', 'closed'],
  ['by {hostname} x); {date}', 'closed'],
  ['by {hostname} [x; {date}', 'closed'],
  ['by {hostname} "x; {date}', 'no quotes'],
  ['by {hostname} \\(; {date}', 'no backslashes'],
  ['by {hostname} ü; {date}', 'printable ASCII'],
  ['by {hostname}\n x; {date}', 'printable ASCII'],
  ['from {hostname}; {date}', '"by {hostname}"'],
  ['x-by {hostname}; {date}', '"by {hostname}"'],
  ['Received: by {hostname}; {date}', '"Received:"'],
  ['by x.test by {hostname}; {date}', 'its first "by"'],
  ['from {helo} (by {hostname} x); {date}', 'its first "by"'],
  ['by {hostname} ({helo}) [{helo}]; {date}', '{helo} once alone'],
  ['by {hostname}{?for: for <{for}> (<{for}>)}; {date}', '{for} once alone'],
  ['by {hostname}{?for: id {id}}; {date}', 'no {id} in {?for:...}'],
  ['by {hostname}{?name: ({name} [{address}])}; {date}', 'no {address} in {?name:...}'],
  [`by {hostname} ${'x'.repeat(990)}; {date}`, '998 octets'],
])('%s lacks %s', (template, flaw) => {
  expect(templateFlaw(template)).toContain(flaw)
})

test('text, fields and groups are parted', () => {
  expect(parseTemplate('a {helo}{?for: <{for}>}')).toEqual({
    parts: [
      { kind: 'text', text: 'a ' },
      { kind: 'field', field: 'helo' },
      {
        kind: 'group',
        field: 'for',
        parts: [
          { kind: 'text', text: ' <' },
          { kind: 'field', field: 'for' },
          { kind: 'text', text: '>' },
        ],
      },
    ],
  })
})
