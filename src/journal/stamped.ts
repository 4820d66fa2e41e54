/**
 * Stamps of the journal's events.
 */

/** The Received field alone, without the empty line that ends the header where the content has none. */
export function stampAlone(stamp: string): string {
  return stamp.replace(/\r\n\r\n$/, '\r\n')
}
