/**
 * The JSON Schema of chain.json, for editors: completion, hovers, squiggles.
 */
import * as z from 'zod'
import { chainSchema } from './schema.js'

/** In draft 7, the one that editors know best; comments and trailing commas are allowed as far as an editor asks. */
export function chainJsonSchema(): z.core.JSONSchema.JSONSchema {
  const schema = z.toJSONSchema(chainSchema, {
    io: 'input',
    target: 'draft-7',
    // examples are as they are written: zod takes those of what becomes something else for results, and leaves them out
    override({ zodSchema, jsonSchema }) {
      const examples = z.globalRegistry.get(zodSchema)?.['examples']
      if (Array.isArray(examples)) jsonSchema.examples = examples
    },
  })
  return { ...schema, allowComments: true, allowTrailingCommas: true }
}
