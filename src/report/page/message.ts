/**
 * One message on a report's page: its verdict, what was found, its way in time, what was said, and the header that came
 * of it.
 */
import type { Finding, MessageVerdict } from '../../check/types.js'
import { findingList } from './findings.js'
import { hopList } from './dialogue.js'
import { headerOf, type JudgedMail } from './header.js'
import { timeline } from './timeline.js'
import { anchors, listed, named, type PageMta } from './words.js'
import { count, size } from '../quantities.js'
import type { ToldMessage } from '../story/types.js'

export function messageSection(told: ToldMessage, message: number, mtas: readonly PageMta[]): string {
  const { story, verdicts } = told
  const { file, copies, from, to, verdict } = story
  const mails = told.mails.map(mail => ({
    mail,
    verdicts: verdicts.filter(({ recipient, delivered }) => delivered && mail.recipients.includes(recipient ?? '')),
  }))
  const copy = copies > 1 ? `, one of ${count(copies, 'copy', 'copies')}` : ''
  return [
    `<section id="${anchors.message(message)}" aria-labelledby="${anchors.name(message)}"><h2 id="${anchors.name(message)}">${badge(verdict)} ${named(file, 120)}</h2>`,
    `<p class="lead">from ${named(from ?? '<>', 80)} to ${listed(to)}, ${size(story.size)}${copy}</p>`,
    findingList(verdicts, (finding, of) => targetOf(finding, of, message, told, mails)),
    timeline(story, message),
    hopList(story, message),
    ...mails.map((judged, mail) => headerOf(judged, { message, mail }, mtas)),
    ...(mails.length === 0 ? ['<p class="note">It lies in no mailbox, so there is no final header to show.</p>'] : []),
    '</section>',
  ].join('\n')
}

export function badge(verdict: 'pass' | 'fail'): string {
  return `<span class="badge ${verdict}">${verdict === 'pass' ? '✔ PASS' : '✘ FAIL'}</span>`
}

/** The field, else the hop; null where neither is on the page. */
function targetOf(
  { field, position, code }: Finding,
  verdict: MessageVerdict,
  message: number,
  { story: { hops } }: ToldMessage,
  mails: readonly JudgedMail[],
): string | null {
  const mail = mails.findIndex(({ verdicts }) => verdicts.includes(verdict))
  if (field !== null && mail !== -1) return anchors.field(message, mail, field)
  if (code === 'return-path' && mail !== -1) return anchors.header(message, mail)
  const hop = hops.findIndex(other => other.position === position)
  return hop === -1 ? null : anchors.hop(message, hop)
}
