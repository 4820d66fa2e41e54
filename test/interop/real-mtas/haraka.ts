/**
 * Haraka, from npm. A plugin of a few lines takes all and gives it to the sink.
 */
import type { Program, Sink } from './program.js'

export const haraka: Program = {
  name: 'haraka',
  install: (place, sink) => ({
    layer: 'haraka',
    users: [],
    files: {
      '/etc/haraka/config/smtp.ini': `listen=${place.address}:${place.port},[::1]:${place.port}\nnodes=0\n`,
      '/etc/haraka/config/me': `${place.hostname}\n`,
      '/etc/haraka/config/plugins': 'sink\n',
      '/etc/haraka/config/log.ini': 'level=NOTICE\n',
      '/etc/haraka/config/outbound.ini': 'enable_tls=false\nreceived_header=disabled\n',
      '/etc/haraka/plugins/sink.js': plugin(sink),
    },
    // Haraka reads its greeting from a file of its own configuration
    start: `mkdir -p /etc/haraka/queue
cp /opt/haraka/node_modules/Haraka/config/connection.ini /etc/haraka/config
'${process.execPath}' /opt/haraka/node_modules/Haraka/bin/haraka -c /etc/haraka
`,
  }),
}

function plugin(sink: Sink): string {
  return `exports.register = function () {
  this.register_hook('rcpt', 'take')
  this.register_hook('get_mx', 'sink')
}
exports.take = (next, connection) => {
  connection.relaying = true
  next(OK)
}
exports.sink = next => next(OK, { priority: 0, exchange: '${sink.address}', port: ${sink.port} })
`
}
