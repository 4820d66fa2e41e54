import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

/** Reading and judging alone, without state: their files may share the modules that they load. */
const pure = ['bounce', 'check', 'config', 'fault', 'mail', 'report', 'trace'].map(
  folder => `test/${folder}/**/*.test.ts`,
)

export default defineConfig({
  test: {
    globalSetup: ['test/cli/support/build-once.ts'],
    testTimeout: 20_000,
    // many tests wait for sockets and processes: one worker more than cores
    maxWorkers: availableParallelism() + 1,
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'test/interop/**', ...pure],
        },
      },
    ],
  },
})
