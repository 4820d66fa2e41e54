/**
 * `--json` is a short `--format json`: both may be given only where they say the same.
 */
import { CommandFailure } from './exit.js'

/** The format that was asked for, text where none was. Fails with a sentence where two were. */
export function formatOf<Name extends string>({
  json,
  format,
}: {
  readonly json?: boolean | undefined
  readonly format?: Name | undefined
}): Name | 'json' | 'text' {
  if (json && format !== undefined && format !== 'json')
    throw new CommandFailure(2, `--json and --format ${format} exclude each other`)
  return json ? 'json' : (format ?? 'text')
}
