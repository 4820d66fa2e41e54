/**
 * What the `from` part of a Received field means. RFC 5321 4.4 puts there what the client said in HELO; qmail, Exim
 * and others put the name that they know it by. Nothing but knowledge of who writes how tells, and all of that is
 * here: a shape is a row.
 */
import { addressIn, knownName, readNote, type TcpInfo } from './tcp-info.js'
import type { ReceivedFrom } from './types.js'

export interface FromPart {
  /** Words of the clause, the one after `from` first. */
  readonly words: readonly string[]
  /** Texts of its comments, without inner comments. */
  readonly comments: readonly string[]
  /** The words after `with`, one blank between them; empty where there is no such clause. */
  readonly with: string
  /** Texts of the comments of all other clauses: many MTAs name themselves there. */
  readonly otherComments: readonly string[]
  /** The words of the date, empty where there is none. */
  readonly date: string
}

interface Shape {
  readonly fits: (part: FromPart) => boolean
  readonly read: (part: FromPart) => ReceivedFrom
}

const qmailDate = /^\d{1,2} [A-Z][a-z]{2} \d{4} [\d:]{8} -0000$/

/** The first row that fits is taken; where none does, the field is read as RFC 5321 4.4 has it. */
const shapes: readonly Shape[] = [
  // Microsoft SMTPSVC, from its pickup folder: from mail pickup service
  { fits: part => /^mail pickup service$/i.test(part.words.join(' ')), read: () => nobody },
  // Gmail, handed in by HTTP: from 77463558223 named unknown
  { fits: part => part.words[1] === 'named' && part.with === 'HTTPREST', read: () => nobody },
  // qmail: from unknown (HELO x) (192.0.2.1); Exim: from [192.0.2.1] (helo=x); CommuniGate Pro, Ecelerity, ASSP
  { fits: part => heloApart(part) !== null, read: readKnown },
  // Exim, which leaves HELO out where it is the name: from h1.example ([192.0.2.1]) by ... (Exim 4.97)
  { fits: part => part.otherComments.some(comment => /^Exim \d/.test(comment)), read: readKnown },
  // qmail, which leaves HELO out where it is the name: from h1.example (192.0.2.1) by ...; 2 Jan 2024 03:04:05 -0000
  { fits: part => /^(?:E?SMTPS?A?|QM[QT]P)$/.test(part.with) && qmailDate.test(part.date), read: readKnown },
  // fetchmail, of the server that it asks: from phobos [127.0.0.1] by ... (fetchmail-6.4)
  { fits: part => part.otherComments.some(comment => comment.startsWith('fetchmail-')), read: readKnown },
  // Yahoo: from [192.0.2.1] by ... with NNFMP
  { fits: part => part.with === 'NNFMP', read: readKnown },
]

const nobody: ReceivedFrom = { helo: null, name: null, address: null, ident: null }

export function readFrom(part: FromPart): ReceivedFrom {
  return (shapes.find(shape => shape.fits(part))?.read ?? readSaid)(part)
}

// Postfix, Sendmail, Exchange, Courier: the word is what the client said
function readSaid(part: FromPart): ReceivedFrom {
  const word = part.words[0] ?? null
  const tcp = tcpInfo(part)
  // the address that the client claims counts only where the server gives none
  return { helo: word, name: tcp?.name ?? null, address: tcp ? tcp.address : addressIn(word ?? ''), ident: null }
}

// the word is the name or the address that the server knows the client by
function readKnown(part: FromPart): ReceivedFrom {
  const word = part.words[0] ?? ''
  const tcp = tcpInfo(part)
  return {
    helo: heloApart(part),
    name: knownName(word) ?? tcp?.name ?? null,
    address: tcp?.address ?? addressIn(word),
    ident: null,
  }
}

function heloApart(part: FromPart): string | null {
  return firstOf(part.comments.map(comment => readNote(comment).helo))
}

function tcpInfo(part: FromPart): TcpInfo | null {
  const [, second = ''] = part.words
  // fetchmail and MDaemon write the literal outside of a comment: phobos [127.0.0.1]; so may a client in its HELO
  const notes = second.startsWith('[') ? [...part.comments, second] : part.comments
  return firstOf(notes.map(note => readNote(note).tcp))
}

function firstOf<T>(values: readonly (T | null)[]): T | null {
  return values.find(value => value !== null) ?? null
}
