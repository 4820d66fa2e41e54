/**
 * The way that messages take through a chain, as the checker is told it.
 */
import type { ExpectedHop, ExpectedPath } from '../check/types.js'
import type { ChainConfig, MtaConfig } from '../config/types.js'
import type { Delivered } from './submission.js'

/** What is known of a delivered message. */
export type KnownMail = Pick<Delivered, 'recipient' | 'reversePath'> & Partial<Pick<Delivered, 'entry'>>

/** From the first MTA on, or from the one that it was given to; with the envelope where that is known. */
export function expectedPath({ mtas }: ChainConfig, mail?: KnownMail): ExpectedPath {
  const entry = mail?.entry === undefined ? 0 : mtas.findIndex(({ name }) => name === mail.entry)
  const hops = mtas.slice(Math.max(entry, 0)).map(expectedHop)
  return mail ? { hops, recipient: mail.recipient, reversePath: mail.reversePath } : { hops }
}

export function expectedHop({ name, hostname, address, stamp, skew }: MtaConfig): ExpectedHop {
  const usual = { mta: name, hostname, address, ...(skew === 0 ? {} : { skew }) }
  return stamp === 'rfc5321' ? usual : { ...usual, stamp }
}
