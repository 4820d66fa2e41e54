/**
 * Dialects of mail servers that people run.
 */
import { claimedHelo, readClaimed, readKnown, readKnownOrUser, readNobody, readNoted, readUser } from '../from.js'
import { fromNotes, isUnnoted, type Sight } from '../sight.js'
import type { Dialect } from './dialect.js'

export const servers: readonly Dialect[] = [
  { name: 'postfix', marks: ['(Postfix'], says3848: true, from: readNoted },
  { name: 'sendmail', marks: ['(8.'], fits: isSendmail, from: readNoted },
  { name: 'exim', marks: ['(Exim ', '(WEB.DE '], from: readKnownOrUser, says3848: true },
  { name: 'opensmtpd', marks: ['(OpenSMTPD'], says3848: true, from: readNoted },
  { name: 'haraka', marks: ['(Haraka'], says3848: true },
  { name: 'kumomta', marks: ['(KumoMTA'], from: readNoted },
  { name: 'powermta', marks: ['(PowerMTA'], from: readNoted },
  { name: 'iis', marks: ['with Microsoft SMTPSVC'], fits: isPickup, from: readNobody },
  { name: 'iis', marks: ['with Microsoft SMTPSVC'], from: readNoted },
  {
    name: 'exchange',
    marks: [
      'with Microsoft SMTP Server',
      'with mapi',
      'with Internet Mail Service',
      '(Microsoft Exchange Internet Mail',
    ],
    from: readNoted,
  },
  { name: 'communigate', marks: ['(CommuniGate Pro'], from: readKnown },
  { name: 'mdaemon', marks: ['(MDaemon'] },
  { name: 'mailenable', marks: ['with MailEnable'] },
  { name: 'hmailserver', marks: ['(hMailServer', 'with hMailServer'] },
  { name: 'lotus-domino', marks: ['(Lotus ', '(IBM Domino', '(HCL Domino'] },
  {
    name: 'sun',
    marks: ['(iPlanet ', '(Sun ', '(Sun-Java', '(Oracle Communications', '(Netscape Messaging', '(PMDF '],
  },
  { name: 'intermail', marks: ['(InterMail '] },
  { name: 'imail', marks: ['(SMTPD32'] },
  { name: 'lsmtp', marks: ['(LSMTP ', '(LISTSERV'] },
  { name: 'icewarp', marks: ['(Merak ', '(IceWarp '] },
  { name: 'kerio', marks: ['(Kerio '] },
  { name: 'smartermail', marks: ['(SmarterMail'] },
  { name: 'mercury', marks: ['(Mercury'], fits: isUnnoted, from: readNobody },
  { name: 'mercury', marks: ['(Mercury'] },
  { name: 'groupwise', marks: ['with Novell_GroupWise'] },
  { name: 'james', marks: ['(JAMES ', '(Apache James'] },
  { name: 'xmail', marks: ['with [XMail ', '([XMail '] },
  { name: 'stalwart', marks: ['(Stalwart'] },
  { name: 'chasquid', marks: ['(chasquid'] },
  { name: 'smail', marks: ['(/\\##/\\ Smail', '(Smail'] },
  { name: 'emwac', marks: ['(EMWAC SMTPRS'] },
  { name: 'nullmailer', marks: ['(nullmailer '], from: readNobody },
  { name: 'ssmtp', marks: ['(sSMTP '] },
  { name: 'dma', marks: ['(DragonFly Mail Agent'], from: readUser },
  { name: 'halon', marks: ['(Halon'] },
  { name: 'maddy', marks: ['(envelope-sender '] },
  { name: 'qpsmtpd', marks: ['(qpsmtpd/'], from: readKnown },
  { name: 'zmailer', marks: ['(ORCPT '], from: readKnown },
  { name: 'tumbleweed', marks: ['(Tumbleweed'] },
  { name: 'qmail', marks: ['(qmail ', '(qmail-ldap', '(qp ', 'with QMQP', 'with QMTP'], from: readKnown },
]

// 8.13.8/8.13.8, 8.9.3, SGI-8.9.3/8.9.3, 8.8.8.Beta.6/8.6.9
const sendmailVersion = /^(?:[A-Za-z][\w.+]*[-/])?\d{1,2}\.\d{1,2}\.\d{1,2}[\w.+]*(?:[ /,].*)?$/
const qmailDate = /^\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d -0000$/
const qmailProtocol = /^with (?:E?SMTPS?A?|QM[QT]P|.* encrypted\)? E?SMTP)$/
// in base 62, longer since Exim 4.97
const eximId = /^[\dA-Za-z]{6}-(?:[\dA-Za-z]{6}-[\dA-Za-z]{2}|[\dA-Za-z]{11}-[\dA-Za-z]{4})$/
const courierId = /^[\dA-F]{16}\.[\dA-F]{8,16}\.[\dA-F]{8}$/

/** Dialects that no word gives away, for what nothing else claims. */
export const unmarked: readonly Dialect[] = [
  { name: 'mailenable', fits: ({ clauses }) => clauses.value('by') === 'MailEnable' },
  { name: 'sendmail', fits: isSendmail, from: readNoted },
  {
    name: 'postfix',
    fits: ({ clauses }) => /, from userid \d+$/.test(clauses.comments(clauses.firsts.by)[0] ?? ''),
  },
  { name: 'communigate', fits: sight => fromNotes(sight).some(said => said.startsWith('account ')), from: readKnown },
  { name: 'exim', fits: isEximByItsId, from: readKnownOrUser, says3848: true },
  { name: 'courier', fits: isCourier, from: readNoted },
  {
    name: 'mox',
    fits: ({ clauses }) => clauses.value('via') === 'tcp' && /^[\w-]{22}$/.test(clauses.value('id') ?? ''),
  },
  { name: 'smartermail', fits: sight => fromNotes(sight).some(said => said.startsWith('UnknownHost [')) },
  { name: 'powermta', fits: isPowerMta, from: readNoted },
  { name: 'zmailer', fits: sight => fromNotes(sight).some(said => said.includes(' "EHLO ')), from: readKnown },
  { name: 'mailfront', fits: isMailfront },
  { name: 'obtuse', fits: ({ clauses }) => claimedHelo(clauses) !== null, from: readClaimed },
  { name: 'qmail', fits: isQmail, from: readKnown },
]

/** Those whose signs others bear too. */
export const lastResorts: readonly Dialect[] = [
  { name: 'exim', fits: sight => fromNotes(sight).some(said => /(?:^| )(?:helo|ehlo)=/i.test(said)), from: readKnown },
  { name: 'ironport', fits: isIronPort, from: readKnown },
  // whoever it is, it puts HELO apart
  {
    name: 'qmail',
    fits: sight => fromNotes(sight).some(said => /(?:^| )(?:HELO|EHLO) \S+$/i.test(said)),
    from: readKnown,
  },
]

/** Its id, and its small letters: ESMTP is somebody else's. */
function isEximByItsId(sight: Sight): boolean {
  return idFits(sight, eximId) && (sight.protocol === 'with LOCAL' || !/[A-Z]/.test(sight.protocol))
}

function isSendmail({ clauses }: Sight): boolean {
  return sendmailVersion.test(clauses.comments(clauses.firsts.by)[0] ?? '')
}

/** The address in Courier's own form, by its own words; or its ids. */
function isCourier(sight: Sight): boolean {
  if (idFits(sight, courierId)) return true
  if (!/^with (?:esmtps?a?|smtp|local)$/.test(sight.protocol) || sight.clauses.firsts.id) return false
  return fromNotes(sight).some(said => said.includes('[::ffff:') || /^uid \d+$/.test(said))
}

/** PowerMTA names itself only where it is told to: no protocol, and the reverse-path behind the date. */
function isPowerMta(sight: Sight): boolean {
  if (sight.protocol !== '' || !idFits(sight, /^[a-z\d]{12}$/)) return false
  return sight.date?.text.endsWith('>)') === true && sight.date.text.includes(' (envelope-from <')
}

/** As qmail, but for its own address, and HELO first. */
function isMailfront({ clauses, date }: Sight): boolean {
  if (date?.offset !== null || !qmailDate.test(date.text)) return false
  return clauses.comments(clauses.firsts.by).some(said => /^\[.*\]$/.test(said))
}

/** As qmail, but for the address in [ ] and a zone. */
function isIronPort(sight: Sight): boolean {
  if (!/^\d{1,2} [A-Z][a-z]{2} \d{4} [\d:]{8} [+-]\d{4}$/.test(sight.date?.text ?? '')) return false
  const notes = fromNotes(sight)
  return notes.some(said => /^\[[\d.]+\]$/.test(said)) && notes.some(said => said.startsWith('HELO '))
}

function isPickup({ clauses }: Sight): boolean {
  return /^mail pickup service$/i.test(clauses.words(clauses.firsts.from))
}

function idFits({ clauses }: Sight, form: RegExp): boolean {
  const id = clauses.value('id')
  return id !== undefined && form.test(id)
}

/** qmail's date, one of its protocols, and no address in [ ]. */
function isQmail(sight: Sight): boolean {
  const { date, protocol } = sight
  if (date?.offset !== null || !qmailDate.test(date.text) || !qmailProtocol.test(protocol)) return false
  return fromNotes(sight).every(said => !said.startsWith('['))
}
