/**
 * `queue list`: what is in the queues of the running chain. However many messages there are, only a part of them is in
 * memory at once.
 */
import { type Message, messageSchema, statusSchema } from '../control/answers.js'
import { ask, askLines } from '../control/client.js'
import { formatQueue } from '../report/queue.js'
import { printableJson } from '../report/text.js'
import { type ControlOptions, controlled } from './control.js'
import type { ExitStatus } from './exit.js'
import type { Output } from './output.js'

export interface QueueListOptions extends ControlOptions {
  readonly mta?: string
  readonly state?: string
  readonly from?: string
  readonly to?: string
  readonly limit?: number
}

/** So many are aligned together. */
const inTable = 200

export async function queueList(options: QueueListOptions, output: Output): Promise<ExitStatus> {
  const shown = options.json ? asDocument(output) : await asTables(options, output)
  const { mta, state, from, to, limit } = options
  const question = { method: 'GET', path: '/queue', query: { mta, state, from, to, limit } } as const
  await controlled(options, folder => askLines(folder, question, messageSchema, message => shown.take(message)))
  shown.end()
  return 0
}

interface Shown {
  take(message: Message): void
  end(): void
}

/** One document, a message a line. */
function asDocument({ write }: Output): Shown {
  let held: string | null = null
  let open = '{"messages":['
  return {
    take(message) {
      if (held !== null) write(`${held},`)
      held = open + printableJson(JSON.stringify(message))
      open = ''
    },
    end: () => write(`${held ?? open}]}`),
  }
}

async function asTables(options: ControlOptions, { write, style }: Output): Promise<Shown> {
  const { now } = await controlled(options, folder => ask(folder, { method: 'GET', path: '/status' }, statusSchema))
  let rows: Message[] = []
  let isEmpty = true
  const flush = (): void => {
    if (rows.length > 0) write(formatQueue(rows, now, style))
    rows = []
  }
  return {
    take(message) {
      isEmpty = false
      rows.push(message)
      if (rows.length === inTable) flush()
    },
    end() {
      flush()
      if (isEmpty) write('No messages.')
    },
  }
}
