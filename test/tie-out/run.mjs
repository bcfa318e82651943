/**
 * `npm run tie-out -- --histories N --months M --mode marketplace|autotask --seed S`, besides `--refunds off`,
 * `--only 3,17` (histories to look closer at) and any switch of the sandboxes, such as `--sameDateAdjustment merge`.
 * Ends with exit code 1 when anything differs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const { values } = parseArgs({
  options: {
    histories: { ...text, default: '200' },
    months: { ...text, default: '6' },
    mode: { ...text, default: 'marketplace' },
    seed: { ...text, default: '1' },
    refunds: { ...text, default: 'on' },
    only: text,
    moneySets: text,
    sameDateAdjustment: text,
    orderListing: text,
    adjustPosted: text,
    zeroUnitRows: text,
    windowPriceMeaning: text,
  },
});
const { histories, months, mode, seed, refunds, only, ...behaviour } = values;
const wanted = {
  histories: Number(histories),
  months: Number(months),
  mode,
  seed: Number(seed),
  syncRefunds: refunds !== 'off',
  behaviour,
  ...(only === undefined ? {} : { only: only.split(',').map(Number) }),
};
if (
  !['marketplace', 'autotask'].includes(mode) ||
  ![wanted.histories, wanted.months, wanted.seed].every((n) => n > 0)
) {
  process.stderr.write('Say --histories, --months and --seed as numbers from 1 and --mode marketplace or autotask.\n');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'psa-sync-tie-out-'));
const outcome = join(folder, 'report.txt');
const run = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    'tie-out',
    ['test/tie-out/', mode, '-proration.spec.ts'].join(''),
  ],
  {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, TIE_OUT: JSON.stringify(wanted), TIE_OUT_REPORT: outcome },
  },
);
const known = existsSync(outcome) ? readFileSync(outcome, 'utf8') : undefined;
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`${known ?? `${run.stdout}\n${run.stderr}\nNo tie-out came about.`}\n`);
process.exitCode = run.status === 0 && known !== undefined ? 0 : 1;
