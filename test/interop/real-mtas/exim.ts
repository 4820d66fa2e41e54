/**
 * Exim, as Debian builds exim4-daemon-light. It lets any HELO through, as many of its machines do.
 */
import type { Place } from './installation.js'
import type { Program, Sink } from './program.js'

export const exim: Program = {
  name: 'exim',
  install: (place, sink) => ({
    layer: 'exim',
    users: ['Debian-exim'],
    files: { '/etc/exim4/exim4.conf': configuration(place, sink) },
    start: `chown root:Debian-exim /etc/exim4/exim4.conf
install -d -o Debian-exim -g Debian-exim /var/spool/exim4 /var/log/exim4
exim4 -bdf -q1h
`,
  }),
}

function configuration({ hostname, address, port, timeZone }: Place, sink: Sink): string {
  return `primary_hostname = ${hostname}
local_interfaces = <; ${address}; ::1
daemon_smtp_ports = ${port}
tls_advertise_hosts =
host_lookup = *
host_lookup_order = bydns
rfc1413_hosts =
smtputf8_advertise_hosts = *
helo_accept_junk_hosts = *
timezone = ${timeZone}
keep_environment =
acl_smtp_rcpt = accept
acl_smtp_data = accept
begin routers
all:
  driver = manualroute
  route_list = * ${sink.address} byname
  self = send
  transport = sink
begin transports
sink:
  driver = smtp
  port = ${sink.port}
  allow_localhost
  hosts_avoid_tls = *
`
}
