/**
 * Ways to change a delivered message. Each throws where it would change nothing.
 */
import { assemble, type Delivered, type Parts } from '../support/delivered-message.js'

export type Mutation = (parts: Parts) => Parts

/** Where the stamp of that hop stands, 0 = the top. */
function fieldOf({ stamps }: Parts, position: number): number {
  return stamps.length - position
}

export function stampAt(parts: Parts, position: number): string {
  const stamp = parts.stamps[fieldOf(parts, position)]
  if (stamp === undefined) throw new Error(`no stamp at position ${position}`)
  return stamp
}

export function apply({ parts, content }: Delivered, ...mutations: readonly Mutation[]): Buffer {
  const changed = assemble(mutations.reduce((before, mutation) => mutation(before), parts))
  if (changed.equals(content)) throw new Error('nothing was changed')
  return changed
}

export function change(position: number, text: string | RegExp, replacement: string): Mutation {
  return parts => {
    const stamp = stampAt(parts, position)
    const changed = stamp.replace(text, () => replacement)
    if (changed === stamp) throw new Error(`${String(text)} is not in ${stamp}`)
    return { ...parts, stamps: parts.stamps.with(fieldOf(parts, position), changed) }
  }
}

export function drop(position: number): Mutation {
  return parts => ({ ...parts, stamps: parts.stamps.toSpliced(fieldOf(parts, position), 1) })
}

export function swap(one: number, other: number): Mutation {
  return parts => {
    const [a, b] = [stampAt(parts, one), stampAt(parts, other)]
    return { ...parts, stamps: parts.stamps.with(fieldOf(parts, one), b).with(fieldOf(parts, other), a) }
  }
}

/** Above the stamp that is the field of that number. */
export function insert(number: number, ...fields: readonly string[]): Mutation {
  return parts => ({ ...parts, stamps: parts.stamps.toSpliced(number, 0, ...fields) })
}

/** Puts a copy of the stamp of that hop above the field of that number. */
export function replay(position: number, number: number): Mutation {
  return parts => insert(number, stampAt(parts, position))(parts)
}

export function withReturnPath(returnPath: string): Mutation {
  return parts => ({ ...parts, returnPath })
}

export function changeSent(text: string, replacement: string): Mutation {
  return parts => ({ ...parts, sent: Buffer.from(parts.sent.toString('latin1').replace(text, replacement), 'latin1') })
}

export const dropEmptyLine: Mutation = parts => ({ ...parts, gap: '' })
