/**
 * The part of a report that people read: whom it is about, what happened, why, and what was replied.
 */
import { formatReply } from '../mail/reply.js'
import { formatDate, tame, wrap } from './lines.js'
import type { Action, Affected, Report } from './report.js'

const subjects: Readonly<Record<Action, string>> = {
  failed: 'Undelivered mail returned to sender',
  delayed: 'Delivery of your mail is delayed',
  delivered: 'Your mail was delivered',
  relayed: 'Your mail was relayed',
}

export function subjectOf({ affected: [first], unreturnable }: Report): string {
  if (unreturnable) return 'Postmaster: undelivered mail that can not be returned'
  return subjects[first?.action ?? 'failed']
}

export function explanation(report: Report): string {
  const { hostname, affected, unreturnable } = report
  const paragraphs = [
    `This is the mail system of ${hostname}.`,
    unreturnable ? unreturnableText : opening(affected[0]?.action ?? 'failed', report),
  ].flatMap(text => [...wrap(text, ''), ''])
  const recipients = affected.flatMap(each => [...describe(each, report), ''])
  const content = report.returned.type.endsWith('headers') ? "The message's header" : 'The message'
  const lines = [...paragraphs, ...recipients, `${content} is attached.`]
  return lines.map(line => `${line}\r\n`).join('')
}

const unreturnableText =
  'A message without a sender to report to (its reverse-path is <>) could not be delivered. It is kept here.'

function opening(action: Action, { retryUntil }: Report): string {
  switch (action) {
    case 'failed':
      return 'Your message could not be delivered to the recipients below, and is not tried again.'
    case 'delayed':
      return `Your message could not be delivered yet to the recipients below. It is tried until ${formatDate(retryUntil)}. You need not send it again.`
    case 'delivered':
      return 'Your message was delivered to the recipients below.'
    case 'relayed':
      return 'Your message was relayed for the recipients below, to a mail system that sends no reports of delivery.'
  }
}

function describe(affected: Affected, { remote }: Report): string[] {
  return [`  <${tame(affected.recipient.mailbox, true)}>`, ...wrap(`    ${tame(why(affected, remote), true)}`, '    ')]
}

function why({ problem, reply, expired }: Affected, remote: string | null): string {
  if (!problem) return remote === null || !reply ? 'in the mailbox' : `${remote} said: ${formatReply(reply)}`
  const prefix = expired ? 'the time for delivery is over. At the last attempt ' : ''
  if (!problem.reply) return `${prefix}${remote ?? 'the mailbox'} could not be reached or used: ${problem.cause}`
  const said = formatReply(problem.reply)
  if (problem.by === 'here') return `${prefix}this MTA found: ${said}`
  return `${prefix}${remote ?? 'the mailbox'} said: ${said} (${stages[problem.stage]})`
}

const stages = {
  connect: 'when the connection was made',
  helo: 'in reply to EHLO',
  starttls: 'in reply to STARTTLS',
  auth: 'in reply to AUTH',
  mail: 'in reply to MAIL',
  rcpt: 'in reply to RCPT',
  data: 'in reply to DATA',
  message: 'in reply to the message',
} as const
