/**
 * Errors that know the line of the program which asked: the engine follows awaits through its own promises alone, and
 * forgets who asked wherever a timer or another kind of promise stands between.
 */

/** The same error, shown also where `called` was made. What is no Error stays as it is. */
export function calledAt(called: Error, error: unknown): unknown {
  if (!(error instanceof Error) || error.stack === undefined) return error
  const { stack } = error
  const frames = (called.stack ?? '').split('\n').filter(line => /^ +at /.test(line) && !stack.includes(line))
  error.stack = [stack, ...frames].join('\n')
  return error
}

/** The same promise, whose error is shown where this is called, too. */
export function shownHere<Value>(promise: Promise<Value>): Promise<Value> {
  const called = new Error('called here')
  return promise.catch((error: unknown) => {
    throw calledAt(called, error)
  })
}
