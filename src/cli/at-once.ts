/**
 * The same work on many things, a few at once.
 */

/** Results in the order of the items. A failure rejects, after which no further item is begun. */
export async function mapAtOnce<Item, Result>(
  items: Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  // the workers take from one generator; a loop that is left by an exception ends it for all
  const queue = numbered(items)
  const worker = async (): Promise<void> => {
    for (const [at, item] of queue) results[at] = await work(item)
  }
  await Promise.all(Array.from({ length: limit }, worker))
  return results
}

function* numbered<Item>(items: Iterable<Item>): Generator<[number, Item]> {
  let at = 0
  for (const item of items) yield [at++, item]
}
