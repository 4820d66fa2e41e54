/**
 * What the `from` part of a Received field means. RFC 5321 4.4 puts there what the client said in HELO; qmail, Exim
 * and others put the name that they know it by. Which of the readers below is right, only the dialect tells.
 */
import type { Clauses } from './clauses.js'
import { addressIn, knownName, type Note, readNote } from './tcp-info.js'
import type { ReceivedFrom } from './types.js'

export type FromReader = (clauses: Clauses) => ReceivedFrom

export const nobody: ReceivedFrom = { helo: null, name: null, address: null, ident: null }

/** The word is what the client said, unless HELO stands apart. */
export function readAnybody(clauses: Clauses): ReceivedFrom {
  return find(notesOf(clauses), note => note.helo) === null ? readSaid(clauses) : readKnown(clauses)
}

/** The word is what the client said: Postfix, Sendmail, Exchange, Courier, and RFC 5321 4.4. */
function readSaid(clauses: Clauses): ReceivedFrom {
  const word = clauses.value('from') ?? null
  const notes = notesOf(clauses)
  const tcp = find(notes, note => note.tcp)
  return {
    helo: word,
    name: tcp?.name ?? null,
    // the address that the client claims counts only where the server gives none
    address: tcp ? tcp.address : addressIn(word ?? ''),
    ident: find(notes, note => note.ident),
  }
}

/** The word is the name or the address that the server knows the client by, and HELO stands apart: qmail, Exim. */
export function readKnown(clauses: Clauses): ReceivedFrom {
  const word = clauses.value('from') ?? ''
  const notes = notesOf(clauses)
  const tcp = find(notes, note => note.tcp)
  return {
    helo: find(notes, note => note.helo),
    name: knownName(word) ?? tcp?.name ?? null,
    address: tcp?.address ?? addressIn(word),
    ident: find(notes, note => note.ident),
  }
}

/** As `readKnown`; but what was handed in on the machine itself has its user there alone: from alice by mx.example. */
export function readKnownOrUser(clauses: Clauses): ReceivedFrom {
  const from = clauses.first('from')
  const user = clauses.words(from)
  const isUser = user !== '' && !/[ .[]/.test(user) && clauses.comments(from).length === 0
  return isUser ? { ...nobody, ident: user } : readKnown(clauses)
}

/** The word is the user of this machine who handed the message in. */
export function readUser(clauses: Clauses): ReceivedFrom {
  return { ...nobody, ident: clauses.value('from') ?? null }
}

/** The clause names a user or a part of the same machine. */
export function readNobody(): ReceivedFrom {
  return nobody
}

function notesOf(clauses: Clauses): Note[] {
  const from = clauses.first('from')
  if (!from) return []
  const notes: Note[] = []
  for (const said of clauses.comments(from)) notes.push(readNote(said))
  // fetchmail and MDaemon write the literal outside of a comment: phobos [127.0.0.1]; so may a client in its HELO
  const second = clauses.value('from', 1)
  if (second?.startsWith('[')) notes.push(readNote(second))
  return notes
}

function find<T>(notes: readonly Note[], value: (note: Note) => T | null): T | null {
  for (const note of notes) {
    const found = value(note)
    if (found !== null) return found
  }
  return null
}

/**
 * A comment instead of the clause: Sendmail's (from alice@localhost), and qmail's
 * (qmail 1 invoked from network[192.0.2.1/a.example]), where some have the client.
 */
export function readLeading(comment: string): ReceivedFrom {
  const user = /^from (\S+)@\S+$/.exec(comment)?.[1]
  if (user !== undefined) return { ...nobody, ident: user }
  const [, address = '', name = ''] = /^qmail .*invoked from network ?\[([^\]/]*)\/?([^\]]*)\]$/.exec(comment) ?? []
  return { ...nobody, address: addressIn(address), name: knownName(name) }
}
