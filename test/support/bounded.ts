/**
 * A wait that ends: tests say what they waited for instead of hanging until the runner gives up.
 */

/** How long a test waits for something on a loopback socket, in milliseconds. */
export const patience = 5000

/**
 * Settles as `work` does. After `ms` milliseconds it aborts the signal given to `work` and rejects with what `describe` says.
 */
export async function bounded<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  describe: () => string,
): Promise<T> {
  const giveUp = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(describe()))
      giveUp.abort()
    }, ms)
  })
  try {
    return await Promise.race([work(giveUp.signal), late])
  } finally {
    clearTimeout(timer)
  }
}
