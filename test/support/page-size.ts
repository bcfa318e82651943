import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** B8: what is loaded before the first screen, minified and gzipped. `npm run check` fails above it. */
const MOST_BYTES = 250_000;

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
}

const folder = mkdtempSync(join(tmpdir(), 'psa-sync-page-'));
try {
  execFileSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', 'ui', '--logLevel', 'error'], {
    env: { ...process.env, UI_OUT_DIR: folder },
    stdio: 'inherit',
  });
  const manifest = JSON.parse(readFileSync(join(folder, '.vite', 'manifest.json'), 'utf8')) as Record<string, Chunk>;
  const files = new Set<string>();
  const take = (chunk: Chunk | undefined): void => {
    if (!chunk || files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const name of chunk.imports ?? []) take(manifest[name]);
  };
  for (const chunk of Object.values(manifest)) if (chunk.isEntry) take(chunk);
  const bytes = [...files].reduce(
    (sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length,
    0,
  );
  const text = `page: ${(bytes / 1000).toFixed(1)} kB of script before the first screen (most ${MOST_BYTES / 1000} kB)\n`;
  if (files.size === 0 || bytes > MOST_BYTES) {
    process.stderr.write(text);
    process.exitCode = 1;
  } else process.stdout.write(text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
