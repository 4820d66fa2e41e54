/**
 * What a journal of two MTAs tells while a queue fills and drains: dials of the second MTA, what was delivered, and how
 * far that is from first come, first served.
 */
import { median } from './measure.js'
import { Tail } from './tail.js'

export class Arrivals {
  readonly #tail: Tail
  /** Places in the order of arrival at the first MTA, by queue id. */
  readonly #places = new Map<string, number>()
  /** How many that came later were served before, at most so far back. */
  readonly #overtaken: number[] = []
  #served = 0
  dials = 0
  delivered = 0

  private constructor(tail: Tail) {
    this.#tail = tail
  }

  static async open(journal: string): Promise<Arrivals> {
    return new Arrivals(await Tail.open(journal))
  }

  async read(): Promise<void> {
    for (const line of await this.#tail.lines()) this.#take(line)
  }

  #take(line: string): void {
    if (line.startsWith('{"event":"delivered"')) this.delivered++
    else if (line.startsWith('{"event":"fault"')) this.dials++
    else if (line.startsWith('{"event":"received"')) this.#received(line)
  }

  #received(line: string): void {
    const id = /"id":"(\w+)"/.exec(line)?.[1] ?? ''
    const previous = /"previous":"(\w+)"/.exec(line)?.[1]
    if (previous === undefined) this.#places.set(id, this.#places.size)
    else this.#overtaken.push(Math.max(this.#served++ - (this.#places.get(previous) ?? 0), 0))
  }

  displacement(): string {
    return `${median(this.#overtaken)} / ${this.#overtaken.reduce((most, each) => Math.max(most, each), 0)}`
  }

  close(): Promise<void> {
    return this.#tail.close()
  }
}
