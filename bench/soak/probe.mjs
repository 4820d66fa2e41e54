// Loaded into the chain's process before anything of it: tells, when asked, what it holds after a full collection.
process.on('message', () => {
  globalThis.gc?.()
  const timers = process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length
  process.send?.({ heap: process.memoryUsage().heapUsed / 2 ** 20, timers })
})
// asking keeps nothing alive
process.channel?.unref()
