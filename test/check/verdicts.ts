/**
 * Verdicts in short, for comparisons.
 */
import type { Finding, MessageVerdict } from '../../src/check/types.js'

/** Each error as `code position field`, - for null. */
export function errorsOf({ findings }: MessageVerdict): string[] {
  return findings.filter(({ severity }) => severity === 'error').map(inShort)
}

/** Numbers of the fields that are claims. */
export function claimsOf({ findings }: MessageVerdict): (number | null)[] {
  return findings.filter(({ code }) => code === 'claimed-hop').map(({ field }) => field)
}

function inShort({ code, position, field }: Finding): string {
  return `${code} ${position ?? '-'} ${field ?? '-'}`
}
