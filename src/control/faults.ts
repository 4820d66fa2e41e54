/**
 * Fault rules of the running chain.
 */
import { addedSchema, clearedSchema, clearSchema, faultSchema, faultsSchema } from './answers.js'
import { type FaultRules, unknownMta } from './controlled.js'
import { type Answer, type Refusal, refusal, type Route, route } from './route.js'

export const faultRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/faults',
    summary: 'All fault rules, in the order in which they are tried.',
    type: 'application/json',
    answer: faultsSchema,
    run: (_, { faults }) => ({ document: { faults: faults.list().map(({ id, mta, rule }) => ({ id, mta, rule })) } }),
  }),
  route({
    method: 'POST',
    path: '/faults',
    summary: 'Puts a rule in front of those that an MTA has.',
    body: faultSchema,
    type: 'application/json',
    answer: addedSchema,
    run: ({ body: { mta, rule } }, controlled) => unknownMta(controlled, mta) ?? add(mta, rule, controlled.faults),
  }),
  route({
    method: 'DELETE',
    path: '/faults',
    summary: 'Removes one rule, those of one MTA, or all.',
    query: clearSchema,
    type: 'application/json',
    answer: clearedSchema,
    refusals: { 404: 'There is no such rule.' },
    run({ query: { mta, id } }, controlled) {
      const { faults } = controlled
      if (id === undefined) return unknownMta(controlled, mta) ?? clear(mta, faults)
      return mta === undefined ? remove(id, faults) : refusal(400, 'query: found mta and id', 'one of them')
    },
  }),
]

function add(mta: string, rule: object, faults: FaultRules): Answer | Refusal {
  try {
    return { document: { id: faults.add(mta, rule).id } }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return refusal(400, error.message, 'a rule as { "at": "rcpt", "reply": "450 4.7.1 Greylisted" }')
  }
}

function remove(id: string, faults: FaultRules): Answer | Refusal {
  if (faults.remove(id)) return { document: { cleared: 1 } }
  return refusal(404, `there is no rule ${JSON.stringify(id)}`, "a rule's id, mta-chain fault list shows them")
}

function clear(mta: string | undefined, faults: FaultRules): Answer {
  const before = faults.list().length
  faults.clear(mta)
  return { document: { cleared: before - faults.list().length } }
}
