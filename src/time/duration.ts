/**
 * Spans of time as people say them, in a few characters.
 */

/** "850 ms", "2.3 s", "4 min 10 s", "3 h 5 min", "2 d 4 h". */
export function duration(ms: number): string {
  if (Math.abs(Math.round(ms)) < 1_000) return `${Math.round(ms)} ms`
  if (ms < 0) return `-${duration(-ms)}`
  const seconds = ms / 1_000
  if (seconds < 59.95) return `${Number(seconds.toFixed(1))} s`
  const whole = Math.round(seconds)
  if (whole < 3_600) return inUnits(whole, 60, 'min', 1, 's')
  if (whole < 86_400) return inUnits(whole, 3_600, 'h', 60, 'min')
  return inUnits(whole, 86_400, 'd', 3_600, 'h')
}

function inUnits(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((seconds % large) / small)
  return `${Math.floor(seconds / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`
}
