/**
 * The verdict document as it stands on standard output.
 */
import { z } from 'zod'

const hop = z.strictObject({
  position: z.int().nullable(),
  field: z.int(),
  mta: z.string().nullable(),
  trusted: z.boolean(),
  from: z.strictObject({ helo: z.string().nullable(), name: z.string().nullable(), address: z.string().nullable() }),
  by: z.strictObject({ name: z.string().nullable(), address: z.string().nullable() }),
  with: z.string().nullable(),
  id: z.string().nullable(),
  for: z.string().nullable(),
  date: z.iso.datetime().nullable(),
  delayMs: z.number().nullable(),
})

const finding = z.strictObject({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  position: z.int().nullable(),
  field: z.int().nullable(),
  expected: z.string().nullable(),
  found: z.string().nullable(),
  message: z.string(),
})

const evidence = z.enum(['message', 'message+journal'])
const passOrFail = z.enum(['pass', 'fail'])

const document = z.strictObject({
  verdict: passOrFail,
  evidence,
  messages: z.array(
    z.strictObject({
      file: z.string().nullable(),
      recipient: z.string().nullable(),
      delivered: z.boolean(),
      verdict: passOrFail,
      evidence,
      path: z.array(hop),
      claimed: z.array(hop),
      findings: z.array(finding),
    }),
  ),
})

export type Document = z.infer<typeof document>

/** Throws where it is not the contract's shape, with nothing more and nothing less. */
export function readVerdict(stdout: string): Document {
  return document.parse(JSON.parse(stdout))
}
