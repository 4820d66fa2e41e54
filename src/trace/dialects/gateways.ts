/**
 * Dialects of gateways, firewalls and seldom servers, which write as RFC 5321 4.4 has it and name themselves.
 */
import { readNobody } from '../from.js'
import type { Dialect } from './dialect.js'

export const gateways: readonly Dialect[] = [
  { name: 'argosoft', marks: ['(ArGoSoft'] },
  { name: 'critical-path', marks: ['(cpmta '] },
  { name: 'eims', marks: ['(Eudora Internet Mail Server'] },
  { name: 'facebook', marks: ['with Thrift'], from: readNobody },
  { name: 'fastmail', marks: ['(MEProxy'] },
  { name: 'litemail', marks: ['(LiteMail'] },
  { name: 'lyris', marks: ['(Lyris'] },
  { name: 'mailgate', marks: ['(MailGate'] },
  { name: 'mailmarshal', marks: ['(MailMarshal', '(NetIQ MailMarshal', '(Trustwave', 'with Trustwave'] },
  { name: 'mailrouter', marks: ['(MailRouter'] },
  { name: 'mirapoint', marks: ['(Mirapoint'] },
  { name: 'nemesis', marks: ['(Nemesis)'] },
  { name: 'proofpoint', marks: ['(Proofpoint Essentials'] },
  { name: 'rockliffe', marks: ['(Rockliffe'] },
  { name: 'smtpbeamer', marks: ['with SMTPBeamer'] },
  { name: 'visnetic', marks: ['(VisNetic'] },
]

/** For what nothing else claims. */
export const unmarkedGateways: readonly Dialect[] = [
  { name: 'smap', fits: ({ clauses }) => /^c?smap$/.test(clauses.value('via') ?? '') },
  { name: 'raptor', fits: ({ clauses }) => clauses.value('via') === 'smtpd' },
  { name: 'dmail', fits: ({ clauses }) => clauses.value('via')?.startsWith('dmail-') === true },
]
