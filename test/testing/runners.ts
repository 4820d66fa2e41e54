/**
 * Other people's test runners and compilers in the projects beside an installed package.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ended } from '../cli/support/command.js'
import { Program } from '../cli/support/program.js'

export class Runners {
  readonly #folder: string

  /** `folder`: where the package is installed. */
  constructor(folder: string) {
    this.#folder = folder
  }

  write(file: string, text: string): Promise<void> {
    return writeFile(join(this.#folder, file), text)
  }

  /** Node with that program, in a folder below. */
  run(
    folder: string,
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    return new Program(program, args, { cwd: join(this.#folder, folder), env: { NO_COLOR: '1', ...env } }).ended()
  }

  vitest(project: string): Promise<Ended> {
    return this.run(project, this.#moduleOf(project, 'vitest/vitest.mjs'), ['run', '--reporter=default'])
  }

  jest(project: string): Promise<Ended> {
    const env = { NODE_OPTIONS: '--experimental-vm-modules --no-warnings' }
    return this.run(project, this.#moduleOf(project, 'jest/bin/jest.js'), [], env)
  }

  tsc(project: string): Promise<Ended> {
    return this.run(project, this.#moduleOf(project, 'typescript/bin/tsc'), ['--pretty', 'false'])
  }

  #moduleOf(project: string, name: string): string {
    return join(this.#folder, project, 'node_modules', name)
  }
}
