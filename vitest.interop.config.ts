import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: ['test/cli/support/build-once.ts'],
    include: ['test/interop/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
})
