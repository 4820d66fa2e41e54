/**
 * All routes in one table, and which one a question is for.
 */
import { aboutRoutes } from './about.js'
import { clockRoutes } from './clock.js'
import { eventRoutes } from './events.js'
import { faultRoutes } from './faults.js'
import { handRoutes } from './hand.js'
import { messageRoutes } from './messages.js'
import { queueRoutes } from './queue.js'
import { type Refusal, refusal, type Route } from './route.js'
import { sendRoutes } from './send.js'
import { statusRoutes } from './status.js'
import { traceRoutes } from './trace.js'
import { verdictRoutes } from './verdict.js'
import { waitRoutes } from './wait.js'

/** In order: /queue/retry is asked for by POST, /queue/:id by GET. */
export const routes: readonly Route[] = [
  ...aboutRoutes(() => routes),
  ...statusRoutes,
  ...sendRoutes,
  ...messageRoutes,
  ...verdictRoutes,
  ...traceRoutes,
  ...handRoutes,
  ...queueRoutes,
  ...faultRoutes,
  ...clockRoutes,
  ...eventRoutes,
  ...waitRoutes,
]

export interface Found {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

/** HEAD asks for what GET does, unless that waits for what happens. */
export function findRoute(method: string, path: string): Found | Refusal {
  const found = routesAt(path)
  if ('status' in found) return found
  const wanted = method === 'HEAD' ? 'GET' : method
  const fits = found.find(({ route }) => route.method === wanted && !(method === 'HEAD' && route.lasts))
  return fits ?? refusal(405, `${path} has no ${method}`, methodsOf(found))
}

/** What may be done at a path, as the header Allow has it. */
export function allowedAt(path: string): string | Refusal {
  if (path === '*') return 'GET, HEAD, POST, DELETE, OPTIONS'
  const found = routesAt(path)
  return 'status' in found ? found : methodsOf(found)
}

function methodsOf(found: readonly Found[]): string {
  const methods = found.flatMap(({ route: { method, lasts } }) =>
    method === 'GET' && !lasts ? ['GET', 'HEAD'] : [method],
  )
  return [...new Set([...methods, 'OPTIONS'])].join(', ')
}

function routesAt(path: string): Found[] | Refusal {
  const found = routes.flatMap(route => {
    const params = paramsOf(route.path, path)
    return params ? { route, params } : []
  })
  if (found.length > 0) return found
  const known = [...new Set(routes.map(route => route.path))].join(', ')
  return refusal(404, `there is no ${path}`, `one of ${known}`)
}

/** null where the path is not one of the pattern. */
function paramsOf(pattern: string, path: string): Record<string, string> | null {
  const [names, words] = [pattern.split('/'), path.split('/')]
  if (names.length !== words.length) return null
  const params: Record<string, string> = {}
  for (const [at, name] of names.entries()) {
    const word = words[at] ?? ''
    if (!name.startsWith(':')) {
      if (name !== word) return null
      continue
    }
    const decoded = decode(word)
    if (decoded === null || decoded === '') return null
    params[name.slice(1)] = decoded
  }
  return params
}

function decode(word: string): string | null {
  try {
    return decodeURIComponent(word)
  } catch {
    return null
  }
}
