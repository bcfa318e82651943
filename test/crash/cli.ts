import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../../config/mikro-orm.config.js';
import { crashRuns, lastLine } from './runner.js';
import { ServerStack } from './servers.js';
import { EmbeddedStack } from './stack.js';

// npm run crash -- --runs N --seed S [--stack embedded|servers] [--troubles K] [--side P]
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    stack: { type: 'string', default: 'embedded' },
    troubles: { type: 'string', default: '5' },
    side: { type: 'string', default: '3' },
    'until-wrong': { type: 'boolean', default: false },
  },
});
const out = process.stdout;
const folder = process.env.CRASH_BUILD!;
const template = mkdtempSync(join(tmpdir(), 'psa-sync-crash-template-'));

/** A migrated embedded database, made once: a copy opens ten times faster than a fresh one. */
async function prepare(): Promise<void> {
  const orm = await openDatabase({ folder: join(template, 'database') });
  await orm.migrator.up();
  await orm.close(true);
}

let wrong = true;
try {
  const servers = values.stack === 'servers';
  if (!servers) await prepare();
  const outcome = await crashRuns({
    runs: Number(values.runs),
    seed: Number(values.seed),
    troubles: Number(values.troubles),
    side: Number(values.side),
    untilWrong: values['until-wrong'],
    stack: () => Promise.resolve(servers ? new ServerStack({ folder }) : new EmbeddedStack({ folder, template })),
    say: (line) => out.write(`${line}\n`),
  });
  for (const [name, times] of [...outcome.byName].sort(([a], [b]) => (a < b ? -1 : 1)))
    out.write(`${String(times).padStart(5)}  ${name}\n`);
  out.write(`${outcome.points} fault points in ${outcome.lives} lives\n`);
  if (outcome.voided > 0) out.write(`${outcome.voided} runs made again: the machine stood still\n`);
  for (const problem of outcome.problems) out.write(`${problem}\n`);
  out.write(`${lastLine(outcome)}\n`);
  wrong = outcome.problems.length > 0 || outcome.runs < Number(values.runs);
} finally {
  rmSync(template, { recursive: true, force: true });
}
process.exit(wrong ? 1 : 0);
