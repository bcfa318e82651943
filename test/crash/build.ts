import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Compiles the product, the sandbox and the harness's processes from the sources as they are, without checking types
 * (`npm run check` does), and returns the folder.
 */
export function buildProduct(folder = resolve('dist/crash')): string {
  mkdirSync(folder, { recursive: true });
  // Packages are found from here as from the root, but the kind of module is looked up no further than this.
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  execFileSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'test/crash/tsconfig.json', '--noCheck', '--outDir', folder],
    { stdio: ['ignore', 'inherit', 'inherit'], timeout: 600_000 },
  );
  return folder;
}
