/**
 * Chains for the tests of the matchers, and what a matcher says.
 */
import { onTestFinished } from 'vitest'
import { type Chain, type ChainInput, type DeliveredMail, type StartOptions, startChain } from '../../src/index.js'
import type { Result } from '../../src/testing/result.js'
import { freshAddress } from '../support/fresh-address.js'

type MtaInput = ChainInput['mtas'][number]

/** MTAs in travel order, each by its name or with more; closed when the test ends. */
export async function chainOf(
  mtas: readonly (string | Omit<MtaInput, 'address'>)[],
  chain: Omit<ChainInput, 'mtas'> = {},
  options: StartOptions = {},
): Promise<Chain> {
  const entries = mtas.map(mta => ({ address: freshAddress(), ...(typeof mta === 'string' ? { name: mta } : mta) }))
  const started = await startChain({ ...chain, mtas: entries }, options)
  onTestFinished(() => started.close())
  return started
}

export const hello = { from: 'a@example.test', to: 'b@example.test', subject: 'Hi', text: 'Hello' }

export async function deliver(chain: Chain): Promise<DeliveredMail> {
  const [mail] = await (await chain.send(hello)).delivered()
  if (!mail) throw new Error('nothing was delivered')
  return mail
}

/** The message of a matcher that did not pass. */
export async function refusal(result: Promise<Result>): Promise<string> {
  const { pass, message } = await result
  if (pass) throw new Error(`it passes: ${message()}`)
  return message()
}

/** The message of a matcher that did pass: what a "not" says. */
export async function agreement(result: Promise<Result>): Promise<string> {
  const { pass, message } = await result
  if (!pass) throw new Error(`it does not pass: ${message()}`)
  return message()
}
