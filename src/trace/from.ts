/**
 * What the `from` part of a Received field means. RFC 5321 4.4 puts there what the client said in HELO; qmail, Exim
 * and others put the name that they know it by. Which of the readers below is right, only the dialect tells.
 */
import type { Clauses } from './clauses.js'
import { addressIn, disputed, knownName, type Note, nothing, readIdentAtAddress, readNote } from './tcp-info.js'
import type { ReceivedFrom } from './types.js'

export type FromReader = (clauses: Clauses) => ReceivedFrom

const nobody: ReceivedFrom = { helo: null, name: null, address: null, ident: null }

/** The word is what the client said, unless HELO stands apart: RFC 5321 4.4, and whoever is not known better. */
export function readSaid(clauses: Clauses): ReceivedFrom {
  const note = noteOf(clauses)
  return note.helo === null ? said(clauses, note, !hasOtherNotes(clauses)) : known(clauses, note)
}

/** The word is what the client said, and the program always notes the connection: Postfix, Sendmail, Exchange. */
export function readNoted(clauses: Clauses): ReceivedFrom {
  const notes = clauses
    .comments(clauses.firsts.from)
    .map(comment => readNote(comment.replace(/^[EH][EH]LO (?=\[)/i, '')))
  return said(clauses, { ...notes.reduce(joined, nothing), helo: null }, false)
}

/** `mayBeAddress`: what the client claims is its address where nobody says another. */
function said(clauses: Clauses, { tcp, ident }: Note, mayBeAddress: boolean): ReceivedFrom {
  const word = clauses.value('from') ?? null
  const claimed = mayBeAddress && word !== null ? addressIn(word) : null
  return { helo: word, name: tcp ? tcp.name : null, address: tcp ? tcp.address : claimed, ident }
}

/** True where the server noted something else beside the word than who the user is. */
function hasOtherNotes(clauses: Clauses): boolean {
  return clauses.comments(clauses.firsts.from).some(comment => !/authenticated|^account |^AUTH: /i.test(comment))
}

/** The word is the name or the address that the server knows the client by, and HELO stands apart: qmail, Exim. */
export function readKnown(clauses: Clauses): ReceivedFrom {
  const note = noteOf(clauses)
  // a name in the comment, or "unknown": then the word is none
  return note.tcp?.isNamed && note.helo === null ? said(clauses, note, false) : known(clauses, note)
}

/** The word is the name that the server knows the client by, and HELO stands in quotes behind the address: Obtuse smtpd. */
export function readClaimed(clauses: Clauses): ReceivedFrom {
  return { ...known(clauses, noteOf(clauses)), helo: claimedHelo(clauses) }
}

/** Null where the server says of no HELO that the client claims it. */
export function claimedHelo(clauses: Clauses): string | null {
  return /^\S+ , claiming to be "([^"]*)"$/.exec(clauses.words(clauses.firsts.from))?.[1] ?? null
}

/** The word is what the web server knows the browser by: there is no HELO. */
export function readBrowser(clauses: Clauses): ReceivedFrom {
  return { ...known(clauses, noteOf(clauses)), helo: null }
}

/** Postini calls every client so. */
export function readSource(clauses: Clauses): ReceivedFrom {
  return { ...readNoted(clauses), helo: null }
}

function known(clauses: Clauses, { helo, tcp, ident }: Note): ReceivedFrom {
  const word = clauses.value('from') ?? ''
  const claimed = addressIn(word)
  // a literal that is not the connection's can only be HELO
  const isHelo = helo === null && tcp !== null && claimed !== null && word.startsWith('[') && claimed !== tcp.address
  const address = tcp ? tcp.address : claimed
  return { helo: isHelo ? word : helo, name: knownName(word) ?? tcp?.name ?? null, address, ident }
}

/** As `readKnown`; but what was handed in on the machine itself has its user there alone: from alice by mx.example. */
export function readKnownOrUser(clauses: Clauses): ReceivedFrom {
  const user = clauses.words(clauses.firsts.from)
  const note = noteOf(clauses)
  const isUser = user !== '' && !/[ .[]/.test(user) && note.tcp === null
  return isUser ? { helo: note.helo, name: null, address: null, ident: user } : readKnown(clauses)
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
  const from = clauses.firsts.from
  let all: Note = nothing
  if (!from) return all
  for (const comment of clauses.comments(from)) {
    // behind (HELO x) stands qmail's ident@address, behind a connection no HELO any more
    const note = all.helo === null ? readNote(comment) : orNote(readIdentAtAddress(comment), comment)
    all = joined(all, all.tcp && note.tcp === null ? { ...note, helo: null } : note)
  }
  // fetchmail and MDaemon write the literal outside of a comment: phobos [127.0.0.1]; so may a client in its HELO
  const second = all.tcp ? undefined : clauses.value('from', 1)
  return second?.startsWith('[') ? joined(all, readNote(second)) : all
}

function orNote(note: Note, comment: string): Note {
  return note === nothing ? { ...readNote(comment), helo: null } : note
}

/** Two comments that give different addresses: one of them is the client's, in its HELO, and nobody can say which. */
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
  const network = ' invoked from network'
  const at = comment.startsWith('qmail ') ? comment.indexOf(network) : -1
  if (at === -1) return nobody
  const [address = '', name = ''] = comment
    .slice(at + network.length)
    .replace(/^ ?\[|\]$/g, '')
    .split('/')
  return { ...nobody, address: addressIn(address), name: knownName(name) }
}
