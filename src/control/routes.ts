/**
 * All routes in one table, and which one a question is for.
 */
import type { Controlled } from './controlled.js'
import { faultRoutes } from './faults.js'
import { handRoutes } from './hand.js'
import { queueRoutes } from './queue.js'
import { type Refusal, refusal, type Route } from './route.js'
import { statusRoutes } from './status.js'

export function makeRoutes(controlled: Controlled): Route[] {
  // in order: /queue/retry is asked for by POST, /queue/:id by GET
  return [statusRoutes, handRoutes, queueRoutes, faultRoutes].flatMap(routes => routes(controlled))
}

export interface Found {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

export function findRoute(routes: readonly Route[], method: string, path: string): Found | Refusal {
  const found = routes.flatMap(route => {
    const params = paramsOf(route.path, path)
    return params ? { route, params } : []
  })
  if (found.length === 0) {
    const known = [...new Set(routes.map(route => route.path))].join(', ')
    return refusal(404, `there is no ${path}`, `one of ${known}`)
  }
  const methods = [...new Set(found.map(({ route }) => route.method))].join(', ')
  return found.find(({ route }) => route.method === method) ?? refusal(405, `${path} has no ${method}`, methods)
}

/** null where the path is not one of the pattern. */
function paramsOf(pattern: string, path: string): Record<string, string> | null {
  const [names, words] = [pattern.split('/'), path.split('/')]
  if (names.length !== words.length) return null
  const params: Record<string, string> = {}
  for (const [at, name] of names.entries()) {
    const word = words[at] ?? ''
    if (name.startsWith(':')) params[name.slice(1)] = word
    else if (name !== word) return null
  }
  return params
}
