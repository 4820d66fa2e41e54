// What the stack itself can do: the same number of hops of smtp-server and nodemailer's SMTPConnection in one process,
// each message whole in memory, one line put before it, handed on over kept connections. No queue, nothing durable, no
// checks: a chain of real MTAs can only be slower. Usage: floor.mjs HOPS MESSAGES (one is answered by "done").
import net from 'node:net'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { SMTPServer } from 'smtp-server'
import { SMTPConnection as Session } from 'smtp-server/lib/smtp-connection.js'

const [hops, messages] = process.argv.slice(2).map(Number)
const port = 2525
const atOnce = 20
const addressOf = hop => `127.42.0.${hop + 1}`

// smtp-server's 100 ms before the greeting, and the TLS context of each server, are nobody's work
Session.prototype.init = function init() {
  this._setListeners(() => this.connectionReady())
}
class Server extends SMTPServer {
  updateSecureContext() {
    this.secureContext = new Map()
  }
}

/** Connections to the next hop, one message at a time on each. */
function sender(hop) {
  const idle = []
  const waiting = []
  let open = 0
  const options = {
    host: addressOf(hop + 1),
    port,
    localAddress: addressOf(hop),
    name: `mta${hop}.test`,
    ignoreTLS: true,
    logger: false,
  }
  const next = connection => {
    const message = waiting.shift()
    if (!message) idle.push(connection)
    else
      connection.send({ from: message.from, to: message.to }, message.content, error =>
        error ? fail(error) : next(connection),
      )
  }
  return message => {
    waiting.push(message)
    const connection = idle.pop()
    if (connection) next(connection)
    else if (open < atOnce) {
      open++
      const fresh = new SMTPConnection(options)
      fresh.on('error', fail)
      fresh.connect(() => next(fresh))
    }
  }
}

function fail(error) {
  console.error(error)
  process.exit(1)
}

let arrived = 0
function startHop(hop) {
  const send = hop < hops - 1 ? sender(hop) : null
  const atOnceOk = (_what, _session, callback) => callback()
  const server = new Server({
    name: `mta${hop}.test`,
    logger: false,
    disableReverseLookup: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onConnect: (_session, callback) => callback(),
    onMailFrom: atOnceOk,
    onRcptTo: atOnceOk,
    onData(stream, session, callback) {
      const { envelope } = session
      const line = `Received: from ${session.hostNameAppearsAs} ([${session.remoteAddress}])\r\n by mta${hop}.test with ESMTP id ${session.id}; ${new Date().toUTCString().replace('GMT', '+0000')}\r\n`
      const parts = [Buffer.from(line)]
      stream.on('data', chunk => parts.push(chunk))
      stream.on('end', () => {
        callback()
        if (send)
          send({
            from: envelope.mailFrom.address,
            to: envelope.rcptTo.map(({ address }) => address),
            content: Buffer.concat(parts),
          })
        else if (++arrived % messages === 0) process.send?.('done')
      })
    },
  })
  server.on('error', fail)
  return new Promise(resolve => server.listen({ port, host: addressOf(hop), backlog: 1024 }, resolve))
}

await Promise.all(Array.from({ length: hops }, (_, hop) => startHop(hop)))
process.send?.('ready')
process.on('disconnect', () => process.exit(0))
if (!net.isIPv4(addressOf(hops - 1))) fail(new Error('at most 255 hops'))
