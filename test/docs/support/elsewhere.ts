/**
 * Pages show the addresses and ports that a reader will have. A test runs them at others, so that it meets neither a
 * chain that is up on this machine nor another run of itself.
 */
import { once } from 'node:events'
import { createServer } from 'node:net'

interface Moved {
  readonly shown: string
  readonly real: string
  /** What follows it. */
  readonly before: string
}

export interface Elsewhere {
  /** Of a command or a file. */
  toReal(text: string): string
  /** Of what was printed. */
  toShown(text: string): string
}

/** As many as there are addresses and ports that are as long as those that are shown, so that columns stay. */
const places = 80

/** 127.0.0.1 is who connects from outside, and stays. */
export function elsewhere(place: number): Elsewhere {
  const moved: readonly Moved[] = [
    { shown: '127.0.0.', real: networkOf(place), before: String.raw`\d\d` },
    // ports of one address, 2531 to 2539
    { shown: '253', real: `7${10 + place}`, before: String.raw`[1-9]\b` },
    { shown: '8025', real: `9${10 + place}5`, before: String.raw`\b` },
  ]
  return {
    toReal: text => moved.reduce((now, { shown, real, before }) => now.replaceAll(pattern(shown, before), real), text),
    toShown: text => moved.reduce((now, { shown, real, before }) => now.replaceAll(pattern(real, before), shown), text),
  }
}

/** A place that is nobody else's on this machine until `leave` is called: who listens there has it. */
export async function takePlace(): Promise<Elsewhere & { leave(): void }> {
  for (let tried = 0; tried < places; tried++) {
    const place = (process.pid + tried) % places
    const server = createServer().listen({ host: `${networkOf(place)}9`, port: 2525 })
    const isOurs = await once(server, 'listening').then(
      () => true,
      (error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false
        throw error
      },
    )
    if (isOurs) return { ...elsewhere(place), leave: () => void server.close() }
  }
  throw new Error(`${places} pages are run on this machine already`)
}

function networkOf(place: number): string {
  return `127.${2 + Math.floor(place / 10)}.${place % 10}.`
}

function pattern(text: string, before: string): RegExp {
  return new RegExp(String.raw`\b${text.replaceAll('.', String.raw`\.`)}(?=${before})`, 'g')
}
