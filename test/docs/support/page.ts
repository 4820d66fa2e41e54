/**
 * A page of docs/ as something that can be run. A fenced `console` block holds commands (`$ `, lines that belong to one
 * `> `) with what they print below; any other block whose fence names a file (```js send.mjs) is that file.
 */

export interface Command {
  /** As it is shown, without prompts. */
  readonly text: string
  /** What is shown below it; no empty line at the end. */
  readonly output: string
  /** Of its prompt, from 1. */
  readonly line: number
}

interface ShownFile {
  readonly name: string
  readonly content: string
}

export type Step = { readonly command: Command } | { readonly file: ShownFile }

interface Block {
  readonly language: string
  readonly name: string | null
  readonly lines: readonly string[]
  /** Of the first line inside. */
  readonly line: number
}

const fenced = /^```(\S+)(?: (\S+))?\n(.*?)^```$/gms

export function readPage(markdown: string): Step[] {
  return blocksOf(markdown).flatMap((block): Step[] => {
    if (block.language === 'console') return commandsOf(block).map(command => ({ command }))
    return block.name === null ? [] : [{ file: { name: block.name, content: `${block.lines.join('\n')}\n` } }]
  })
}

/** The page with these outputs, one for each command in order. */
export function withOutputs(markdown: string, outputs: readonly string[]): string {
  const left = [...outputs]
  return markdown.replaceAll(fenced, (all, language: string, name: string | undefined, inside: string) => {
    if (language !== 'console' || name !== undefined) return all
    const shown = commandsOf({ language, name: null, lines: linesOf(inside), line: 1 }).flatMap(({ text }) => {
      const output = left.shift() ?? ''
      return [`$ ${text.replaceAll('\n', '\n> ')}`, ...(output === '' ? [] : [output])]
    })
    return `\`\`\`console\n${shown.join('\n')}\n\`\`\``
  })
}

function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(fenced)].map(match => {
    const [, language = '', name = null, inside = ''] = match
    return { language, name, lines: linesOf(inside), line: markdown.slice(0, match.index).split('\n').length + 1 }
  })
}

function linesOf(inside: string): string[] {
  return inside.replace(/\n$/, '').split('\n')
}

function commandsOf({ lines, line }: Block): Command[] {
  const starts = lines.flatMap((text, at) => (text.startsWith('$ ') ? [at] : []))
  return starts.map((start, number) => {
    const own = lines.slice(start, starts[number + 1])
    const more = own.slice(1).findIndex(text => !text.startsWith('> '))
    const end = more === -1 ? own.length : more + 1
    const text = own.slice(0, end).map(each => each.slice(2))
    return { text: text.join('\n'), output: own.slice(end).join('\n').trimEnd(), line: line + start }
  })
}
