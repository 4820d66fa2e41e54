/**
 * A bar that fills as something is read.
 */
import { size } from './quantities.js'

const widest = 40

/** On one line of so many columns; `total` is null where nobody knows it. */
export function drawProgress(read: number, total: number | null, columns: number): string {
  if (total === null) return `${size(read)} read`
  const share = total === 0 ? 1 : Math.min(1, read / total)
  const text = `${String(Math.floor(share * 100)).padStart(3)} %  ${size(read)} of ${size(total)}`
  const cells = Math.min(widest, columns - text.length - 3)
  if (cells < 5) return text
  const filled = Math.round(share * cells)
  return `${'█'.repeat(filled)}${'░'.repeat(cells - filled)} ${text}`
}
