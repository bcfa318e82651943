import { defineConfig } from 'vitest/config';

/** Too long for `npm test`: on servers only. */
const HEAVY = 'test/integration/executor-poisoned.spec.ts';

/** The tie-out under each behaviour that a real system may have: on servers only. */
const SWITCHED = 'test/tie-out/switched.services.spec.ts';

/**
 * One runner, projects by cost, one after the other. `fast` is pure code and the sandbox over loopback; `app` boots the real
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
            'ui/src/**/*.spec.ts',
            'src/**/*.spec.ts',
            'sandbox/**/*.spec.ts',
            'test/scenarios/**/*.spec.ts',
            'test/properties/**/*.spec.ts',
            'test/architecture/**/*.spec.ts',
            'test/oracle/**/*.spec.ts',
          ],
          setupFiles: ['./test/setup.ts'],
          maxWorkers: 2,
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'app',
          include: ['test/contract/**/*.spec.ts', 'test/integration/**/*.spec.ts', 'test/e2e/**/*.spec.ts'],
          exclude: [HEAVY],
          setupFiles: ['./test/setup.ts'],
          globalSetup: ['./test/support/database-template.ts'],
          pool: 'forks',
          maxWorkers: 2,
          // Loading the application takes longer than most files: its modules keep no state, each test starts an app of its own.
          isolate: false,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'tie-out',
          include: ['test/tie-out/**/*.spec.ts'],
          exclude: [SWITCHED],
          setupFiles: ['./test/setup.ts'],
          globalSetup: ['./test/support/database-template.ts'],
          pool: 'forks',
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
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
          isolate: false,
          sequence: { groupOrder: 3 },
          testTimeout: 60_000,
          hookTimeout: 90_000,
          // A second is little for a page on a busy machine.
          expect: { poll: { timeout: 10_000 } },
        },
      },
      // `npm run screenshots`
      ...(process.env.SCREENSHOTS
        ? [
            {
              test: {
                name: 'screenshots',
                include: ['test/screens/screenshots.spec.ts'],
                setupFiles: ['./test/setup.ts'],
                globalSetup: ['./test/support/database-template.ts', './test/support/page-build.ts'],
                pool: 'forks' as const,
                maxWorkers: 1,
              },
            },
          ]
        : []),
      {
        test: {
          name: 'crash',
          include: ['test/crash/crash.spec.ts'],
          setupFiles: ['./test/setup.ts'],
          globalSetup: ['./test/support/database-template.ts', './test/crash/global-setup.ts'],
          pool: 'forks',
          maxWorkers: 1,
          // Alone: it starts processes of its own.
          sequence: { groupOrder: 9 },
          testTimeout: 60_000,
        },
      },
      // BULK_TASKS=2000 npx vitest run --project bulk, on servers
      ...(process.env.BULK_TASKS && process.env.DATABASE_URL && process.env.REDIS_URL
        ? [
            {
              test: {
                name: 'bulk',
                include: ['test/crash/bulk.spec.ts'],
                setupFiles: ['./test/setup.ts'],
                globalSetup: ['./test/support/database-template.ts', './test/crash/global-setup.ts'],
                pool: 'forks' as const,
                maxWorkers: 1,
              },
            },
          ]
        : []),
      // On servers only: `npm run test:services`.
      ...(process.env.DATABASE_URL && process.env.REDIS_URL
        ? [
            {
              test: {
                name: 'tie-out-services',
                include: [SWITCHED],
                setupFiles: ['./test/setup.ts'],
                globalSetup: ['./test/support/database-template.ts'],
                pool: 'forks' as const,
                maxWorkers: 1,
                sequence: { groupOrder: 8 },
                hookTimeout: 60_000,
              },
            },
            {
              test: {
                name: 'crash-services',
                include: [HEAVY, 'test/crash/mapping-race.spec.ts', 'test/crash/services.spec.ts'],
                setupFiles: ['./test/setup.ts'],
                globalSetup: ['./test/support/database-template.ts', './test/crash/global-setup.ts'],
                pool: 'forks' as const,
                maxWorkers: 1,
                sequence: { groupOrder: 10 },
                testTimeout: 60_000,
              },
            },
          ]
        : []),
    ],
  },
});
