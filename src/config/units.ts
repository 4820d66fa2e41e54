/**
 * Sizes and durations as people write them.
 */

// people write KB too
const sizeUnits = { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }
const durationUnits = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Sources of patterns that hold nothing else. */
export const sizeText = quantityText(sizeUnits)
export const durationText = quantityText(durationUnits)
export const sizePattern = new RegExp(`^${sizeText}$`)
export const durationPattern = new RegExp(`^${durationText}$`)
export const skewPattern = new RegExp(`^-?${durationText}$`)

function quantityText(units: Readonly<Record<string, number>>): string {
  return String.raw`\d+(?:\.\d+)?(?:${Object.keys(units).join('|')})`
}

/** For editors: the same, but not nothing. */
export function aboveZero({ source }: RegExp): string {
  return source.replace('^', '^(?=.*[1-9])')
}

/** "50MB" in octets; NaN where the text is no size. */
export function parseSize(text: string): number {
  return sizePattern.test(text) ? parseQuantity(text, sizeUnits) : Number.NaN
}

/** "10m" in milliseconds; NaN where the text is no duration. */
export function parseDuration(text: string): number {
  return durationPattern.test(text) ? parseQuantity(text, durationUnits) : Number.NaN
}

function parseQuantity(text: string, units: Readonly<Record<string, number>>): number {
  const [, digits = '', unit = ''] = /^([\d.]+)(.+)$/.exec(text) ?? []
  return Math.round(Number(digits) * (units[unit] ?? Number.NaN))
}
