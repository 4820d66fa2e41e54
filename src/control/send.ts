/**
 * Handing a message to an MTA of the chain. Nothing that a client says makes this machine read a file or fetch a URL.
 */
import type { Mail } from '../chain/compose.js'
import { UndeliveredError } from '../chain/submission.js'
import { type Controlled, unknownMta } from './controlled.js'
import { type Send, sendQuerySchema, sendSchema, sentSchema } from './message-answers.js'
import { type Answer, type Refusal, refusal, type Route, route } from './route.js'

export const sendRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/messages',
    summary: 'Sends a message: composed of from, to, subject, text and the like, or as it is.',
    query: sendQuerySchema,
    body: sendSchema,
    type: 'application/json',
    answer: sentSchema,
    refusals: { 409: 'The MTA took it for no recipient: its reply is told.' },
    run: ({ query, body }, controlled) => {
      if (Object.values(query).some(value => value !== undefined))
        return refusal(
          400,
          'query: found values beside a JSON body',
          'them in the body; the query is for message/rfc822',
        )
      return send(mailOf(body), body.mta, controlled)
    },
    runMessage: ({ query: { from, to, mta }, message: content }, controlled) => {
      if (from === undefined && to === undefined) return send({ content }, mta, controlled)
      if (from === undefined || to === undefined)
        return refusal(
          400,
          `query.${from === undefined ? 'from' : 'to'}: found nothing`,
          'from and to, or none of them',
        )
      return send({ content, envelope: { from: from === '<>' ? null : from, to } }, mta, controlled)
    },
  }),
]

/** An address that is none may be long. */
const longestError = 300

function mailOf(body: Send): Mail {
  if (!('content' in body)) {
    const given = Object.entries(body).filter(([name, value]) => name !== 'mta' && value !== undefined)
    return { ...Object.fromEntries(given), disableFileAccess: true, disableUrlAccess: true }
  }
  const { content, encoding, envelope } = body
  const octets = encoding === 'base64' ? Buffer.from(content, 'base64') : content
  return { content: octets, ...(envelope ? { envelope } : {}) }
}

async function send(mail: Mail, mta: string | undefined, controlled: Controlled): Promise<Answer | Refusal> {
  const { chain } = controlled
  const stranger = unknownMta(controlled, mta)
  if (stranger) return stranger
  try {
    const { ids, refused } = await (mta === undefined ? chain.send(mail) : chain.inject(mta, mail))
    return {
      document: { ids, refused: refused.map(({ recipient, message }) => ({ recipient, problem: message })) },
    }
  } catch (error) {
    if (error instanceof UndeliveredError) return refusal(409, error.message, `a message that ${error.mta} takes`)
    if (error instanceof TypeError)
      return refusal(400, `body: ${error.message.slice(0, longestError)}`, 'a message that can be sent')
    throw error
  }
}
