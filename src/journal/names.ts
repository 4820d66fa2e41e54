/**
 * The journal's files: journal.jsonl is written; full ones lie beside it as journal.1.jsonl, journal.2.jsonl and so on,
 * the highest number being the newest. A number is never given again, so a file is known by it.
 */
import { readdir } from 'node:fs/promises'

export const journalName = 'journal.jsonl'

export function asideName(n: number): string {
  return `journal.${n}.jsonl`
}

/** Numbers of the files that were moved aside, oldest first. Rejects with the system's error. */
export async function asideNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder)
  return names
    .map(name => Number(/^journal\.([1-9]\d*)\.jsonl$/.exec(name)?.[1]))
    .filter(Number.isSafeInteger)
    .toSorted((a, b) => a - b)
}
