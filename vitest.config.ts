import { defineConfig } from 'vitest/config';

/**
 * One runner, three projects by cost. `fast` is pure code and the sandbox over loopback; `app` boots the real
 * application on PGlite (or, with DATABASE_URL, on PostgreSQL) and so runs at most two files at a time, because a
 * cold PGlite peaks near a gigabyte; `browser` adds a real Chromium from npm, and the page built once for the run. An empty match fails: a misnamed suffix must never pass as "no tests".
 */
export default defineConfig({
  test: {
    passWithNoTests: false,
    reporters: process.env.CI ? ['default'] : ['dot'],
    projects: [
      {
        test: {
          name: 'fast',
          include: [
            'config/**/*.spec.ts',
            'src/**/*.spec.ts',
            'sandbox/**/*.spec.ts',
            'test/scenarios/**/*.spec.ts',
            'test/properties/**/*.spec.ts',
            'test/architecture/**/*.spec.ts',
          ],
          setupFiles: ['./test/setup.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'app',
          include: ['test/contract/**/*.spec.ts', 'test/integration/**/*.spec.ts', 'test/e2e/**/*.spec.ts'],
          setupFiles: ['./test/setup.ts'],
          globalSetup: ['./test/support/database-template.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.spec.ts'],
          setupFiles: ['./test/setup.ts'],
          globalSetup: ['./test/support/database-template.ts', './test/support/page-build.ts'],
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 60_000,
          hookTimeout: 90_000,
        },
      },
    ],
  },
});
