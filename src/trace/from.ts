/**
 * What the `from` part of a Received field means. RFC 5321 4.4 puts there what the client said in HELO; qmail, Exim
 * and others put the name that they know it by. Which of the readers below is right, only the dialect tells.
 */
import type { Clauses } from './clauses.js'
import { addressIn, knownName, type Note, nothing, readNote, type TcpInfo } from './tcp-info.js'
import type { ReceivedFrom } from './types.js'

export type FromReader = (clauses: Clauses) => ReceivedFrom

const nobody: ReceivedFrom = { helo: null, name: null, address: null, ident: null }

/** The word is what the client said, unless HELO stands apart: Postfix, Sendmail, Exchange, and RFC 5321 4.4. */
export function readSaid(clauses: Clauses): ReceivedFrom {
  const note = noteOf(clauses)
  if (note.helo !== null) return known(clauses, note)
  const word = clauses.value('from') ?? null
  const { tcp, ident } = note
  // the address that the client claims counts only where the server gives none
  const address = tcp ? tcp.address : word === null ? null : addressIn(word)
  return { helo: word, name: tcp ? tcp.name : null, address, ident }
}

/** The word is the name or the address that the server knows the client by, and HELO stands apart: qmail, Exim. */
export function readKnown(clauses: Clauses): ReceivedFrom {
  return known(clauses, noteOf(clauses))
}

function known(clauses: Clauses, { helo, tcp, ident }: Note): ReceivedFrom {
  const word = clauses.value('from') ?? ''
  return { helo, name: knownName(word) ?? tcp?.name ?? null, address: tcp ? tcp.address : addressIn(word), ident }
}

/** As `readKnown`; but what was handed in on the machine itself has its user there alone: from alice by mx.example. */
export function readKnownOrUser(clauses: Clauses): ReceivedFrom {
  const user = clauses.words(clauses.first('from'))
  const note = noteOf(clauses)
  const isUser = user !== '' && !/[ .[]/.test(user) && note.tcp === null
  return isUser ? { helo: note.helo, name: null, address: null, ident: user } : known(clauses, note)
}

/** The word is the user of this machine who handed the message in. */
export function readUser(clauses: Clauses): ReceivedFrom {
  return { ...nobody, ident: clauses.value('from') ?? null }
}

/** The clause names a part of the same machine. */
export function readNobody(): ReceivedFrom {
  return nobody
}

/** What the server noted, in all comments together; the first that tells something counts. */
function noteOf(clauses: Clauses): Note {
  const from = clauses.first('from')
  let all: Note = nothing
  if (!from) return all
  for (const said of clauses.comments(from)) all = joined(all, readNote(said))
  // fetchmail and MDaemon write the literal outside of a comment: phobos [127.0.0.1]; so may a client in its HELO
  const second = all.tcp ? undefined : clauses.value('from', 1)
  return second?.startsWith('[') ? joined(all, readNote(second)) : all
}

/** Two comments that give different addresses: one of them is the client's, in its HELO, and nobody can say which. */
const disputed: TcpInfo = { name: null, address: null, ident: null }

function joined(one: Note, other: Note): Note {
  if (one === nothing) return other
  if (other === nothing) return one
  const isDisputed = one.tcp && other.tcp && one.tcp.address !== other.tcp.address
  const tcp = isDisputed ? disputed : (one.tcp ?? other.tcp)
  return { helo: one.helo ?? other.helo, tcp, ident: one.ident ?? other.ident }
}

/** True where the comments of the clause give different addresses. */
export function isAddressDisputed(clauses: Clauses): boolean {
  return noteOf(clauses).tcp === disputed
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
