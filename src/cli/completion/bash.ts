/**
 * The completion script for bash, 3.2 and newer.
 */
import { allCommands, type CommandShape, namesIn, type Value } from './shape.js'
import { quote } from './quote.js'

export function bashScript(program: CommandShape): string {
  const commands = allCommands(program)
  return [
    '# Completion of mta-chain for bash: put it in a file that ~/.bashrc sources.',
    ...answers('commands', commands.map(commandsOf)),
    ...answers('options', commands.map(optionsOf)),
    '# What an option takes, or what stands at a place: how many, of what kind, and which words there are.',
    ...answers('value', commands.flatMap(valuesOf)),
    walk,
  ].join('\n')
}

/** A pattern of what is asked, and the answer. */
type Answer = readonly [pattern: string, answer: string]

function answers(name: string, all: readonly Answer[]): string[] {
  const cases = all
    .filter(([, answer]) => answer !== '')
    .map(([pattern, answer]) => `  ${pattern}) echo ${quote(answer)} ;;`)
  return [`_mta_chain_${name}() {`, '  case "$1" in', ...cases, '  esac', '}']
}

/** Each word of it with a blank behind. */
function prefix({ path }: CommandShape): string {
  return path.map(word => `${word} `).join('')
}

function commandsOf(command: CommandShape): Answer {
  return [quote(prefix(command)), command.commands.map(({ path }) => path.at(-1) ?? '').join(' ')]
}

function optionsOf(command: CommandShape): Answer {
  return [quote(prefix(command)), command.options.flatMap(({ names }) => names).join(' ')]
}

function valuesOf(command: CommandShape): Answer[] {
  const ofOptions = command.options.flatMap(({ names, value }) =>
    value ? names.map((name): Answer => [quote(prefix(command) + name), described(value)]) : [],
  )
  const ofPlaces = command.places.map(({ value }, at): Answer => {
    const pattern = value.isMany ? `${quote(prefix(command))}[0-9]*` : quote(`${prefix(command)}${at + 1}`)
    return [pattern, described(value)]
  })
  return [...ofOptions, ...ofPlaces]
}

function described({ isMany, kind, words }: Value): string {
  return [isMany ? 'many' : 'one', kind, ...words].join(' ')
}

const walk = `_mta_chain() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path='' option='' chain=chain.json place=0 times='' kind='' words='' i word
  COMPREPLY=()
  # bash makes words of its own of "--format=json"
  [[ $cur == = ]] && cur=''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [[ $word == = ]]; then
      continue
    elif [[ $word == -?* ]]; then
      option=''
      read -r times kind words <<<"$(_mta_chain_value "$path$word")"
      [[ $times ]] && option="$word"
    elif [[ $option ]]; then
      [[ $option == --chain ]] && chain="$word"
      [[ $times == one ]] && option=''
    elif [[ $place == 0 && " $(_mta_chain_commands "$path") " == *" $word "* ]]; then
      path+="$word "
    else
      place=$((place + 1))
    fi
  done
  if [[ $cur == -* ]]; then
    kind=word words="$(_mta_chain_options "$path")"
  elif [[ ! $option ]]; then
    words="$(_mta_chain_commands "$path")"
    kind=word
    [[ $words && $place == 0 ]] || read -r times kind words <<<"$(_mta_chain_value "$path$((place + 1))")"
  fi
  [[ $kind == mta ]] && words="$(${namesIn('"$chain"')})"
  case "$kind" in
  word | mta) while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$words" -- "$cur") ;;
  # the shell's own way with names of files
  file) return ;;
  folder) compopt -o dirnames +o default +o bashdefault 2>/dev/null && return ;;
  esac
  compopt +o default +o bashdefault 2>/dev/null
}
complete -o bashdefault -o default -F _mta_chain mta-chain`
