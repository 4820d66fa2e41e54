/**
 * OpenSMTPD. Its limits are such that it connects at once.
 */
import type { Place } from './installation.js'
import type { Program, Sink } from './program.js'

export const opensmtpd: Program = {
  name: 'opensmtpd',
  install: (place, sink) => ({
    layer: 'opensmtpd',
    users: ['opensmtpd', 'opensmtpq'],
    files: { '/etc/smtpd.conf': configuration(place, sink) },
    start: `mkdir -p /var/lib/opensmtpd/empty /var/spool/smtpd
chmod 711 /var/spool/smtpd
smtpd -d
`,
  }),
}

function configuration({ hostname, address, port }: Place, sink: Sink): string {
  const delays = ['relay', 'route', 'source', 'host', 'domain', 'connector'].map(what => `conn-delay-${what} 0`)
  return `mta limit ${delays.join(' ')}
listen on ${address} port ${port} hostname ${hostname}
listen on ::1 port ${port} hostname ${hostname}
action "sink" relay host smtp://${sink.address}:${sink.port} helo ${hostname}
match from any for any action "sink"
`
}
