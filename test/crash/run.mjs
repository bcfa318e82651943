// npm run crash: compiles the product and the harness as they are, then runs the harness.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(process.env.CRASH_BUILD ?? 'dist/crash');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
execFileSync(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-p', 'test/crash/tsconfig.json', '--noCheck', '--outDir', folder],
  { stdio: 'inherit' },
);
const { status } = spawnSync(
  process.execPath,
  ['--enable-source-maps', join(folder, 'test/crash/cli.js'), ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, CRASH_BUILD: folder } },
);
process.exit(status ?? 1);
