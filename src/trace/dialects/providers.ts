/**
 * Dialects of services that take mail for everybody.
 */
import { readKnown, readNobody, readNoted, readSource } from '../from.js'
import { isUnnoted, type Sight } from '../sight.js'
import type { Dialect } from './dialect.js'

const google = ['google.com', 'googlemail.com', 'gmail.com']

export const providers: readonly Dialect[] = [
  {
    name: 'exchange-online',
    hosts: ['outlook.com', 'exchangelabs.com', 'office365.us', 'outlook.cn', 'office365.com'],
    fits: ({ protocol }) => /^with (?:Microsoft SMTP Server|mapi|HTTPS?|E?SMTPS?|SMTP)(?: |$)/i.test(protocol),
  },
  // its own version, which no Exchange that is sold has
  { name: 'exchange-online', marks: ['with Microsoft SMTP Server'], fits: hasVersion20, from: readNoted },
  // from 77463558223 named unknown: a project, and what it calls itself
  { name: 'gmail', marks: ['with HTTPREST'], hosts: google, fits: isProject, from: readNobody },
  { name: 'gmail', hosts: google, says3848: true },
  { name: 'ses', hosts: ['amazonses.com', 'amazonaws.com'], marks: ['(Amazon SES'] },
  { name: 'sendgrid', marks: ['(SG)'], hosts: ['sendgrid.net'] },
  { name: 'yahoo', marks: ['with NNFMP', '(Yahoo Inc. Hermes', '(Oath Hermes', '(VZM Hermes'], from: readKnown },
  { name: 'yahoo', hosts: ['yahoo.com', 'yahoodns.net'], from: readKnown },
  { name: 'proofpoint', hosts: ['pphosted.com', 'ppops.net', 'ppe-hosted.com'] },
  // the same, by machines of its customers
  { name: 'proofpoint', marks: ['(8.'], fits: ({ clauses }) => clauses.value('from') === 'pps.filterd' },
  { name: 'mimecast', hosts: ['mimecast.com', 'mimecast.co.za', 'mimecast.lan'] },
  { name: 'aol', marks: ['(mail_out_'], hosts: ['aol.com'], fits: isUnnoted, from: readNobody },
  { name: 'aol', hosts: ['aol.com'] },
  { name: 'mailgun', hosts: ['mailgun.net', 'mailgun.org', 'mailgun.co'] },
  { name: 'sparkpost', marks: ['(ecelerity '], marksBehindSender: true, from: readKnown },
  { name: 'mandrill', hosts: ['mandrillapp.com'], fits: isUnnoted, from: readKnown },
  { name: 'mandrill', hosts: ['mandrillapp.com'] },
  { name: 'zoho', hosts: ['zoho.com', 'zohomail.com', 'zoho.eu', 'zohomail.eu', 'zoho.in'] },
  { name: 'yandex', marks: ['(nwsmtp/Yandex', '(Yandex'], hosts: ['yandex.net', 'yandex.ru'] },
  { name: 'mailru', marks: ['(mPOP'], hosts: ['mail.ru'] },
  { name: 'qq', marks: ['(NewEsmtp', '(NewMX', '(ESMTP)'], hosts: ['qq.com'] },
  { name: 'coremail', marks: ['(Coremail'] },
  { name: 'icloud', hosts: ['icloud.com', 'me.com', 'mac.com', 'apple.com'] },
  { name: 'messagelabs', hosts: ['messagelabs.com'], from: readKnown },
  {
    name: 'postini',
    marks: ['(psmtp'],
    hosts: ['psmtp.com', 'postini.com'],
    fits: ({ clauses }) => clauses.value('from') === 'source',
    from: readSource,
  },
  { name: 'postini', marks: ['(psmtp'], hosts: ['psmtp.com', 'postini.com'] },
  { name: 'ironport', marks: ['with ESMTP/TLS/', 'with SMTP/TLS/'], from: readKnown },
  { name: 'barracuda', marks: ['(Spam Firewall', '(Spam & Virus Firewall', '(Barracuda'] },
]

// d9443c01a7336-24f5b7a1si9f8e7d6.123.2026.11.24.02.00.00
const gmailId = /^[\w-]{0,64}si\w{1,64}\.\d{1,9}(?:\.\d{2,4}){6}$/
// Gmail names its inner servers by address: by 2002:a05:7300:..., by 10.70.1.1
const gmailInside = /^(?:2002:a[0-9a-f]{2}:|10\.\d)/
// SendGrid has no `;`, and a date as Go prints it
const goDate = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000 UTC/

/** For what nothing else claims. */
export const unmarkedProviders: readonly Dialect[] = [
  { name: 'gmail', fits: isGmailInside, says3848: true },
  { name: 'gmail', fits: ({ clauses }) => gmailId.test(clauses.value('id') ?? ''), says3848: true },
  { name: 'sendgrid', fits: ({ date }) => date !== null && goDate.test(date.text) },
]

function isProject({ clauses }: Sight): boolean {
  return clauses.value('from', 1) === 'named'
}

function hasVersion20({ clauses }: Sight): boolean {
  return clauses.value('id')?.startsWith('15.20.') === true
}

function isGmailInside({ clauses, protocol, date }: Sight): boolean {
  if (protocol !== 'with SMTP' || clauses.firsts.from) return false
  if (!gmailInside.test(clauses.value('by') ?? '')) return false
  return /-0[78]00 \(P[DS]T\)$/.test(date?.text ?? '') && /^[a-z]\w*$/.test(clauses.value('id') ?? '')
}
