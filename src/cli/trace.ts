/**
 * `trace`: the way that any mail tells of itself.
 */
import { formatTrace, traceToJson } from '../report/trace.js'
import { readTrace } from '../trace/trace.js'
import type { ExitStatus } from './exit.js'
import { readMessageFiles } from './message-file.js'
import type { Output } from './output.js'

export interface TraceOptions {
  readonly json?: boolean
}

export async function trace(paths: readonly string[], { json }: TraceOptions, output: Output): Promise<ExitStatus> {
  const files = await readMessageFiles(paths, output)
  const traces = files.map(({ name, content }) => ({ file: name, trace: readTrace(content) }))
  if (json) output.json({ messages: traces.map(({ file, trace: read }) => ({ file, ...traceToJson(read) })) })
  else output.write(traces.map(({ file, trace: read }) => formatTrace(file, read, output.style)).join('\n\n'))
  return 0
}
