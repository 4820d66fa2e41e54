/**
 * Promises that know whether anybody waits for them: a matcher that nobody awaited must not let a test pass. A runner
 * asks for `unheeded` at the end of a test.
 */

/** Behaves as the promise it is made of. */
export class Watched<Value> implements Promise<Value> {
  readonly [Symbol.toStringTag] = 'Promise'
  readonly #promise: Promise<Value>
  readonly #note: (watched: Promise<void>) => void
  #isHeeded = false

  /** `note` is given a promise for each that is made on the way: waited for at the test's end, it rejects with what nobody was told. */
  constructor(promise: Promise<Value>, note: (unheeded: Promise<void>) => void) {
    this.#promise = promise
    this.#note = note
    // told at the end of the test instead
    promise.catch(() => undefined)
    note(new AtTheEnd(() => this.#unheeded()))
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise
  then<Then = Value, Caught = never>(
    onValue?: ((value: Value) => Then | PromiseLike<Then>) | null,
    onError?: ((reason: unknown) => Caught | PromiseLike<Caught>) | null,
  ): Watched<Then | Caught> {
    this.#isHeeded = true
    return new Watched(this.#promise.then(onValue, onError), this.#note)
  }

  catch<Caught = never>(onError?: ((reason: unknown) => Caught | PromiseLike<Caught>) | null): Watched<Value | Caught> {
    return this.then(null, onError)
  }

  finally(onEnd?: (() => void) | null): Watched<Value> {
    this.#isHeeded = true
    return new Watched(this.#promise.finally(onEnd), this.#note)
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
