/**
 * Many names in a line: of a message's recipients, say.
 */
const most = 3

/** No more than three, and how many more there are. */
export function firstNames(names: readonly string[]): string {
  const more = names.length - most
  return names.slice(0, most).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
