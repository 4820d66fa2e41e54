/**
 * Postfix, which is installed where the tests run: smtp-source comes with it.
 */
import type { Program, Sink } from './program.js'
import type { Place } from './installation.js'

export const postfix: Program = {
  name: 'postfix',
  install: (place, sink) => ({
    layer: null,
    users: [],
    files: { '/etc/postfix/main.cf': main(place, sink), '/etc/postfix/master.cf': master(place) },
    start: `if ! test -x /usr/sbin/postfix; then
  echo 'it is not installed: sudo apt-get install --no-install-recommends postfix'
  exit 1
fi
rm -rf /var/spool/postfix/* /var/lib/postfix/*
postfix start-fg || { cat /var/log/postfix.log; exit 1; }
`,
  }),
}

function main({ hostname }: Place, sink: Sink): string {
  return `compatibility_level = 3.6
myhostname = ${hostname}
mydestination =
inet_protocols = all
mynetworks = 127.0.0.0/8 [::1]
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_security_level = none
smtp_tls_security_level = none
alias_maps =
import_environment = TZ
maillog_file = /var/log/postfix.log
relayhost = [${sink.address}]:${sink.port}
`
}

function master({ address, port }: Place): string {
  return `${address}:${port} inet n - n - - smtpd
[::1]:${port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
`
}
