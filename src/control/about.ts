/**
 * What there is to ask: an index for people, OpenAPI for programs.
 */
import * as z from 'zod'
import { openApi } from './openapi.js'
import { type Route, route } from './route.js'

const indexSchema = z.object({
  name: z.string(),
  version: z.string(),
  routes: z.array(z.object({ method: z.string(), path: z.string(), summary: z.string() })),
})

const documentSchema = z.looseObject({ openapi: z.string() })

/** `all` are the routes that are told of, these among them. */
export function aboutRoutes(all: () => readonly Route[]): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/',
      summary: 'These routes.',
      type: 'application/json',
      answer: indexSchema,
      run: (_, { version }) => {
        const shown = all().map(({ method, path, summary }) => ({ method, path, summary }))
        return { document: { name: 'mta-chain', version, routes: shown } }
      },
    }),
    route({
      method: 'GET',
      path: '/openapi.json',
      summary: 'The same as OpenAPI 3.1, with what is asked and answered.',
      type: 'application/json',
      answer: documentSchema,
      run: (_, { version }) => ({ document: openApi(all(), version) }),
    }),
  ]
}
