/**
 * Sizes and durations as people write them.
 */

// people write KB too
const sizeUnits = { kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }
const durationUnits = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

export const sizePattern = unitsPattern(sizeUnits)
export const durationPattern = unitsPattern(durationUnits)

function unitsPattern(units: Readonly<Record<string, number>>): RegExp {
  return new RegExp(String.raw`^(\d+(?:\.\d+)?)(${Object.keys(units).join('|')})$`)
}

/** "50MB" in octets; NaN where the text is no size. */
export function parseSize(text: string): number {
  return parseQuantity(text, sizePattern, sizeUnits)
}

/** "10m" in milliseconds; NaN where the text is no duration. */
export function parseDuration(text: string): number {
  return parseQuantity(text, durationPattern, durationUnits)
}

function parseQuantity(text: string, pattern: RegExp, units: Readonly<Record<string, number>>): number {
  const [, digits = '', unit = ''] = pattern.exec(text) ?? []
  return Math.round(Number(digits) * (units[unit] ?? Number.NaN))
}
