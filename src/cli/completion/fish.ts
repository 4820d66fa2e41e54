/**
 * The completion script for fish, 3.0 and newer.
 */
import { allCommands, type CommandShape, namesIn, type OptionShape, type Value } from './shape.js'

export function fishScript(program: CommandShape): string {
  const commands = allCommands(program)
  return [
    '# Completion of mta-chain for fish: put it in ~/.config/fish/completions/mta-chain.fish.',
    `set -g __mta_chain_commands ${commands
      .slice(1)
      .map(({ path }) => quote(path.join(' ')))
      .join(' ')}`,
    functions,
    'complete -c mta-chain -f',
    ...commands.flatMap(linesOf),
  ].join('\n')
}

/** The command that is typed so far is the one of these words. */
const functions = `function __mta_chain_at
    set -l at
    for word in (commandline -opc)[2..-1]
        contains -- (string join ' ' $at $word) $__mta_chain_commands; or break
        set -a at $word
    end
    test "$at" = "$argv"
end
function __mta_chain_mtas
    set -l words (commandline -opc)
    set -l chain chain.json
    set -l at (contains -i -- --chain $words); and set chain $words[(math $at + 1)]
    ${namesIn('"$chain"')}
end`

function linesOf(command: CommandShape): string[] {
  const { path, options, places, commands } = command
  const start = `complete -c mta-chain -n ${quote(['__mta_chain_at', ...path].join(' '))}`
  return [
    ...commands.map(own => `${start} -a ${own.path.at(-1)} -d ${quote(own.description)}`),
    ...options.map(option => `${start} ${describeOption(option)}`),
    ...places.flatMap(({ value }) => (value.kind === 'other' ? [] : [`${start} ${offered(value)}`])),
  ]
}

function describeOption({ names, description, value }: OptionShape): string {
  const ways = names.map(name => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
  const taken = value ? [value.kind === 'file' ? '-r' : '-x', offered(value)] : []
  return [...ways, ...taken, `-d ${quote(description)}`].filter(part => part !== '').join(' ')
}

function offered({ kind, words }: Value): string {
  const offers = {
    file: '-F',
    folder: "-a '(__fish_complete_directories)'",
    mta: "-a '(__mta_chain_mtas)'",
    word: `-a ${quote(words.join(' '))}`,
    other: '',
  }
  return offers[kind]
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, String.raw`\$&`)}'`
}
