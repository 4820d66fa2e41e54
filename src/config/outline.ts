/**
 * As much of a configuration as can be read, to compare its MTAs also where other things are wrong.
 */
import * as z from 'zod'
import { defaultDomain, defaultPort } from './schema.js'
import { address, domain, exposed, hostname, name, port } from './values.js'

const unreadableMta = { name: null, address: null, port: null, hostname: null, exposed: null }
const outlineMta = z.object({
  name: name.nullable().catch(null),
  address: address.nullable().catch(null),
  port: port.nullish().catch(null),
  hostname: hostname.nullish().catch(null),
  exposed: exposed.nullish().catch(null),
})
const outlineSchema = z
  .object({
    port: port.prefault(defaultPort).nullable().catch(null),
    domain: domain.prefault(defaultDomain).nullable().catch(null),
    mtas: z.array(outlineMta.catch(unreadableMta)).catch([]),
  })
  .catch({ port: null, domain: null, mtas: [] })

/** null stands for what is no proper value, undefined for what is not given. */
export type Outline = z.output<typeof outlineSchema>
export type OutlineMta = Outline['mtas'][number]

/** Never fails: what is no chain at all is one without MTAs. */
export function readOutline(value: unknown): Outline {
  return outlineSchema.parse(value)
}
