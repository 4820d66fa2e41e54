/**
 * Whether a quantity grows: what its line through the second half of the samples rises by.
 */
export function growth(samples: readonly number[]): number {
  const half = samples.slice(Math.floor(samples.length / 2))
  const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length
  const middle = (half.length - 1) / 2
  const average = mean(half)
  const above = half.reduce((sum, each, at) => sum + (at - middle) * (each - average), 0)
  const spread = half.reduce((sum, _, at) => sum + (at - middle) ** 2, 0)
  return spread === 0 ? 0 : (above / spread) * half.length
}
