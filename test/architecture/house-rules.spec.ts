import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Rules of the house that neither the compiler nor the layer check can see. */

function sources(folder: string): { file: string; text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }));
}

const product = sources('src').filter(({ file }) => !file.endsWith('.spec.ts'));

describe('house rules', () => {
  it('see the whole product', () => {
    expect(product.length).toBeGreaterThan(50);
  });

  it('only config reads the environment', () => {
    expect(product.filter(({ text }) => /process\.env/.test(text)).map(({ file }) => file)).toEqual([]);
  });

  it('the domain has no clock and no randomness', () => {
    const impure = product.filter(
      ({ file, text }) =>
        file.startsWith('src/domain') && /\bDate\.now\(|new Date\(\)|Math\.random|randomUUID|Temporal\.Now/.test(text),
    );
    expect(impure.map(({ file }) => file)).toEqual([]);
  });

  it('only SyncTaskStates writes the state of a task', () => {
    const writers = product.filter(
      ({ file, text }) =>
        !file.endsWith('sync-task-states.ts') &&
        (/update\s+"?sync_task"?\s+set[^;`]*\bstate\s*=/i.test(text) || /\btask\.state\s*=[^=]/.test(text)),
    );
    expect(writers.map(({ file }) => file)).toEqual([]);
  });

  it('the scheduler is registered exactly once', () => {
    const registrations = product.flatMap(({ text }) => text.match(/ScheduleModule\.forRoot\(/g) ?? []);
    expect(registrations).toHaveLength(1);
  });

  it('no HTTP client retries by interceptor', () => {
    expect(
      product.filter(({ text }) => /interceptors\.(response|request)\.use/.test(text)).map(({ file }) => file),
    ).toEqual([]);
  });
});
