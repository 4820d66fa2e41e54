/**
 * Reading no faster than so many octets a second: a chunk is passed on in slices, with waits between them.
 */

/** Between two slices, ms. */
const pause = 100

export class PacedReading {
  #rate = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #isWaiting = false

  /** What is waiting to be read waits for us. */
  get isWaiting(): boolean {
    return this.#isWaiting
  }

  set rate(octetsPerSecond: number) {
    this.#rate = octetsPerSecond
  }

  /** Passes the chunk on piece by piece; `pass` calls back once it can take more. */
  read(
    chunk: Buffer,
    pass: (slice: Buffer, done: (error?: Error | null) => void) => void,
    done: (error?: Error | null) => void,
  ): void {
    if (this.#rate === Number.POSITIVE_INFINITY) {
      pass(chunk, done)
      return
    }
    const length = Math.max(1, Math.floor((this.#rate * pause) / 1000))
    const slice = chunk.subarray(0, length)
    pass(slice, error => {
      if (error) done(error)
      else this.#wait((slice.length / this.#rate) * 1000, () => this.#readOn(chunk.subarray(length), pass, done))
    })
  }

  #readOn(
    rest: Buffer,
    pass: (slice: Buffer, done: (error?: Error | null) => void) => void,
    done: (error?: Error | null) => void,
  ): void {
    if (rest.length === 0) done()
    else this.read(rest, pass, done)
  }

  #wait(ms: number, goOn: () => void): void {
    this.#isWaiting = true
    this.#timer = setTimeout(() => {
      this.#isWaiting = false
      goOn()
    }, ms)
  }

  /** The session is over: what was not passed on never is. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#isWaiting = false
  }
}
