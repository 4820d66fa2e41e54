/**
 * Promises that know whether anybody waits for them: a matcher that nobody awaited must not let a test pass. A runner
 * asks for `unheeded` at the end of a test.
 */
import { calledAt } from '../chain/called-at.js'

/** Behaves as the promise it is made of. */
export class Watched<Value> implements Promise<Value> {
  readonly [Symbol.toStringTag] = 'Promise'
  readonly #promise: Promise<Value>
  readonly #note: (watched: Promise<void>) => void
  readonly #called: Error
  #isHeeded = false

  /**
   * `note` is given a promise for each that is made on the way: waited for at the test's end, it rejects with what nobody
   * was told. `called` was made where the test stands: what fails is shown there.
   */
  constructor(promise: Promise<Value>, note: (unheeded: Promise<void>) => void, called: Error) {
    this.#promise = promise.catch((error: unknown) => {
      throw calledAt(called, error)
    })
    this.#note = note
    this.#called = called
    // told at the end of the test instead
    this.#promise.catch(() => undefined)
    note(new AtTheEnd(() => this.#unheeded()))
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise
  then<Then = Value, Caught = never>(
    onValue?: ((value: Value) => Then | PromiseLike<Then>) | null,
    onError?: ((reason: unknown) => Caught | PromiseLike<Caught>) | null,
  ): Watched<Then | Caught> {
    this.#isHeeded = true
    return new Watched(this.#promise.then(onValue, onError), this.#note, this.#called)
  }

  catch<Caught = never>(onError?: ((reason: unknown) => Caught | PromiseLike<Caught>) | null): Watched<Value | Caught> {
    return this.then(null, onError)
  }

  finally(onEnd?: (() => void) | null): Watched<Value> {
    this.#isHeeded = true
    return new Watched(this.#promise.finally(onEnd), this.#note, this.#called)
  }

  async #unheeded(): Promise<void> {
    if (!this.#isHeeded) await this.#promise
  }
}

/** Begins once somebody waits for it, and not before. */
class AtTheEnd implements Promise<void> {
  readonly [Symbol.toStringTag] = 'Promise'
  readonly #begin: () => Promise<void>

  constructor(begin: () => Promise<void>) {
    this.#begin = begin
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise
  then<Then = void, Caught = never>(
    onValue?: ((value: void) => Then | PromiseLike<Then>) | null,
    onError?: ((reason: unknown) => Caught | PromiseLike<Caught>) | null,
  ): Promise<Then | Caught> {
    return this.#begin().then(onValue, onError)
  }

  catch<Caught = never>(onError?: ((reason: unknown) => Caught | PromiseLike<Caught>) | null): Promise<void | Caught> {
    return this.#begin().catch(onError)
  }

  finally(onEnd?: (() => void) | null): Promise<void> {
    return this.#begin().finally(onEnd)
  }
}
