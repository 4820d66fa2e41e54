/**
 * A connection on which things go wrong where a rule says so: what each action does, and the stages that are no command
 * of session.ts. Rules are asked in `ask`.
 */
import type { AskedContent, Effect } from '../fault/ask.js'
import type { Stage } from '../mail/envelope.js'
import type { Reply } from '../mail/reply.js'
import type { Decision } from './content.js'
import { bye, turnedAway } from './replies.js'
import { SlowConnection } from './slow-connection.js'
import type { ContentFacts, Receiving } from './transaction.js'

/** As much of a content as rules see of its header, octets. */
const longestStart = 64 * 1024

/** Commands for which rules fire whether they are offered or not. */
const commandStages: ReadonlyMap<string, Stage> = new Map([
  ['STARTTLS', 'starttls'],
  ['AUTH', 'auth'],
])

export abstract class FaultyConnection extends SlowConnection {
  /** EHLO extensions that are neither offered nor taken. */
  protected hidden: ReadonlySet<string> = new Set()
  /** While the greeting waits, a command of a client that does not. */
  #early: (() => void) | null = null
  /** The greeting was a refusal. */
  #isTurnedAway = false
  #start: Buffer[] = []
  #startLength = 0

  /** What the rule wants that fires at this stage; null where none does. */
  protected abstract ask(stage: Stage): Effect | null

  /** Says a rule's reply. */
  protected abstract say(said: Reply): void

  protected override greet(): void {
    const goOn = (): void => {
      super.greet()
      this.#early?.()
    }
    const refuse = (said: Reply): void => {
      this.#isTurnedAway = true
      this.say(said)
      this.#early?.()
    }
    this.suffer(this.ask('connect'), goOn, refuse)
  }

  override _onCommand(command: Buffer, callback: () => void = () => undefined): void {
    const verb = /^[A-Za-z]*/.exec(command.toString('latin1', 0, 9))?.[0].toUpperCase() ?? ''
    if (this.#isTurnedAway) this.#answerTurnedAway(verb, callback)
    else if (this._ready) {
      const stage = commandStages.get(verb)
      const goOn = (): void => super._onCommand(command, callback)
      this.suffer(stage === undefined ? null : this.ask(stage), goOn, this.refuse(callback))
    } else this.#early = () => this._onCommand(command, callback)
  }

  /** RFC 5321 3.1: a server that has refused the session waits for QUIT and says 503 to all else. */
  #answerTurnedAway(verb: string, callback: () => void): void {
    this.say(verb === 'QUIT' ? bye : turnedAway)
    if (verb === 'QUIT') this.close()
    callback()
  }

  /** Says a rule's reply, then reads on; `undo` takes back what the command has done. */
  protected refuse(callback: () => void, undo: () => void = () => undefined): (said: Reply) => void {
    return said => {
      undo()
      this.say(said)
      callback()
    }
  }

  /**
   * Does what the rule wants: `goOn` is what would have been done without it, `refuse` says its reply instead. Neither is
   * called where the session is over, or never answers again.
   */
  protected suffer(effect: Effect | null, goOn: () => void, refuse: (said: Reply) => void): void {
    switch (effect?.kind) {
      case 'reply':
        refuse(effect.reply)
        return
      case 'drop':
      case 'reset':
      case 'stall':
        this.#breakOff(effect.kind)
        return
      case 'delay':
        this.delay(effect.ms, () => {
          if (!this.isOver) goOn()
        })
        return
      case 'throttle':
        this.throttle(effect.rate)
        break
      case 'hide':
        this.hidden = new Set(effect.extensions)
        break
      case undefined:
    }
    goOn()
  }

  /** The same at the final dot. */
  protected decide(effect: Effect | null): Decision | Promise<Decision> | null {
    switch (effect?.kind) {
      case 'reply':
        return { kind: 'refuse', reply: effect.reply }
      case 'drop':
      case 'reset':
      case 'stall': {
        const { kind, keep } = effect
        return { kind: 'silence', keep, after: () => this.#breakOff(kind) }
      }
      case 'delay':
        // a client that goes meanwhile has sent its message all the same (RFC 1047): it is taken
        return new Promise(resolve => this.delay(effect.ms, () => resolve({ kind: 'take' })))
      case 'throttle':
        this.throttle(effect.rate)
        return null
      case 'hide':
      case undefined:
        return null
    }
  }

  #breakOff(how: 'drop' | 'reset' | 'stall'): void {
    if (this.isOver) return
    this.note(`${how} by a fault rule`)
    if (how === 'stall') this.stall()
    else if (how === 'drop') this.close()
    else this._socket.resetAndDestroy()
  }

  /** Keeps the first octets of a content, for `askedContent`. */
  protected withStartKept(receiving: Receiving): Receiving {
    this.#start = []
    this.#startLength = 0
    return {
      write: chunk => {
        if (this.#startLength < longestStart) this.#keep(chunk.subarray(0, longestStart - this.#startLength))
        return receiving.write(chunk)
      },
      take: facts => receiving.take(facts),
      discard: () => receiving.discard(),
    }
  }

  #keep(chunk: Uint8Array): void {
    this.#start.push(Buffer.from(chunk))
    this.#startLength += chunk.length
  }

  protected askedContent({ size }: ContentFacts): AskedContent {
    const start = Buffer.concat(this.#start)
    this.#start = []
    return { size, start }
  }
}
