// `npm run test:budget`: runs everything once and says where the ten minutes of DESIGN §12 go.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'psa-sync-budget-'));
try {
  const report = join(folder, 'report.json');
  const run = spawnSync('vitest', ['run', '--reporter=json', `--outputFile=${report}`, ...process.argv.slice(2)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { testResults, numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
  const files = testResults
    .map(({ name, startTime, endTime }) => ({ name: relative('.', name), seconds: (endTime - startTime) / 1000 }))
    .sort((a, b) => b.seconds - a.seconds);
  const groups = new Map();
  for (const { name, seconds } of files) {
    const group = name
      .split('/')
      .slice(0, name.startsWith('test/') ? 2 : 1)
      .join('/');
    groups.set(group, (groups.get(group) ?? 0) + seconds);
  }
  const line = (seconds, text) => `${seconds.toFixed(1).padStart(8)} s  ${text}\n`;
  process.stdout.write('The slowest files\n');
  for (const { name, seconds } of files.slice(0, 25)) process.stdout.write(line(seconds, name));
  process.stdout.write('By folder (files run side by side, so the whole takes less)\n');
  for (const [name, seconds] of [...groups].sort((a, b) => b[1] - a[1])) process.stdout.write(line(seconds, name));
  process.stdout.write(`${files.length} files, ${numPassedTests} tests passed, ${numFailedTests} failed\n`);
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
