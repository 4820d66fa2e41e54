import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

/** Files that put other modules in the place of Node's, or look at all that is open: each has a process of its own. */
const alone = ['test/journal/reader.race.test.ts', 'test/time/clock.test.ts', 'test/relay/closing.test.ts']

export default defineConfig({
  test: {
    globalSetup: ['test/cli/support/build-once.ts'],
    testTimeout: 20_000,
    // many tests wait for sockets and processes: one worker more than cores
    maxWorkers: availableParallelism() + 1,
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        test: {
          // most of the time would go into loading the same modules again
          name: 'together',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, 'test/interop/**', ...alone],
        },
      },
    ],
  },
})
