/**
 * What can be typed, read from the program itself: a command that it gets is completed without more work. The
 * placeholder of a value says what it is: <file>, <message>, <folder>, <mta>, in the plural too.
 */
import type { Argument, Command, Option } from 'commander'

export interface CommandShape {
  /** From the program down, without it: `queue list` is ["queue", "list"]. */
  readonly path: readonly string[]
  readonly description: string
  readonly options: readonly OptionShape[]
  readonly places: readonly Place[]
  readonly commands: readonly CommandShape[]
}

export interface OptionShape {
  /** "-h", "--help". */
  readonly names: readonly string[]
  readonly description: string
  /** What follows; null: nothing. */
  readonly value: Value | null
}

/** What stands without an option. */
export interface Place {
  readonly value: Value
  readonly isOptional: boolean
}

export interface Value {
  readonly name: string
  /** May be more than one. */
  readonly isMany: boolean
  readonly kind: 'file' | 'folder' | 'mta' | 'word' | 'other'
  /** Those that there are, of the kind `word`. */
  readonly words: readonly string[]
}

export function shapeOf(command: Command, path: readonly string[] = []): CommandShape {
  const help = command.createHelp()
  // each command answers --help
  const commands = help.visibleCommands(command).filter(own => own.name() !== 'help')
  return {
    path,
    description: command.description(),
    options: help.visibleOptions(command).map(optionOf),
    places: command.registeredArguments.map(placeOf),
    commands: commands.map(own => shapeOf(own, [...path, own.name()])),
  }
}

/** The command and all below it. */
export function allCommands(shape: CommandShape): CommandShape[] {
  return [shape, ...shape.commands.flatMap(allCommands)]
}

function optionOf({ short, long, description, flags, required, optional, variadic, argChoices }: Option): OptionShape {
  const names = [short, long].filter(name => name !== undefined)
  const placeholder = /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1] ?? ''
  const takesValue = required || optional
  return { names, description, value: takesValue ? valueOf(placeholder, variadic, argChoices) : null }
}

function placeOf(argument: Argument): Place {
  const { variadic, required, argChoices } = argument
  return { value: valueOf(argument.name(), variadic, argChoices), isOptional: !required }
}

const kinds: Readonly<Record<string, Value['kind']>> = {
  file: 'file',
  files: 'file',
  message: 'file',
  messages: 'file',
  folder: 'folder',
  mta: 'mta',
}

function valueOf(placeholder: string, isMany: boolean, words: readonly string[] | undefined): Value {
  const name = placeholder.replace('...', '')
  return { name, isMany, kind: words ? 'word' : (kinds[name] ?? 'other'), words: words ?? [] }
}

/**
 * A line of any shell that prints the MTAs of a chain.json, one a line, as far as it can tell: only letters, digits,
 * dots and hyphens, so that no name is taken for a command. `file` is the shell's word for the path.
 */
export function namesIn(file: string): string {
  const name = String.raw`"name"[[:space:]]*:[[:space:]]*"[[:alnum:]._-]*"`
  return `grep -o '${name}' ${file} 2>/dev/null | cut -d'"' -f4`
}
