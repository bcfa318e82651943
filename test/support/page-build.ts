import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of the built page. */
    pageDir: string;
  }
}

const CACHE = 'node_modules/.cache/psa-sync-page';

/** Builds the page once for what it is made of: an unchanged page is not built again. */
export default function setup(project: TestProject): void {
  const hash = createHash('sha256').update(readFileSync('package-lock.json'));
  for (const name of readdirSync('ui', { recursive: true, encoding: 'utf8' }).sort()) {
    const file = join('ui', name);
    if (statSync(file).isFile()) hash.update(name).update(readFileSync(file));
  }
  const folder = join(process.cwd(), CACHE, hash.digest('hex').slice(0, 16));
  if (!existsSync(join(folder, 'index.html'))) {
    rmSync(CACHE, { recursive: true, force: true });
    // A process of its own: Vitest's NODE_ENV would build the page with React's slow development half.
    execFileSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', 'ui', '--logLevel', 'error'], {
      env: { ...process.env, NODE_ENV: 'production', UI_OUT_DIR: folder },
      stdio: 'inherit',
    });
  }
  project.provide('pageDir', folder);
}
