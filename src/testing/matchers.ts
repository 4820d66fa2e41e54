/**
 * All matchers by their names, as `expect.extend` takes them.
 */
import type { FindingCode } from '../check/types.js'
import { toHaveArrivedWithin } from './arrived.js'
import { toHaveBeenBouncedBy } from './bounced.js'
import { type ExpectedFacts, toHaveHop } from './hop.js'
import type { Against } from './mail.js'
import type { HopName } from './names.js'
import { toHavePassedThrough, toHaveTravelled, toMatchPath } from './travelled.js'
import type { Matcher, Result } from './result.js'
import { type ExpectedFinding, toHaveFinding, toHaveVerdict } from './verdict.js'
import { Watched } from './watched.js'

/** What vitest and jest take; more would be shown a second time. */
type Shown = Pick<Result, 'pass' | 'message'>
type Extension<State, Expected extends readonly unknown[]> = (
  this: State,
  mail: unknown,
  ...expected: Expected
) => Promise<Shown>

/**
 * Takes what is to be waited for at the end of the test that asks: it rejects with what nobody was told. `state` is what
 * the runner tells of who asks.
 */
export type Note<State> = (unheeded: Promise<void>, state: State) => void

/** All matchers by their names. */
export function extensionsOf<State>(note: Note<State>) {
  const extension = <Expected extends readonly unknown[]>(matcher: Matcher<Expected>): Extension<State, Expected> => {
    const asked = async (mail: unknown, expected: Expected): Promise<Shown> => {
      const { pass, message } = await matcher(mail, ...expected)
      return { pass, message }
    }
    return function (mail, ...expected) {
      return new Watched(asked(mail, expected), unheeded => note(unheeded, this), new Error('called here'))
    }
  }
  return {
    toHaveTravelled: extension(toHaveTravelled),
    toHavePassedThrough: extension(toHavePassedThrough),
    toMatchPath: extension(toMatchPath),
    toHaveHop: extension(toHaveHop),
    toHaveVerdict: extension(toHaveVerdict),
    toHaveFinding: extension(toHaveFinding),
    toHaveBeenBouncedBy: extension(toHaveBeenBouncedBy),
    toHaveArrivedWithin: extension(toHaveArrivedWithin),
  }
}

/**
 * What `expect(mail)` has beside the runner's own. `mail` is a delivered message, what `chain.send` gave, octets, a text,
 * or a file. All resolve once it is known: await them. A delivered message knows its chain; for all else `against` says
 * what it is held against.
 */
export interface MailMatchers {
  /** From the first hop to the last, none left out: names of MTAs, hostnames, addresses, patterns. */
  toHaveTravelled(path: readonly HopName[], against?: Against): Promise<void>
  /** Somewhere on its way. */
  toHavePassedThrough(mta: HopName, against?: Against): Promise<void>
  /** As "submission > * > mailbox": "?" is one hop, "*" one or more, "**" any number. */
  toMatchPath(pattern: string, against?: Against): Promise<void>
  /** Some hop is so, in all that is given. */
  toHaveHop(hop: ExpectedFacts, against?: Against): Promise<void>
  /** What the checker says of the message. */
  toHaveVerdict(verdict: 'pass' | 'fail', against?: Against): Promise<void>
  /** The checker found it, in all that is given. */
  toHaveFinding(code: FindingCode, finding?: ExpectedFinding, against?: Against): Promise<void>
  /**
   * The MTA refused it for good, or gave it up: "5.1.1", "550", or a part of the reply. Of what `chain.send` gave, or of a
   * report.
   */
  toHaveBeenBouncedBy(mta: HopName, reply?: string | number | RegExp, against?: Against): Promise<void>
  /** In mail time, as "2m", or milliseconds. */
  toHaveArrivedWithin(limit: string | number, against?: Against): Promise<void>
}
