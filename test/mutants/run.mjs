/**
 * `npm run mutants [-- list.json …]`: shows that tests can fail. Each mutant of a list is one change of one line, made in
 * a copy of the tree; the command of its suite must then end red, and without any mutant green. Ends with exit code 1
 * when a mutant survives.
 *
 * A list is `[{name, file, find, replace, suite}]`: `find` stands in `file` exactly once, `suite` is a shell command.
 * Lists default to every *.json beside this file; `--only TEXT` takes the mutants whose name holds the text.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const HERE = import.meta.dirname;
const ROOT = resolve(HERE, '../..');
/** Built, installed or local: nothing a suite is made of. */
const LEFT_OUT = new Set(['node_modules', '.git', 'dist', 'data', 'coverage']);
/** A suite that hangs is a red one. */
const LIMIT_MS = 10 * 60_000;

const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
const lists = positionals.length > 0 ? positionals : readdirSync(HERE).filter((name) => name.endsWith('.json'));
const mutants = lists
  .flatMap((list) => JSON.parse(readFileSync(positionals.length > 0 ? list : join(HERE, list), 'utf8')))
  .filter(({ name }) => values.only === undefined || name.includes(values.only));
if (mutants.length === 0) {
  process.stderr.write('There is no such mutant.\n');
  process.exit(2);
}

const copy = mkdtempSync(join(tmpdir(), 'psa-sync-mutants-'));
/** Suites that are red without any mutant show nothing. */
const broken = new Set();
let survivors = 0;
try {
  cpSync(ROOT, copy, { recursive: true, filter: (from) => from === ROOT || !LEFT_OUT.has(basename(from)) });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const suite of new Set(mutants.map((mutant) => mutant.suite))) {
    const { isRed, seconds, last } = await run(suite);
    say(isRed ? 'RED' : 'green', seconds, `unchanged: ${suite}`, last);
    if (isRed) broken.add(suite);
  }
  for (const mutant of mutants) if (!(await isCaught(mutant))) survivors += 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.stdout.write(`${mutants.length} mutants, ${survivors} survived\n`);
process.exitCode = survivors === 0 ? 0 : 1;

/** One that cannot be tried is not caught; the others are tried all the same. */
async function isCaught({ name, file, find, replace, suite }) {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  const places = source.split(find).length - 1;
  if (places !== 1 || broken.has(suite)) {
    const why =
      places === 1 ? 'Its suite is red without it.' : `"${find}" stands in ${file} ${places} times, not once.`;
    say('NOT TRIED', 0, name, why);
    return false;
  }
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  const { isRed, seconds, last } = await run(suite);
  writeFileSync(path, source);
  say(isRed ? 'caught' : 'SURVIVED', seconds, name, last);
  return isRed;
}

/** Runs a command in the copy; whatever it started is over afterwards. */
async function run(suite) {
  const started = Date.now();
  const child = spawn(suite, { cwd: copy, shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said = (said + text).slice(-20_000)));
  const { pid = Number.NaN } = child;
  const end = () => process.kill(-pid, 'SIGKILL');
  const stop = () => {
    end();
    rmSync(copy, { recursive: true, force: true });
    process.exit(130);
  };
  const timer = setTimeout(end, LIMIT_MS);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const status = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  process.off('SIGINT', stop).off('SIGTERM', stop);
  return { isRed: status !== 0, seconds: (Date.now() - started) / 1000, last: said.trim().split('\n').at(-1) };
}

function say(outcome, seconds, name, last) {
  process.stdout.write(
    `${outcome.padEnd(9)} ${`${seconds.toFixed(0)} s`.padStart(6)}  ${name}\n${' '.repeat(18)}${last}\n`,
  );
}
