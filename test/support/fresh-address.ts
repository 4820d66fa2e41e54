/**
 * Addresses that no test has used before, here or in the processes beside.
 */
let used = 0

/** One of 25,000 of this process: 127.100.x.x to 127.199.x.x; then they begin anew. */
export function freshAddress(): string {
  used = (used + 1) % 25_000
  return `127.${100 + Math.floor(used / 250)}.${process.pid & 255}.${1 + (used % 250)}`
}
