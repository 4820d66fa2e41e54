/**
 * The completion script for zsh: a function for each command, in the words of _arguments.
 */
import { allCommands, type CommandShape, namesIn, type OptionShape, type Place, type Value } from './shape.js'
import { quote } from './quote.js'

export function zshScript(program: CommandShape): string {
  return [
    '#compdef mta-chain',
    '# Completion of mta-chain for zsh: call it _mta-chain, in a folder of $fpath, or source it behind compinit.',
    mtas,
    ...allCommands(program).flatMap(functionOf),
    'if [[ $funcstack[1] == _mta-chain ]]; then _mta_chain "$@"; else compdef _mta_chain mta-chain; fi',
  ].join('\n')
}

const mtas = `_mta_chain_mtas() {
  local chain="\${(Q)opt_args[--chain]:-chain.json}"
  local -a names
  names=(\${(f)"$(${namesIn('"$chain"')})"})
  compadd -a names
}`

function functionOf(command: CommandShape): string[] {
  const specs = [...command.options.map(optionSpec), ...command.places.map(placeSpec)]
  const isGroup = command.commands.length > 0
  const all = isGroup ? [...specs, quote('1: :->command'), quote('*:: :->rest')] : specs
  return [
    `${nameOf(command)}() {`,
    ...(isGroup ? ['  local curcontext="$curcontext" state line', '  typeset -A opt_args'] : []),
    `  _arguments ${isGroup ? '-C ' : ''}${all.join(' \\\n    ')}`,
    ...(isGroup ? branches(command) : []),
    '}',
  ]
}

function branches({ commands }: CommandShape): string[] {
  const described = commands.map(({ path, description }) => quote(`${path.at(-1)}:${withColons(description)}`))
  return [
    '  case $state in',
    `  command) local -a commands; commands=(${described.join(' ')}); _describe -t commands command commands ;;`,
    '  rest)',
    '    case $words[1] in',
    ...commands.map(own => `    ${own.path.at(-1)}) ${nameOf(own)} ;;`),
    '    esac ;;',
    '  esac',
  ]
}

function nameOf({ path }: CommandShape): string {
  return ['_mta_chain', ...path].join('__').replaceAll('-', '_')
}

function optionSpec({ names, description, value }: OptionShape): string {
  const told = `[${description.replace(/[[\]\\]/g, String.raw`\$&`)}]`
  const excluded = names.length > 1 ? quote(`(${names.join(' ')})`) : ''
  const many = value?.isMany ? quote('*') : ''
  const ways = names.map(name => (value && name.startsWith('--') ? `${name}=` : name))
  const choice = ways.length > 1 ? `{${ways.join(',')}}` : (ways[0] ?? '')
  return `${excluded}${many}${choice}${quote(`${told}${value ? `:${action(value)}` : ''}`)}`
}

function placeSpec({ value, isOptional }: Place, at: number): string {
  if (value.isMany) return quote(`*:${action(value)}`)
  return quote(`${at + 1}:${isOptional ? ':' : ''}${action(value)}`)
}

function action({ name, kind, words }: Value): string {
  const actions = {
    file: '_files',
    folder: '_files -/',
    mta: '_mta_chain_mtas',
    word: `(${words.join(' ')})`,
    other: ' ',
  }
  return `${withColons(name)}:${actions[kind]}`
}

function withColons(text: string): string {
  return text.replaceAll(':', String.raw`\:`)
}
