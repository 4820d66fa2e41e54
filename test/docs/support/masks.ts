/**
 * What two runs of a page differ in, hidden on both sides before they are compared. Hidden is as little as possible: what
 * mail time makes, as "21 min" or a date on a simulated clock, is the page's own claim and stays.
 */

/** Where pages let mail time begin. Its seconds depend on how fast the machine is. */
const simulated = String.raw`1 Jan 2026|2026-01-01`

const masks: readonly (readonly [RegExp, string])[] = [
  [/\b\d{10}\.Q[0-9A-Z]{10}\b/g, '(file)'],
  [/\b[0-9A-HJKMNP-TV-Z]{10}\b/g, '(queue id)'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '(uuid)'],
  [/\b[0-9a-f]{64}\b/g, '(digest)'],
  [new RegExp(String.raw`(${simulated})([ T]\d\d:\d\d):\d\d(?:\.\d+)?`, 'g'), '$1$2'],
  [/\b[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '(date)'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?/g, '(date)'],
  [/\b\d\d:\d\d:\d\d\.\d{3}\b/g, '(hour)'],
  [/\bprocess \d+/g, 'process (pid)'],
  // whole seconds, where the message alone was read
  [/(?<= )[+-]\d+(?:\.\d+)? (?:ms|s)\b/g, '(delay)'],
  [/\b\d+(?:\.\d+)? ?ms\b|\b\d+\.\d+ s\b|(?<=· |B in )\d+ s\b/g, '(time)'],
  [/\bduration_ms \d+(?:\.\d+)?/g, 'duration_ms (time)'],
  // columns are as wide as what they hold
  [/(?<=\S) {2,}/g, '  '],
]

export function masked(text: string): string {
  return masks.reduce((hidden, [pattern, word]) => hidden.replaceAll(pattern, word), text)
}
