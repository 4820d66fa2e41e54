/**
 * Every command with its arguments. What a command does is in the file of its name, loaded when it is asked for.
 */
import { Command, Option } from 'commander'
import { printableLines } from '../report/text.js'
import { traceFormats } from '../report/trace/formats.js'
import { networks, time, wholeNumber } from './arguments.js'
import type { CheckCommandOptions } from './check.js'
import { addCompletion } from './completion-command.js'
import { addFault, addQueue, addStatus, addWatch } from './control-commands.js'
import type { DoctorOptions } from './doctor.js'
import type { InitOptions } from './init.js'
import { addVerdictOptions, chainOption, type End, example, jsonOption } from './options.js'
import type { Output } from './output.js'
import type { RunOptions } from './run.js'
import type { SendOptions } from './send.js'
import type { TraceCommandOptions } from './trace.js'
import type { UpOptions } from './up.js'
import { version } from './version.js'

export function makeProgram(output: Output, end: End): Command {
  const program = new Command('mta-chain')
    .description('A chain of real SMTP servers on 127.x addresses, and a checker that proves the way a message took.')
    .version(version())
    .addHelpText('after', firstSteps)
  const adders = [
    addRun,
    addUp,
    addSend,
    addStatus,
    addWatch,
    addQueue,
    addFault,
    addCheck,
    addTrace,
    addDoctor,
    addInit,
    addCompletion,
  ]
  for (const add of adders) add(program, output, end)
  speak(program, 'mta-chain', output)
  return program
}

const firstSteps = `
First steps:
  $ mta-chain init      write a chain.json
  $ mta-chain doctor    can this machine run it?
  $ mta-chain run       send messages through it and prove which way they went`

/** Help goes to standard output, complaints to standard error; neither ends the process. Of its own commands too. */
function speak(command: Command, name: string, output: Output): void {
  const { write, error, columns } = output
  for (const own of command.commands) speak(own, `${name} ${own.name()}`, output)
  command
    .exitOverride()
    .showHelpAfterError(`(${name} --help tells more)`)
    .configureOutput({
      writeOut: text => write(text.trimEnd()),
      writeErr: text => error(printableLines(text.trimEnd())),
      outputError: (text, writeError) => writeError(text.replace(/^error: /, 'mta-chain: ')),
      getOutHelpWidth: () => columns,
      getErrHelpWidth: () => columns,
    })
}

const fromOption = (): Option =>
  new Option('--from <address>', 'reverse-path, <> for the null one (default: Return-Path, or From)')
const toOption = (): Option => new Option('--to <address...>', 'recipients (default: To and Cc)')
const timeoutOption = (description: string): Option =>
  new Option('--timeout <time>', description).argParser(time).default(30_000, '30s')

const anyFiles = '.eml or mbox files, Maildirs, folders of .eml files, - for standard input'

function addRun(program: Command, output: Output, end: End): void {
  const command = program
    .command('run')
    .argument('[messages...]', `${anyFiles} (default: fixtures/messages)`)
    .description('start the chain, send, wait for delivery, check, print the path and the verdict, stop')
    .addOption(chainOption())
    .addOption(fromOption())
    .addOption(toOption())
    .option('--count <number>', 'send each message so often', wholeNumber, 1)
    .addOption(timeoutOption('until a message must have arrived'))
    .option('--out <folder>', 'write the delivered messages there')
    .option('--keep', "keep the run's spool, mailboxes and journal")
    .option('--explain', "tell each message's way as a story, with what was said at each hop")
    .option('--report <file>', 'write a page about the run, one HTML file that needs nothing else')
  addVerdictOptions(command)
    .addHelpText(
      'after',
      example(
        'mta-chain run message.eml --to you@example.test --count 10',
        'mta-chain run message.eml --format github --junit report.xml',
        'mta-chain run message.eml --explain --report run.html',
      ),
    )
    .action(async (messages: string[], options: RunOptions) => {
      const { run } = await import('./run.js')
      end(await run(messages, options, output))
    })
}

function addUp(program: Command, output: Output, end: End): void {
  program
    .command('up')
    .description('start the chain and stay; Ctrl-C drains and stops, what is queued is there at the next start')
    .addOption(chainOption())
    .option('--json', 'what happens, one JSON event a line on standard output')
    .option('--http <host:port>', 'answer HTTP there, a port alone is on 127.0.0.1; GET / tells what can be asked')
    .option(
      '--http-token <token>',
      'asked for in every request (default: MTA_CHAIN_HTTP_TOKEN of the environment); outside loopback there has to be one',
    )
    .addHelpText('after', example('mta-chain up --http 127.0.0.1:8025'))
    .action(async (options: UpOptions) => {
      const { up } = await import('./up.js')
      end(await up(options, output))
    })
}

function addSend(program: Command, output: Output, end: End): void {
  program
    .command('send')
    .argument('[message]', 'an .eml file, or - for standard input (the default)')
    .description('hand a message to the first MTA of a running chain')
    .addOption(chainOption())
    .option('--server <host:port>', 'to that server instead')
    .addOption(fromOption())
    .addOption(toOption())
    .option('--subject <text>', 'compose a message with this subject')
    .option('--text <text>', 'and this text')
    .option('--wait', 'until it has arrived, and check it')
    .addOption(timeoutOption('until it must be taken over, with --wait until it must have arrived'))
    .addOption(jsonOption())
    .addHelpText('after', example('mta-chain send --to b@example.test --subject Hello --text "Hi there" --wait'))
    .action(async (message: string | undefined, options: SendOptions) => {
      const { send } = await import('./send.js')
      end(await send(message, options, output))
    })
}

function addCheck(program: Command, output: Output, end: End): void {
  const command = program
    .command('check')
    .argument('<files...>', anyFiles)
    .description('did these messages go the expected way?')
    .addOption(chainOption())
    .option('--path <names>', 'the expected way instead: names, hostnames or addresses, as a,b,c')
    .option('--journal <folder>', "the chain's state folder, or the journal in it (default: found beside the chain)")
  addVerdictOptions(command)
    .addHelpText(
      'after',
      example(
        'mta-chain check .mta-chain/mailbox/b@example.test',
        "mta-chain check message.eml --expect 'submission > * > mailbox'",
      ),
    )
    .action(async (files: string[], options: CheckCommandOptions) => {
      const { check } = await import('./check.js')
      end(await check(files, options, output))
    })
}

function addTrace(program: Command, output: Output, end: End): void {
  program
    .command('trace')
    .argument('<files...>', `any mail: ${anyFiles}`)
    .description('show the hops that a message tells of, their delays and what is odd about them; no chain needed')
    .addOption(trustedOption())
    .addOption(formatOption())
    .addOption(jsonOption())
    .addHelpText('after', example('mta-chain trace message.eml --trusted 192.0.2.0/24'))
    .action(async (files: string[], options: TraceCommandOptions) => {
      const { trace } = await import('./trace.js')
      end(await trace(files, options, output))
    })
}

const trustedOption = (): Option =>
  new Option(
    '--trusted <addr/len>',
    'a network of ours, IPv4 or IPv6; may be given more than once: shows where trust ends. 127/8 and ::1 always count as ours',
  ).argParser(networks)
const formatOption = (): Option =>
  new Option('--format <format>', 'svg and mermaid show one message (default: text)').choices(traceFormats)

function addDoctor(program: Command, output: Output, end: End): void {
  program
    .command('doctor')
    .description('can this machine bind each address and port of the chain? prints one command that mends all')
    .addOption(chainOption())
    .addOption(jsonOption())
    .addHelpText('after', example('mta-chain doctor'))
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('./doctor.js')
      end(await doctor(options, output))
    })
}

function addInit(program: Command, output: Output, end: End): void {
  program
    .command('init')
    .argument('[mtas]', 'how many', wholeNumber, 5)
    .description('write a commented chain.json')
    .option('--chain <file>', 'the file to write (default: chain.json)')
    .option('--force', 'write over a file that exists')
    .addHelpText('after', example('mta-chain init 3'))
    .action(async (mtas: number, options: InitOptions) => {
      const { init } = await import('./init.js')
      end(await init(mtas, options, output))
    })
}
