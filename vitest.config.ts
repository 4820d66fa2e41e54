import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/interop/**'],
    testTimeout: 20_000,
    // many tests wait for sockets and processes: one worker more than cores
    maxWorkers: availableParallelism() + 1,
  },
})
