/**
 * Sendmail, with the configuration that its own macros make.
 */
import type { Place } from './installation.js'
import type { Program, Sink } from './program.js'

export const sendmail: Program = {
  name: 'sendmail',
  install: (place, sink) => ({
    layer: 'sendmail',
    users: ['smmta', 'smmsp'],
    files: {
      '/etc/mail/sendmail.mc': configuration(place, sink),
      '/etc/mail/service.switch': 'hosts files dns\naliases files\n',
    },
    start: `install -d -m 700 /var/spool/mqueue
m4 -I/usr/share/sendmail/cf /etc/mail/sendmail.mc >/etc/mail/sendmail.cf
/usr/libexec/sendmail/sendmail -C/etc/mail/sendmail.cf -bD -q1h
`,
  }),
}

function configuration({ hostname, address, port }: Place, sink: Sink): string {
  const settings: Readonly<Record<string, string>> = {
    confDOMAIN_NAME: hostname,
    ALIAS_FILE: '',
    STATUS_FILE: '',
    HELP_FILE: '',
    confPID_FILE: '/run/sendmail.pid',
    confCW_FILE: '/dev/null',
    confCT_FILE: '/dev/null',
    confSERVICE_SWITCH_FILE: '/etc/mail/service.switch',
    confTO_IDENT: '0',
    confTIME_ZONE: 'USE_TZ',
    confDONT_BLAME_SENDMAIL: 'GroupWritableDirPathSafe,InsufficientEntropy',
    confDONT_PROBE_INTERFACES: 'True',
    confPRIVACY_FLAGS: '',
    ESMTP_MAILER_ARGS: `TCP $h ${sink.port}`,
    SMART_HOST: `esmtp:[${sink.address}]`,
  }
  const features = [
    'nocanonify',
    'accept_unresolvable_domains',
    'accept_unqualified_senders',
    'promiscuous_relay',
    'no_default_msa',
  ]
  const lines = [
    'divert(-1)',
    "define(`_USE_ETC_MAIL_')",
    "include(`/usr/share/sendmail/cf/m4/cf.m4')",
    'divert(0)',
    "OSTYPE(`linux')",
    ...Object.entries(settings).map(([name, value]) => `define(\`${name}', \`${value}')dnl`),
    ...features.map(name => `FEATURE(\`${name}')dnl`),
    `DAEMON_OPTIONS(\`Name=MTA, Family=inet, Addr=${address}, Port=${port}')dnl`,
    `DAEMON_OPTIONS(\`Name=MTA6, Family=inet6, Addr=::1, Port=${port}')dnl`,
    "MAILER(`smtp')dnl",
  ]
  return lines.map(line => `${line}\n`).join('')
}
