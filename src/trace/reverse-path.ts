/**
 * The reverse-path where a Received field gives it: Exim's (envelope-from <a@b>), PowerMTA's behind the date,
 * qmail-ldap's (envelope-sender <a@b>), Haraka's clause, XMail's second from.
 */
import type { Clauses } from './clauses.js'

const form = /(?:^|[ ,])envelope[- ](?:from|sender):? *(?:<([^<>]*)>|"([^"]*)"|([^\s<>]+))/i

/** Without < >, empty for <>; null where the field does not tell. `comments` are the field's. */
export function readReversePath(clauses: Clauses, comments: readonly string[]): string | null {
  for (const comment of comments) {
    const found = pathIn(comment)
    if (found !== null) return found
  }
  const path = clauses.parts.text.includes('nvelope') ? afterWord(clauses) : null
  if (path !== null) return path
  for (const clause of clauses.all) {
    if (clause.keyword !== 'from' || clause === clauses.firsts.from) continue
    const word = clauses.word(clause)
    const value = word === -1 ? '' : clauses.parts.textOf(word)
    if (value.startsWith('<')) return withoutAngles(value)
  }
  return null
}

/** The word behind one that says envelope-from. */
function afterWord({ parts, end }: Clauses): string | null {
  for (let at = 0; at + 1 < end; at++) {
    const isMark = parts.isWord(at) && /^envelope-(?:from|sender)$/i.test(parts.textOf(at))
    if (isMark && parts.isWord(at + 1)) return withoutAngles(parts.textOf(at + 1))
  }
  return null
}

function pathIn(comment: string): string | null {
  const found = form.exec(comment)
  return found ? (found[1] ?? found[2] ?? found[3] ?? null) : null
}

/** What stands between the first < and its >; several may follow one another. */
export function withoutAngles(word: string): string {
  if (!word.startsWith('<')) return word
  if (word.endsWith('>') && !word.includes('>,<')) return word.slice(1, -1)
  return /^<((?:[^<>"]|"(?:[^"\\]|\\.)*")*)>,/.exec(word)?.[1] ?? (word.endsWith('>') ? word.slice(1, -1) : word)
}
