/**
 * Pages show the addresses and ports that a reader will have. A test runs them at others, so that it meets neither a
 * chain that is up on this machine nor another run of itself.
 */

interface Moved {
  readonly shown: string
  readonly real: string
  /** What follows it. */
  readonly before: string
}

export interface Elsewhere {
  /** Of a command or a file. */
  toReal(text: string): string
  /** Of what was printed. */
  toShown(text: string): string
}

/**
 * Pages that run at the same time have different numbers. What stands for another is as long, so that columns stay.
 * 127.0.0.1 is who connects from outside, and stays.
 */
export function elsewhere(page: number): Elsewhere {
  const own = process.pid * 8 + page
  const digits = String(own % 100).padStart(2, '0')
  const moved: readonly Moved[] = [
    { shown: '127.0.0.', real: `127.${1 + (own % 9)}.${Math.floor(own / 9) % 10}.`, before: String.raw`\d\d` },
    // ports of one address, 2531 to 2539
    { shown: '253', real: `7${digits}`, before: String.raw`[1-9]\b` },
    { shown: '8025', real: `9${digits}5`, before: String.raw`\b` },
  ]
  return {
    toReal: text => moved.reduce((now, { shown, real, before }) => now.replaceAll(pattern(shown, before), real), text),
    toShown: text => moved.reduce((now, { shown, real, before }) => now.replaceAll(pattern(real, before), shown), text),
  }
}

function pattern(text: string, before: string): RegExp {
  return new RegExp(String.raw`\b${text.replaceAll('.', String.raw`\.`)}(?=${before})`, 'g')
}
