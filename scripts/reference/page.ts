/**
 * docs/chain-json.md, as the JSON Schema of chain.json tells it.
 */
import type * as z from 'zod'
import { type Key, pathOf, type Section, sectionsOf } from './sections.js'
import { exampleOf, namesIn, typeOf, written } from './value.js'

const head = `# chain.json

Every key, its type, its default and what it is for. The schema that checks the file writes this page; editors read the same from \`chain.schema.json\`.

The file is JSON with comments and trailing commas. One key is required, \`mtas\`:

\`\`\`jsonc
{
  "mtas": [
    { "name": "gateway", "address": "127.0.0.11" },
    { "name": "mailbox", "address": "127.0.0.12", "limits": { "messageSize": "10MB" } } // limits of its own
  ],
  "retry": { "after": ["1m", "5m"], "expire": "1d" } // of every MTA
}
\`\`\`

- A **size** is a number of octets, or a text: \`"50MB"\`, \`"4kB"\` (1000), \`"64KiB"\` (1024).
- A **duration** is a text: \`"200ms"\`, \`"60s"\`, \`"10m"\`, \`"1h"\`, \`"5d"\`. Those of \`retry\`, \`skew\` and greylisting are mail time, which \`clock\` may run faster; those of \`limits\` and
  the delays of faults are the machine's.
- A **moment** is a date with its zone: \`"2026-01-01T00:00:00Z"\`.
- A **pattern** is a text in which \`*\` stands for anything.

Every mistake is told in one go, with line and column. \`[]\` in a path stands for each entry of a list.
`

const titles: Readonly<Record<string, string>> = { '': 'The file', 'mtas[]': 'An MTA: `mtas[]`' }

export function referencePage(schema: z.core.JSONSchema.JSONSchema): string {
  const sections = sectionsOf(schema)
  const text = sections.filter(section => !isRepeated(section, sections)).map(section => render(section, sections))
  return `${[head, ...text].join('\n')}`
}

function render(section: Section, sections: readonly Section[]): string {
  const { path, schema, keys } = section
  const rows = keys.map(key => row(path, key, sections))
  return [
    `## ${titles[path] ?? `\`${path}\``}\n`,
    ...(path === '' || schema.description === undefined ? [] : [`${prose(schema.description)}\n`]),
    ...table([['key', 'type', 'default', 'example', 'meaning'], ...rows]),
    '',
  ].join('\n')
}

function row(path: string, { name, schema, isRequired }: Key, sections: readonly Section[]): string[] {
  const full = pathOf(path, name)
  const inside = sections.find(section => section.path === full || section.path === `${full}[]`)
  const example = exampleOf(schema)
  const isObject = inside !== undefined
  const byDefault = isRequired ? 'required' : schema.default === undefined || isObject ? '' : written(schema.default)
  return [
    `\`${full}\``,
    typeOf(inside && schema.type === 'array' ? { type: 'array', items: { title: 'object' } } : schema),
    byDefault,
    example === undefined || (isObject && schema.type === 'object') ? '' : written(example),
    `${prose(schema.description ?? '')}${namesIn(schema)}${inside ? ` ${where(inside, sections)}` : ''}`,
  ]
}

/** An MTA's limits have the keys of the chain's, which stand in the page before. */
function isRepeated(section: Section, sections: readonly Section[]): boolean {
  return original(section, sections) !== section
}

function original(section: Section, sections: readonly Section[]): Section {
  const names = ({ keys }: Section): string => keys.map(({ name }) => name).join()
  return sections.find(other => names(other) === names(section)) ?? section
}

function where(section: Section, sections: readonly Section[]): string {
  const { path } = original(section, sections)
  const title = titles[path] ?? path
  const anchor = title
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-')
  return path === section.path ? `[Keys](#${anchor})` : `The keys of [${path}](#${anchor}), without defaults.`
}

/** Markdown reads no HTML and no end of a cell in it. */
function prose(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('|', String.raw`\|`)
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(cells => (cells[column] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [first = [], ...others] = rows
  return [line(first), line(widths.map(width => '-'.repeat(width))), ...others.map(line)]
}
