/**
 * Dialects of what stands before or behind a mail server: filters, local delivery, mailbox fetchers, web pages.
 */
import { readBrowser, readKnown, readNobody } from '../from.js'
import { fromNotes, type Sight } from '../sight.js'
import type { Dialect } from './dialect.js'

export const delivery: readonly Dialect[] = [
  { name: 'amavis', marks: ['(amavis', '(AMaViS'] },
  { name: 'cyrus', marks: ['(Cyrus '] },
  { name: 'dovecot', marks: ['(Dovecot)'] },
  { name: 'fetchmail', marks: ['(fetchmail-'], from: readKnown },
  {
    name: 'getmail',
    marks: ['(getmail', 'with POP3 getmail', 'with POP3-SSL getmail', 'with IMAP4 getmail', 'with IMAP4-SSL getmail'],
    from: readKnown,
  },
  { name: 'qmail-scanner', marks: ['with qmail-scanner'], from: readNobody },
  { name: 'interscan', marks: ['(InterScan '] },
  { name: 'bulk_mailer', marks: ['(bulk_mailer'] },
  { name: 'egroups', marks: ['(EGP: '] },
  { name: 'webmail', marks: ['with HTTP', 'with http'], from: readBrowser },
]

/** For what nothing else claims. */
export const unmarkedDelivery: readonly Dialect[] = [
  { name: 'zimbra', fits: isZimbra, from: readKnown },
  { name: 'dovecot', fits: isDovecot },
  { name: 'webmail', fits: ({ clauses }) => /^https?$/i.test(clauses.value('via') ?? ''), from: readBrowser },
]

// from a.example (LHLO b.example) (192.0.2.1) by c.example with LMTP
function isZimbra(sight: Sight): boolean {
  return sight.protocol.startsWith('with LMTP') && fromNotes(sight).some(said => said.startsWith('LHLO '))
}

// Dovecot's LMTP: from h by h with LMTP id zKIzDAAAAAAA/gAAnZ8s4Q (envelope-from <a@b.example>)
function isDovecot({ clauses, protocol }: Sight): boolean {
  if (!/^with (?:LMTP|E?SMTP)S?A?$/.test(protocol) || !/^[\w+/]{18,24}$/.test(clauses.value('id') ?? '')) return false
  return protocol.startsWith('with LMTP') || clauses.parts.text.includes('(envelope-from <')
}
