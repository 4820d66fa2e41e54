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
  const take = async (message: Message): Promise<boolean> => {
    await shown.take(message)
    return !output.unread.aborted
  }
  await controlled(options, folder => askLines(folder, question, messageSchema, take))
  await shown.end()
  return 0
}

interface Shown {
  take(message: Message): Promise<void>
  end(): Promise<void>
}

/** One document, written as the other commands write theirs, but a message at a time. */
function asDocument(output: Output): Shown {
  let before = '{\n  "messages": ['
  return {
    async take(message) {
      const lines = printableJson(JSON.stringify(message, null, 2)).split('\n')
      await output.octets(Buffer.from(`${before}\n    ${lines.join('\n    ')}`))
      before = ','
    },
    end: () => show(before === ',' ? '\n  ]\n}' : `${before}]\n}`, output),
  }
}

async function asTables(options: ControlOptions, output: Output): Promise<Shown> {
  const { now } = await controlled(options, folder => ask(folder, { method: 'GET', path: '/status' }, statusSchema))
  let rows: Message[] = []
  let isEmpty = true
  const flush = async (): Promise<void> => {
    if (rows.length > 0) await show(formatQueue(rows, now, output.style), output)
    rows = []
  }
  return {
    async take(message) {
      isEmpty = false
      rows.push(message)
      if (rows.length === inTable) await flush()
    },
    end: () => (isEmpty ? show('No messages.', output) : flush()),
  }
}

/** Waits where the reader is slow. */
function show(text: string, { octets }: Output): Promise<void> {
  return octets(Buffer.from(`${text}\n`))
}
