/**
 * What the tests of the listener say to it.
 */
import type { RawClient } from '../support/raw-client.js'

/** The first line of the next reply. */
export async function next(client: RawClient): Promise<string> {
  return (await client.reply()).lines[0] ?? ''
}

/** The first lines of the next replies. */
export async function replies(client: RawClient, count: number): Promise<string[]> {
  const said: string[] = []
  while (said.length < count) said.push(await next(client))
  return said
}

/** Code, and enhanced code where there is one. */
export function codes(line: string): string {
  return /^\d{3}(?: \d\.\d+\.\d+)?/.exec(line)?.[0] ?? ''
}

/** Sends the lines one by one and returns the first lines of the replies. */
export async function dialogue(client: RawClient, lines: readonly string[]): Promise<string[]> {
  const said: string[] = []
  for (const line of lines) said.push((await client.command(line)).lines[0] ?? '')
  return said
}

/** As far as 354. */
export async function toData(client: RawClient): Promise<void> {
  await dialogue(client, ['MAIL FROM:<a@example.test>', 'RCPT TO:<b@example.test>', 'DATA'])
}

/** One whole message; returns the reply to its final dot. `content` is as it goes over the wire, without the dot. */
export async function sendMessage(client: RawClient, content: string): Promise<string> {
  await toData(client)
  await client.write(Buffer.from(`${content}.\r\n`, 'latin1'))
  return (await client.reply()).lines[0] ?? ''
}
