/**
 * What a real MTA is told: where to listen, and where everything goes.
 */
import type { Installation, Place } from './installation.js'

export interface Sink {
  readonly address: string
  readonly port: number
}

export interface Program {
  readonly name: string
  /** Takes mail for anybody from anybody, and relays all of it to the sink. */
  install(place: Place, sink: Sink): Installation
}
