/**
 * The same work on many things, a few at once.
 */

/** Results in the order of the items; a failure rejects, after which no further item is begun. */
export async function mapAtOnce<Item, Result>(
  items: Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const queue = Array.from(items).entries()
  let failed = false
  const worker = async (): Promise<void> => {
    for (const [at, item] of queue) {
      results[at] = await work(item)
      if (failed) return
    }
  }
  await Promise.all(
    Array.from({ length: limit }, () =>
      worker().catch((error: unknown) => {
        failed = true
        throw error
      }),
    ),
  )
  return results
}
