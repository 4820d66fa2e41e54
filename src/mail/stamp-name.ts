/**
 * The programs whose way of stamping an MTA can have. Their ways themselves are the stamp's (trace/stamp) and, apart from
 * those, the checker's (check/dialects).
 */

export const stampNames = [
  'rfc5321',
  'postfix',
  'exim',
  'sendmail',
  'qmail',
  'opensmtpd',
  'courier',
  'haraka',
  'kumomta',
  'powermta',
  'exchange',
  'exchange-online',
  'gmail',
  'ses',
  'sendgrid',
  'iis',
] as const

export type StampName = (typeof stampNames)[number]

export function isStampName(text: string): text is StampName {
  return stampNames.some(name => name === text)
}
