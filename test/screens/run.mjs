/**
 * `npm run screenshots -- [names]`: every screen in its states, light and dark, wide and narrow, as pictures in
 * `screenshots/`; and the README's own in `docs/screenshots`. Names (`tasks,wizard`) take those that begin so, and leave
 * the other pictures alone.
 */
import { spawnSync } from 'node:child_process';

const run = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    'screenshots',
    '--silent',
    'passed-only',
    '--reporter',
    'default',
  ],
  { stdio: 'inherit', env: { ...process.env, SCREENSHOTS: process.argv[2] ?? 'all' } },
);
process.exitCode = run.status ?? 1;
