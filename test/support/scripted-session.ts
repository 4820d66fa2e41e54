/**
 * One session of the scripted peer: reads commands in order, as a server that offers PIPELINING does, and answers each by the script.
 */
import type { Socket } from 'node:net'
import { OctetReader, type PortionLength } from './octet-reader.js'
import { codeOf, ehloReply, type Fault, isFault, isPositive, type Script, type Step } from './script.js'
import { write, writeOctetByOctet } from './write.js'

/** A message whose final dot the peer has seen. */
export interface PeerMessage {
  /** What stood between < and >; empty for the null reverse-path. */
  readonly reversePath: string
  /** The recipients that the peer took. */
  readonly recipients: readonly string[]
  /** Dot-unstuffed (RFC 5321 4.5.2), the final dot left out. */
  readonly content: Buffer
  /** Whether the peer answers, or would have answered, with 250. */
  readonly accepted: boolean
}

export interface SessionRecord {
  readonly remoteAddress: string
  /** The lines as they came, without their CRLF. */
  readonly commands: readonly string[]
  readonly messages: readonly PeerMessage[]
}

interface Transaction {
  readonly reversePath: string
  readonly recipients: string[]
}

export class ScriptedSession implements SessionRecord {
  readonly remoteAddress: string
  readonly commands: string[] = []
  readonly messages: PeerMessage[] = []
  readonly #socket: Socket
  readonly #reader: OctetReader
  readonly #nextScript: () => Script
  readonly #onMessage: (message: PeerMessage) => void
  #script: Script
  #attempted = false
  #transaction: Transaction | null = null
  #rcptsAnswered = 0

  /** Each attempt takes the next script: the connection's first, then every further MAIL on the same connection. */
  constructor(socket: Socket, nextScript: () => Script, onMessage: (message: PeerMessage) => void) {
    this.remoteAddress = socket.remoteAddress ?? ''
    this.#socket = socket
    this.#reader = new OctetReader(socket)
    this.#nextScript = nextScript
    this.#onMessage = onMessage
    this.#script = nextScript()
  }

  /** Resolves when the session is over; never rejects for what the client does. */
  async run(): Promise<void> {
    let goOn = await this.#play(this.#script.greeting ?? '220 peer.test ESMTP')
    while (goOn) {
      const line = await this.#reader.take(lineLength)
      if (line === null) return
      const command = line.toString().slice(0, -2)
      this.commands.push(command)
      goOn = await this.#answer(command)
    }
  }

  #answer(command: string): Promise<boolean> {
    const script = this.#script
    switch (command.split(' ')[0]?.toUpperCase()) {
      case 'EHLO':
        return this.#play(script.ehlo ?? everything)
      case 'HELO':
        return this.#play(script.helo ?? '250 peer.test')
      case 'MAIL':
        return this.#mail(command)
      case 'RCPT':
        return this.#rcpt(command)
      case 'DATA':
        return this.#data()
      case 'RSET':
        this.#transaction = null
        return this.#play(script.rset ?? '250 2.0.0 Reset')
      case 'NOOP':
        return this.#play('250 2.0.0 Yes, still here')
      case 'QUIT':
        return this.#quit()
      default:
        return this.#play('500 5.5.2 Never heard of it')
    }
  }

  #mail(command: string): Promise<boolean> {
    if (this.#attempted) this.#script = this.#nextScript()
    this.#attempted = true
    this.#rcptsAnswered = 0
    const step = this.#script.mail ?? '250 2.1.0 Sender noted'
    this.#transaction = isPositive(step) ? { reversePath: pathOf(command), recipients: [] } : null
    return this.#play(step)
  }

  #rcpt(command: string): Promise<boolean> {
    // Pipelined after a MAIL that was refused
    if (this.#transaction === null) return this.#play('503 5.5.1 MAIL comes first')
    const step = this.#script.rcpt?.[this.#rcptsAnswered++] ?? '250 2.1.5 Recipient noted'
    if (isPositive(step)) this.#transaction.recipients.push(pathOf(command))
    return this.#play(step)
  }

  async #data(): Promise<boolean> {
    const transaction = this.#transaction ?? { reversePath: '', recipients: [] }
    // Pipelined after a MAIL, or RCPTs, that were refused: no recipient is left
    const otherwise = transaction.recipients.length === 0 ? '554 5.5.1 No valid recipients' : '354 Go ahead'
    const step = this.#script.data ?? otherwise
    const goOn = await this.#play(step)
    return codeOf(step) === 354 ? this.#content(transaction) : goOn
  }

  async #content({ reversePath, recipients }: Transaction): Promise<boolean> {
    const { content: interruption, message: step = '250 2.0.0 Taken over' } = this.#script
    if (interruption) {
      const { after, fault } = interruption
      await this.#reader.take(received => (received.length >= after ? after : 0))
      if (fault === 'hang') this.#socket.pause()
      return this.#fail(fault)
    }
    const stuffed = await this.#reader.take(contentFinder())
    if (stuffed === null) return false
    this.#transaction = null
    const message = { reversePath, recipients, content: unstuff(stuffed), accepted: isPositive(step) }
    this.messages.push(message)
    this.#onMessage(message)
    return this.#play(step)
  }

  async #quit(): Promise<boolean> {
    const goOn = await this.#play(this.#script.quit ?? '221 2.0.0 Goodbye')
    return goOn ? this.#fail('drop') : false
  }

  /** Says or does what the step tells; false where the session ends by it. */
  async #play(step: Step): Promise<boolean> {
    if (typeof step === 'string' && isFault(step)) return this.#fail(step)
    try {
      if (typeof step === 'object') await writeOctetByOctet(this.#socket, `${step.trickle}\r\n`)
      else await write(this.#socket, `${step}\r\n`)
    } catch {
      // The client went away meanwhile, as its record shows
      return false
    }
    // RFC 5321 3.8: the server closes the connection after 421
    return codeOf(step) === 421 ? this.#fail('drop') : true
  }

  /** A hang needs no more than that the session goes on no further. */
  #fail(fault: Fault): false {
    if (fault === 'drop') this.#socket.end()
    if (fault === 'reset') reset(this.#socket)
    return false
  }
}

/** RST; where our side has ended already, only closes it: libuv resets no socket that it shuts down. */
export function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}

const everything = ehloReply('PIPELINING', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES', 'SIZE 52428800')

function lineLength(received: Buffer): number {
  const end = received.indexOf('\r\n')
  return end === -1 ? 0 : end + 2
}

/** Finds the final dot and its CRLF (RFC 5321 4.1.1.4), and searches no octet twice. */
function contentFinder(): PortionLength {
  let searched = 0
  return received => {
    if (received.toString('latin1', 0, 3) === '.\r\n') return 3
    const end = received.indexOf(finalDot, searched)
    searched = Math.max(0, received.length - finalDot.length)
    return end === -1 ? 0 : end + finalDot.length
  }
}

const finalDot = '\r\n.\r\n'

function unstuff(stuffed: Buffer): Buffer {
  const lines = stuffed.subarray(0, -3).toString('latin1')
  return Buffer.from(lines.replace(/(^|\r\n)\./g, '$1'), 'latin1')
}

function pathOf(command: string): string {
  return /<(.*?)>/.exec(command)?.[1] ?? ''
}
