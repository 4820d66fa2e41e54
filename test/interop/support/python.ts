/**
 * Python's standard library as a client (smtplib) and as a second reader (email).
 */
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { requireProgram, run } from './program.js'

const sentMessage = z.object({
  kind: z.string(),
  content: z.base64().transform(text => Buffer.from(text, 'base64')),
  reply: z.string(),
})
export type SentMessage = z.infer<typeof sentMessage>

/** Sends so many messages made from the seed; resolves with each and the reply to its final dot. */
export function sendRandom(
  { address, port }: { readonly address: string; readonly port: number },
  seed: number,
  count: number,
): Promise<SentMessage[]> {
  return runScript('send_random.py', [address, port, seed, count].map(String), sentMessage)
}

const field = z.object({
  /** The word after `by`, and the one after `id`. */
  by: z.string().nullable(),
  id: z.string().nullable(),
  /** Seconds since 1970; null where it is no date. */
  date: z.number().nullable(),
})
const reading = z.object({ SMTP: z.array(field), compat32: z.array(field) })
export type Reading = z.infer<typeof reading>

/** The Received fields of each file as two policies of Python's parser see them, the topmost first. */
export function readReceivedFields(files: readonly string[]): Promise<Reading[]> {
  return runScript('read_received.py', [], reading, files.join('\n'))
}

const report = z.object({
  type: z.string(),
  reportType: z.string(),
  parts: z.array(z.string()),
  status: z.array(z.record(z.string(), z.string())),
  /** Subject of the returned message, or its header as text. */
  returned: z.string(),
  defects: z.array(z.string()),
})
export type ReportReading = z.infer<typeof report>

/** Each file as a delivery report. */
export function readReports(files: readonly string[]): Promise<ReportReading[]> {
  return runScript('read_report.py', [], report, files.join('\n'))
}

async function runScript<Line>(script: string, args: string[], line: z.ZodType<Line>, input = ''): Promise<Line[]> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const output = await run(requireProgram('python3', 'python3'), [path, ...args], input)
  const lines = output.toString().trim().split('\n')
  return lines.map(text => line.parse(JSON.parse(text)))
}
