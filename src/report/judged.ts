/**
 * What `run` and `check` found, as other programs are told of it.
 */
import type { MessageVerdict } from '../check/types.js'

/** Formats of `run` and `check`. */
export const verdictFormats = ['text', 'json', 'junit', 'github'] as const
export type VerdictFormatName = (typeof verdictFormats)[number]

/** The verdict on one message, or on one recipient's copy of it. */
export interface Judged {
  readonly verdict: MessageVerdict
  /** How long it was on its way, or was checked, ms. */
  readonly took: number
  /** Where the message lies; null: in no file. */
  readonly place: Place | null
}

interface Place {
  readonly file: string
  /** The first line of each Received field, as findings number them; empty where the file has not got them. */
  readonly lines: readonly number[]
}

export interface Judgement {
  /** The command that judged. */
  readonly command: string
  readonly started: Date
  /** All in all, ms; null: of no interest. */
  readonly took: number | null
  readonly all: readonly Judged[]
}
