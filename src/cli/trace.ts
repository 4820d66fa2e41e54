/**
 * `trace`: the way that any mail tells of itself. Messages go through one by one, however many there are.
 */
import { traceFormat, type TraceFormat } from '../report/trace/trace.js'
import type { TraceFormatName } from '../report/trace/formats.js'
import type { TracedMessage } from '../report/trace/view.js'
import { systemClock } from '../time/clock.js'
import { readTrace, type TraceOptions } from '../trace/trace.js'
import type { Trace } from '../trace/types.js'
import { CommandFailure, type ExitStatus } from './exit.js'
import { formatOf } from './format.js'
import { type MessageHeader, readMessageHeaders } from './message-headers.js'
import type { Output } from './output.js'

export interface TraceCommandOptions {
  readonly json?: boolean
  readonly format?: TraceFormatName
  /** Networks, as ADDR/LEN. */
  readonly trusted?: readonly string[]
}

export async function trace(
  paths: readonly string[],
  { trusted, ...asked }: TraceCommandOptions,
  output: Output,
): Promise<ExitStatus> {
  const name = formatOf(asked)
  const format = traceFormat(name, output.style, output.columns)
  const reading = { now: systemClock.now(), ...(trusted ? { trusted } : {}) }
  const traced = tracedMessages(readMessageHeaders(paths, output), reading)
  await (format.holdsMany ? showAll(traced, format, output) : showOne(traced, format, name, output))
  return 0
}

async function* tracedMessages(
  headers: AsyncIterable<MessageHeader>,
  reading: TraceOptions,
): AsyncGenerator<TracedMessage> {
  for await (const header of headers) yield { file: header.name, trace: traceOf(header, reading) }
}

function traceOf({ content, isCut }: MessageHeader, reading: TraceOptions): Trace {
  const read = readTrace(content, reading)
  if (!isCut) return read
  const message = 'the header is too long: fields at its end are not read'
  return { ...read, oddities: [{ code: 'unreadable', severity: 'warning', field: null, message }, ...read.oddities] }
}

/** What is begun is ended, even where a file in the middle can't be read: the document stays a whole one. */
async function showAll(messages: AsyncIterable<TracedMessage>, format: TraceFormat, output: Output): Promise<void> {
  let shown = 0
  const show = async (text: string | null): Promise<void> => {
    if (text !== null) await output.paced(text)
  }
  try {
    for await (const message of messages) {
      if (output.unread.aborted) return
      if (shown === 0) await show(format.head)
      await show(format.message(message, shown))
      shown++
    }
  } finally {
    if (shown > 0) await show(format.tail)
  }
}

async function showOne(
  messages: AsyncIterable<TracedMessage>,
  format: TraceFormat,
  name: TraceFormatName,
  output: Output,
): Promise<void> {
  let only: TracedMessage | null = null
  for await (const message of messages) {
    if (only)
      throw new CommandFailure(2, `--format ${name} shows one message, and here are more: --format html shows them all`)
    only = message
  }
  const text = only && format.message(only, 0)
  if (text !== null) await output.paced(text)
}
