/**
 * Judgements as reports are made of them.
 */
import type { Finding, Hop, MessageVerdict } from '../../src/check/types.js'
import type { Judged, Judgement } from '../../src/report/judged.js'

export function hop(position: number | null, mta: string | null, different: Partial<Hop> = {}): Hop {
  return {
    position,
    field: 0,
    mta,
    trusted: true,
    from: { helo: null, name: null, address: null },
    by: { name: mta, address: `127.0.0.${position}` },
    with: 'ESMTP',
    id: '4F2K7Q9XW3',
    for: null,
    date: null,
    delayMs: null,
    ...different,
  }
}

export function finding(different: Partial<Finding> = {}): Finding {
  const usual = { code: 'missing-hop', severity: 'error', position: 2, field: 1 } as const
  return { ...usual, expected: 'b', found: null, message: 'No Received field of b.', ...different }
}

/** Fails where there is an error among the findings. */
export function judged(different: Partial<MessageVerdict> = {}, place: Judged['place'] = null): Judged {
  const { findings = [] } = different
  const verdict: MessageVerdict = {
    file: 'plain.eml',
    recipient: 'b@example.test',
    delivered: true,
    verdict: findings.some(({ severity }) => severity === 'error') ? 'fail' : 'pass',
    evidence: 'message',
    path: [hop(1, 'a', { field: 2 }), hop(2, 'c', { field: 1 })],
    claimed: [],
    ...different,
    findings,
  }
  return { verdict, took: 1_234, place }
}

export function judgement(...all: readonly Judged[]): Judgement {
  return { command: 'check', started: new Date('2026-11-24T10:00:00.5Z'), took: null, all }
}

/** What a message may bring into any text of a verdict. */
export const hostileText =
  '"/><failure>&amp;]]>\u0000\u001B[31m\uD800\uFFFF\r\n::error::owned\n%0A##[error]x|*a*[b](http://x.example)<!--,:%\u202E'
