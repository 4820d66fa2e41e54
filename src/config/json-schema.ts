/**
 * The JSON Schema of chain.json, for editors: completion, hovers, squiggles.
 */
import * as z from 'zod'
import { chainSchema } from './schema.js'

/** In draft 7, the one that editors know best; comments and trailing commas are allowed as far as an editor asks. */
export function chainJsonSchema(): object {
  const schema = z.toJSONSchema(chainSchema, { io: 'input', target: 'draft-7' })
  return { ...schema, allowComments: true, allowTrailingCommas: true }
}
