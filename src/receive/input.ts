/**
 * What a client sends, parted into commands and contents. Commands are found by smtp-server's parser, the dots of the
 * content by our own: smtp-server's leaves a dot that is followed by something else (RFC 5321 4.5.2 deletes it), takes
 * one away after a bare LF, and needs a turn of the event loop for each.
 */
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js'
import { DotUnstuffing } from './dot-unstuffing.js'
import { PacedReading } from './paced-reading.js'

type Done = (error?: Error | null) => void

export class Input extends SMTPStream {
  readonly pace = new PacedReading()
  #dots = new DotUnstuffing()
  /** A chunk is being parsed: smtp-server's parser calls `_write` for the rest of it too. */
  #isParsing = false

  override _write(chunk: Buffer, encoding: BufferEncoding, next: Done): void {
    if (this.#isParsing) {
      super._write(chunk, encoding, next)
      return
    }
    const pass = (slice: Buffer, done: Done): void => {
      this.#isParsing = true
      super._write(slice, encoding, error => {
        this.#isParsing = false
        done(error)
      })
    }
    this.pace.read(chunk, pass, next)
  }

  override startDataMode(): ReturnType<SMTPStream['startDataMode']> {
    this.#dots = new DotUnstuffing()
    return super.startDataMode()
  }

  override _feedDataStream(chunk: Buffer, done: Done): void {
    const stream = this._dataStream
    if (!stream) throw new Error('content without a stream')
    const { content, rest } = this.#dots.write(chunk)
    if (rest) {
      this._endDataMode(content, rest, done)
      return
    }
    // a stream that broke off takes nothing and never drains
    if (!stream.writable || stream.write(content)) done()
    else awaitDrain(stream, done)
  }

  /** Goes on after a content. smtp-server's own would lose a second content that came together with the first. */
  override continue(): void {
    const goOn = this._continueCallback
    this._continueCallback = typeof goOn !== 'function'
    if (typeof goOn === 'function') goOn()
  }

  /** RFC 5321 2.3.8: a line ends with CRLF; a command that the end of the connection cuts off is none. */
  override _flushData(): void {
    this._remainder = ''
  }
}

function awaitDrain(stream: NodeJS.EventEmitter, done: Done): void {
  const go = (): void => {
    stream.off('drain', go)
    stream.off('close', go)
    done()
  }
  stream.on('drain', go)
  stream.on('close', go)
}
