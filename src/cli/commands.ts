/**
 * Every command with its arguments. What a command does is in the file of its name, loaded when it is asked for.
 */
import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { ExitStatus } from './exit.js'
import type { Output } from './output.js'
import type { RunOptions } from './run.js'

export function makeProgram(output: Output, end: (status: ExitStatus) => void): Command {
  const program = new Command('mta-chain')
    .description('A chain of real SMTP servers on 127.x addresses, and a checker that proves the way a message took.')
    .version(version())
    .addHelpText('after', '\nFirst steps:\n  $ mta-chain run          send the fixture messages through the chain of chain.json\n  $ mta-chain doctor       can this machine run it?')
  addRun(program, output, end)
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .showHelpAfterError(`(${command.name()} --help tells more)`)
      .configureOutput({
        writeOut: text => output.write(text.trimEnd()),
        writeErr: text => output.error(text.trimEnd()),
      })
  }
  return program
}

type End = (status: ExitStatus) => void

const chainOption = (): Option => new Option('--chain <file>', 'the chain').default('chain.json')
const jsonOption = (): Option => new Option('--json', 'one JSON document on standard output').default(false)

function addRun(program: Command, output: Output, end: End): void {
  program
    .command('run')
    .argument('[messages...]', '.eml files, or folders of them (default: fixtures/messages)')
    .description('start the chain, send, wait for delivery, check, print the path and the verdict, stop')
    .addOption(chainOption())
    .option('--from <address>', 'reverse-path, <> for the null one (default: Return-Path, or From)')
    .option('--to <address...>', 'recipients (default: To and Cc)')
    .option('--count <number>', 'send each message so often', wholeNumber, 1)
    .option('--timeout <time>', 'until a message must have arrived, as 30s', milliseconds, 30_000)
    .option('--out <folder>', 'write the delivered messages there')
    .option('--keep', "keep the run's spool, mailboxes and journal", false)
    .addOption(jsonOption())
    .addHelpText('after', example('mta-chain run fixtures/messages/plain.eml --to you@example.test'))
    .action(async (messages: string[], options: RunOptions) => {
      const { run } = await import('./run.js')
      end(await run(messages, options, output))
    })
}

function example(command: string): string {
  return `\nExample:\n  $ ${command}`
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('Expected a number from 1.')
  return number
}

function milliseconds(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text)
  const unit = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[parts?.[2] ?? '']
  if (!parts || unit === undefined) throw new InvalidArgumentError('Expected a time, as 500ms, 30s or 2m.')
  return Number(parts[1]) * unit
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? ''
}
