/**
 * A message's header as mail programs show it: encoded words decoded. Made for eyes and for finding a message, no part
 * of any verdict; never throws for what a header holds.
 */
import { isField, splitHeader, valuesOf } from '../mail/header.js'

export interface HeaderSummary {
  /** Of the Return-Path on top; null for <>, and where there is none. */
  readonly reversePath: string | null
  readonly from: string | null
  readonly to: string | null
  readonly cc: string | null
  readonly subject: string | null
  /** As it stands there. */
  readonly date: string | null
  readonly messageId: string | null
}

/** Of the octets from a message's beginning; what they do not reach is not told. */
export async function summarizeHeader(octets: Uint8Array): Promise<HeaderSummary> {
  const header = splitHeader(octets)
  const [top] = header.fields
  const returnPath = top && isField(top, 'Return-Path') ? /<(.+)>/.exec(utf8Of(top.raw))?.[1] : undefined
  const decoded = await decode(octets.subarray(0, header.end))
  return {
    reversePath: returnPath ?? null,
    from: decoded.get('from') ?? null,
    to: decoded.get('to') ?? null,
    cc: decoded.get('cc') ?? null,
    subject: decoded.get('subject') ?? null,
    date: valuesOf(header, 'Date')[0] ?? null,
    messageId: valuesOf(header, 'Message-ID')[0] ?? null,
  }
}

function utf8Of(octets: Uint8Array): string {
  return Buffer.from(octets).toString()
}

/** Empty where mailparser can't read it. */
async function decode(head: Uint8Array): Promise<ReadonlyMap<string, string>> {
  const { MailParser } = await import('mailparser')
  return new Promise(resolve => {
    const parser = new MailParser()
    parser.on('error', () => resolve(new Map()))
    parser.on('headers', headers => {
      resolve(new Map([...headers].flatMap(([name, value]) => worded(name, value))))
      parser.destroy()
    })
    parser.end(Buffer.concat([head, Buffer.from('\r\n\r\n')]))
  })
}

function worded(name: string, value: unknown): [string, string][] {
  if (typeof value === 'string') return [[name, value]]
  const addresses = Array.isArray(value) ? value : [value]
  const texts = addresses.flatMap(textIn)
  return texts.length === 0 ? [] : [[name, texts.join(', ')]]
}

function textIn(value: unknown): string[] {
  const isAddresses = typeof value === 'object' && value !== null && 'text' in value
  return isAddresses && typeof value.text === 'string' ? [value.text] : []
}
