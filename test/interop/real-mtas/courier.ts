/**
 * Courier: its daemon, and behind its own TCP server what answers SMTP.
 */
import type { Place } from './installation.js'
import type { Program } from './program.js'

export const courier: Program = {
  name: 'courier',
  install: (place, sink) => ({
    layer: 'courier',
    users: ['courier'],
    files: {
      '/etc/courier/me': `${place.hostname}\n`,
      '/etc/courier/defaultdomain': `${place.hostname}\n`,
      '/etc/courier/locals': 'localhost\n',
      '/etc/courier/enablefiltering': '',
      '/etc/courier/esmtproutes': `:[${sink.address}],${sink.port} /SECURITY=NONE\n`,
    },
    start: start(place),
  }),
}

/** Takes mail for anybody (RELAYCLIENT), from any sender. Its parts expect each other in /usr. */
function start({ address, port }: Place): string {
  return `mkdir -p /run/courier
chown -R courier:courier /var/lib/courier /run/courier /etc/courier
chmod 4755 /usr/lib/courier/courier/submitmkdir
cd /usr
prefix=/usr exec_prefix=/usr sysconfdir=/etc/courier sbindir=/usr/sbin
set -a
. /etc/courier/courierd
/usr/lib/courier/courier/courierd &
. /etc/courier/esmtpd
BOFHCHECKDNS=0 RELAYCLIENT=
/usr/sbin/couriertcpd -user=courier -group=courier -noidentlookup -maxperip=40 -maxperc=40 \\
  ${address}.${port},::1.${port} /usr/sbin/courieresmtpd
`
}
