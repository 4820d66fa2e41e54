/**
 * A client's connection on top of smtp-server's, which reads the socket and finds the commands and the end of the
 * content. Here is how it begins, how it replies, and how it ends; what the commands mean is session.ts.
 */
import type { Socket } from 'node:net'
import type { SMTPServer } from 'smtp-server'
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js'
import type { Limits } from '../config/types.js'
import type { Peer } from '../journal/event.js'
import type { Reply } from '../mail/reply.js'
import { type Gate, IncomingContent } from './content.js'
import { Input } from './input.js'
import {
  commandTooLong,
  replyLine,
  sessionTooLong,
  shuttingDown,
  tooManyErrors,
  translate,
  unknownCommand,
} from './replies.js'
import type { Receiving } from './transaction.js'
import { type SessionTranscript, transcribed } from './transcript.js'

/** What a connection needs to know of its MTA. */
export interface ConnectionHost {
  readonly limits: Limits
  /** Of a session that begins; absent where nobody keeps transcripts. */
  readonly transcript?: (client: Peer) => SessionTranscript
}

export class Connection extends SMTPConnection {
  readonly #limits: Limits
  readonly #transcript: SessionTranscript | null
  #content: IncomingContent | null = null
  /** Said as soon as the message in progress is answered. */
  #lastWord: Reply | null = null
  #draining = false
  #errors = 0
  #deadline: NodeJS.Timeout | undefined

  /** Emits `gone` once its socket is closed and no message is pending. */
  constructor(
    server: SMTPServer,
    socket: Socket,
    options: SMTPConnectionOptions | null,
    { limits, transcript }: ConnectionHost,
  ) {
    super(server, socket, options)
    this.#limits = limits
    this.#transcript = transcript?.({ address: this.remoteAddress, port: this.remotePort }) ?? null
  }

  /** Called while the connection is made. */
  override _createParser(): Input {
    const input = new Input({ maxCommandLength: this._server.options.maxCommandLength })
    input.oncommand = (command, callback) => {
      this.#transcript?.command(command)
      this._onCommand(command, callback)
    }
    input.on('error', ({ message }) => this.send(421, message))
    // a client that ends its side (FIN) still reads the replies to all it has said; then the session is over
    input.once('finish', () => this.close())
    return input
  }

  /** Greets, without the 100 ms that smtp-server waits for clients that talk too soon; or says why it does not. */
  start(turnedAway: Reply | null): void {
    this._setListeners(() => {
      if (turnedAway) {
        this.answer(turnedAway)
        return
      }
      this.#deadline = setTimeout(() => this.end(sessionTooLong), this.#limits.sessionTime)
      this.greet()
    })
  }

  protected greet(): void {
    this.connectionReady()
  }

  /** Ends the session for a shutdown: at once where no content is on its way, else after it. */
  drain(): void {
    this.#draining = true
    if (this.#content) this.#lastWord = shuttingDown
    else this.cut()
  }

  /** Ends the session for a shutdown, whatever it is doing, unless a message waits for the reply to its final dot. */
  cut(): void {
    if (this.#isDotUnanswered) return
    this.answer(shuttingDown)
    this._socket.destroySoon()
  }

  /** Closes the socket of a client that reads no reply. */
  destroy(): void {
    if (!this.#isDotUnanswered) this._socket.destroy()
  }

  /** Ends the session with 421; RFC 1047: not between a final dot and its reply, but right after that. */
  protected end(word: Reply): void {
    if (this.#isDotUnanswered) this.#lastWord = word
    else this.answer(word)
  }

  get #isDotUnanswered(): boolean {
    return this.#content !== null && !this.#isInContent
  }

  get #isInContent(): boolean {
    return this._parser !== false && this._parser._dataMode
  }

  override close(): void {
    // the rest of it may be here already, but the client was told that the session is over
    if (this._dataStream && this.#isInContent) this._dataStream.destroy(new Error('the session ended'))
    super.close()
    if (this.#draining) this._socket.destroySoon()
  }

  override _onClose(): void {
    clearTimeout(this.#deadline)
    this.#transcript?.closed()
    super._onClose()
    this.#goneIfOver()
  }

  #goneIfOver(): void {
    if (this._closed && this.#content === null) this.emit('gone')
  }

  /** The idle time is the client's: it does not count while the content waits for us. */
  override _onTimeout(): void {
    if (this.#content?.waiting) this._armTimeout()
    else super._onTimeout()
  }

  override _onCommand(command: Buffer, callback?: () => void): void {
    // RFC 5321 4.5.3.1.4: the limit includes CRLF
    if (command.length + 2 > this.#limits.commandLength) this.answer(commandTooLong)
    else super._onCommand(command, callback)
  }

  /** smtp-server's own replies pass here. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    // it counts them too, and would cut the session at the tenth
    this._unrecognizedCommands = 0
    this.answer(code === 500 ? unknownCommand(context || '') : translate(code, String(data)))
  }

  /** `isError`: it counts towards the errors that a session may have. */
  protected answer(said: Reply, isError = said.code >= 400): void {
    this.write(replyLine(said))
    if (said.code === 421) {
      this.close()
      return
    }
    if (isError) this.#errors++
    if (this.#errors > this.#limits.errors) this.answer(tooManyErrors)
  }

  /** Tells the transcript of what is no line. */
  protected note(text: string): void {
    this.#transcript?.note(text)
  }

  /** All replies of one tick leave in one write. */
  protected write(line: string): void {
    const socket = this._socket
    if (socket.destroyed || !socket.writable) return
    this.#transcript?.reply(line)
    if (socket.writableCorked === 0) {
      socket.cork()
      process.nextTick(() => socket.uncork())
    }
    socket.write(line)
  }

  /** Asks for the content and answers its final dot. */
  protected receive(receiving: Receiving, gate: Gate): void {
    if (!this._parser) return
    this._dataStream = this._parser.startDataMode()
    const place = this.#transcript ? transcribed(receiving, this.#transcript) : receiving
    this.#content = new IncomingContent(this._dataStream, place, this.#limits, gate, said => this.#settled(said))
    // RFC 2034 4: 3xx has no enhanced code
    this.write('354 End data with <CR><LF>.<CR><LF>\r\n')
  }

  /** `said` is null where the content broke off, or is to get no answer. */
  #settled(said: Reply | null): void {
    this.#content = null
    if (said) this.#answerDot(said)
    this.#goneIfOver()
  }

  #answerDot(said: Reply): void {
    this._dataStream = false
    this.answer(said)
    this._resetSession()
    if (this.#lastWord) this.answer(this.#lastWord)
    if (this._parser) this._parser.continue()
  }
}
