/**
 * What a line of an SMTP session means, in a few words and with the place in the RFC, for those who read one for the
 * first time.
 */
import type { SpokenLine } from './types.js'

interface Hint {
  readonly from: SpokenLine['from']
  readonly pattern: RegExp
  readonly words: string
}

const hints: readonly Hint[] = [
  { from: 'server', pattern: /^220[ -]/, words: 'the server speaks first and says its name (RFC 5321 4.3.1)' },
  { from: 'client', pattern: /^EHLO /i, words: 'the client says its name; nobody has to believe it (4.1.1.1)' },
  { from: 'client', pattern: /^HELO /i, words: 'the old greeting, without extensions (4.1.1.1)' },
  { from: 'server', pattern: /^250[ -]PIPELINING/i, words: 'commands may be sent without waiting (RFC 2920)' },
  { from: 'server', pattern: /^250[ -]8BITMIME/i, words: 'octets above 127 may pass as they are (RFC 6152)' },
  { from: 'server', pattern: /^250[ -]SMTPUTF8/i, words: 'addresses may be internationalised (RFC 6531)' },
  { from: 'server', pattern: /^250[ -]ENHANCEDSTATUSCODES/i, words: 'replies carry codes as 2.1.5 too (RFC 2034)' },
  { from: 'server', pattern: /^250[ -]DSN/i, words: 'the sender may ask for reports (RFC 3461)' },
  { from: 'server', pattern: /^250[ -]SIZE/i, words: 'larger messages need not even be tried (RFC 1870)' },
  { from: 'client', pattern: /^MAIL /i, words: 'the envelope begins: whom to tell if it fails (4.1.1.2)' },
  { from: 'client', pattern: /^RCPT /i, words: 'who is to get it; To in the header does not count (4.1.1.3)' },
  { from: 'client', pattern: /^DATA/i, words: 'now the message itself (4.1.1.4)' },
  { from: 'server', pattern: /^354/, words: 'go on: a line with a dot alone ends the message (4.5.2)' },
  { from: 'client', pattern: /^\(\d+ octets of content\)$/, words: 'header and body, and the final dot' },
  {
    from: 'server',
    pattern: /^250 .*queued as/,
    words: 'only now, with the copy safe in the spool: from here on this server answers for it (6.1)',
  },
  { from: 'server', pattern: /^421/, words: 'the server ends the session; the client is to come again (3.8)' },
  { from: 'server', pattern: /^4\d\d/, words: 'not now: the client keeps its copy and tries again (4.2.1)' },
  { from: 'server', pattern: /^503|^554 5\.5\.1/, words: 'nobody was accepted, so there is nothing to send (3.3)' },
  { from: 'server', pattern: /^5\d\d/, words: 'no, for good: the sender gets a report (4.2.1)' },
  { from: 'event', pattern: /^(?:drop|reset)/, words: 'without a reply: the client has to try again (4.5.4.1)' },
]

/** For one dialogue: says each thing once. Null where there is nothing to say. */
export function hinter(): (line: Pick<SpokenLine, 'from' | 'text'>) => string | null {
  const said = new Set<Hint>()
  return ({ from, text }) => {
    const hint = hints.find(known => known.from === from && known.pattern.test(text))
    if (!hint || said.has(hint)) return null
    said.add(hint)
    return hint.words
  }
}
