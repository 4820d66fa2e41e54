/**
 * The commands that look at a running chain and work on it, with their arguments.
 */
import { type Command, Option } from 'commander'
import { queueStates } from '../queue/list.js'
import { wholeNumber } from './arguments.js'
import type { ControlOptions } from './control.js'
import { chainOption, type End, example, jsonOption } from './options.js'
import type { Output } from './output.js'
import type { QueueExportOptions } from './queue-export.js'
import type { QueueListOptions } from './queue-list.js'
import type { QueueWorkOptions, Work } from './queue-work.js'
import type { WatchOptions } from './watch.js'

/** A command with what all of them have. */
function control(parent: Command, name: string, description: string, shown: string): Command {
  return parent
    .command(name)
    .description(description)
    .addOption(chainOption())
    .addOption(jsonOption())
    .addHelpText('after', example(`mta-chain ${shown}`))
}

export function addStatus(program: Command, output: Output, end: End): void {
  control(program, 'status', 'the running chain: its MTAs, their queues, and what does not answer', 'status').action(
    async (options: ControlOptions) => {
      const { status } = await import('./status.js')
      end(await status(options, output))
    },
  )
}

export function addWatch(program: Command, output: Output, end: End): void {
  const description = "follow the running chain: each message's way live, one line a hop; Ctrl-C ends"
  program
    .command('watch')
    .description(description)
    .addOption(chainOption())
    .option('--mta <mta>', 'only what happens there')
    .option('--from <pattern>', 'only messages from there, * standing for anything; <> is the null reverse-path')
    .option('--to <pattern>', 'only messages for that recipient, * standing for anything')
    .option('--json', 'the events as they are, one JSON document a line')
    .addHelpText('after', example("mta-chain watch --to '*@example.test'"))
    .action(async (options: WatchOptions) => {
      const { watch } = await import('./watch.js')
      end(await watch(options, output))
    })
}

export function addQueue(program: Command, output: Output, end: End): void {
  const queue = program
    .command('queue')
    .description('look at the queues of the running chain, and work on what is in them')
    .addHelpText('after', example('mta-chain queue list --state deferred'))
  addList(queue, output, end)
  addShow(queue, output, end)
  addWork(queue, 'retry', 'try messages now, whatever their schedule says', output, end)
  addWork(queue, 'hold', 'keep messages from being tried until they are released', output, end)
  addWork(queue, 'release', 'try held messages now', output, end)
  addWork(queue, 'drop', 'take messages out of the queue: nobody gets them', output, end)
  addExport(queue, output, end)
}

function withFilter(command: Command): Command {
  return command
    .option('--mta <mta>', 'only of that MTA')
    .addOption(new Option('--state <state>', 'only in that state').choices(queueStates))
    .option('--from <pattern>', 'only from there, * standing for anything; <> is the null reverse-path')
    .option('--to <pattern>', 'only for that recipient, * standing for anything')
}

function addList(queue: Command, output: Output, end: End): void {
  withFilter(control(queue, 'list', 'what is in the queues', "queue list --mta outbound --to '*@example.test'"))
    .option('--limit <number>', 'no more than so many', wholeNumber)
    .action(async (options: QueueListOptions) => {
      const { queueList } = await import('./queue-list.js')
      end(await queueList(options, output))
    })
}

function addShow(queue: Command, output: Output, end: End): void {
  control(queue, 'show', 'one message: envelope, recipients, what was said, what happened', 'queue show 7QJ2M4XKZ9')
    .argument('<id>', 'its queue id')
    .action(async (id: string, options: ControlOptions) => {
      const { queueShow } = await import('./queue-show.js')
      end(await queueShow(id, options, output))
    })
}

function addWork(queue: Command, work: Work, description: string, output: Output, end: End): void {
  const command = control(queue, work, description, `queue ${work} 7QJ2M4XKZ9`)
    .argument('[ids...]', 'queue ids')
    .option('--all', 'all messages, or those that fit the options that follow')
  withFilter(command).action(async (ids: string[], options: QueueWorkOptions) => {
    const { queueWork } = await import('./queue-work.js')
    end(await queueWork(work, ids, options, output))
  })
}

function addExport(queue: Command, output: Output, end: End): void {
  control(queue, 'export', "a message's octets as they would go on", 'queue export 7QJ2M4XKZ9 --out stuck.eml')
    .argument('<id>', 'its queue id')
    .option('--out <file>', 'write them there (default: standard output)')
    .action(async (id: string, options: QueueExportOptions) => {
      const { queueExport } = await import('./queue-export.js')
      end(await queueExport(id, options, output))
    })
}

export function addFault(program: Command, output: Output, end: End): void {
  const greylisting = 'fault add gateway at=rcpt reply="450 4.7.1 Greylisted" first=2'
  const fault = program
    .command('fault')
    .description('make things go wrong on the running chain')
    .addHelpText('after', example(`mta-chain ${greylisting}`))
  control(fault, 'add', 'put a rule in front of those that the MTA has', greylisting)
    .argument('<mta>', "the MTA's name")
    .argument('<rule...>', 'as in chain.json: one JSON object, or KEY=VALUE words, as match.sender="*@example.test"')
    .action(async (mta: string, rule: string[], options: ControlOptions) => {
      const { faultAdd } = await import('./fault-add.js')
      end(await faultAdd(mta, rule, options, output))
    })
  control(fault, 'list', 'all rules, in the order in which they are tried', 'fault list').action(
    async (options: ControlOptions) => {
      const { faultList } = await import('./fault-list.js')
      end(await faultList(options, output))
    },
  )
  control(fault, 'remove', 'remove one rule', 'fault remove gateway-1')
    .argument('<id>', 'its id, which fault list shows')
    .action(async (id: string, options: ControlOptions) => {
      const { faultRemove } = await import('./fault-remove.js')
      end(await faultRemove(id, options, output))
    })
  control(fault, 'clear', 'remove all rules, those of chain.json too', 'fault clear gateway')
    .argument('[mta]', 'only of that MTA')
    .action(async (mta: string | undefined, options: ControlOptions) => {
      const { faultClear } = await import('./fault-clear.js')
      end(await faultClear(mta, options, output))
    })
}
