/**
 * What the MTA replies to MAIL and RCPT with any argument.
 */
import { start } from './recording-listener.js'
import { codes, next } from './talk.js'

const many = { limits: { errors: 1000 } }

/** The replies' codes to MAIL with each of these arguments. */
export async function mail(argument: string | Buffer, parameters = ''): Promise<string> {
  const { greeted } = await start(many)
  const client = await greeted()
  await client.write(
    Buffer.concat([Buffer.from('MAIL FROM:'), Buffer.from(argument), Buffer.from(`${parameters}\r\n`)]),
  )
  return codes(await next(client))
}

/** The reply's codes to RCPT, in a transaction with SMTPUTF8 or without. */
export async function rcpt(argument: string | Buffer, utf8 = ''): Promise<string> {
  const { greeted } = await start(many)
  const client = await greeted()
  await client.command(`MAIL FROM:<>${utf8}`)
  await client.write(Buffer.concat([Buffer.from('RCPT TO:'), Buffer.from(argument), Buffer.from('\r\n')]))
  return codes(await next(client))
}
