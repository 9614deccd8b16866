import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/nothing-left.ts',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/properties/**',
            'test/e2e/**',
            'test/parity/**',
            'test/interop/**',
            'test/package/**',
          ],
          // None of them waits for the clock; a machine of two cores may be busy with others.
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'properties',
          include: ['test/properties/**/*.test.ts'],
          testTimeout: 120_000,
        },
      },
      // End-to-end tests run the build with real servers and threads: one file at a time, since
      // two of them on two cores would disturb each other's pacing. One retry: a machine that is busy
      // with something else makes a run invalid, which is right, and not what these tests are about.
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/parity/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          retry: 1,
        },
      },
      // The package as it is published, in projects outside this one: `npm run test:examples`.
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          exclude: ['test/package/consumer/**'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          retry: 1,
        },
      },
      // Other people's clients, from their registries: `npm run test:interop`.
      {
        test: {
          name: 'interop',
          include: ['test/interop/**/*.test.ts'],
          testTimeout: 120_000,
          env: { INTEROP_UPDATE: process.argv.includes('--update') ? 'true' : 'false' },
        },
      },
    ],
  },
});
