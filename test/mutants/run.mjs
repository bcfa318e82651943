/**
 * `npm run mutants [-- list.json …]`: shows that tests can fail. Each mutant of a list is one change of one line, made in
 * a copy of the tree; the command of its suite must then end red, and without any mutant green. Ends with exit code 1
 * when a mutant survives.
 *
 * A list is `[{name, file, find, replace, suite}]`: `find` stands in `file` exactly once, `suite` is a shell command.
 * Lists default to every *.json beside this file; `--only TEXT` takes the mutants whose name holds the text.
 */
import { spawnSync } from 'node:child_process';
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
let survivors = 0;
try {
  cpSync(ROOT, copy, { recursive: true, filter: (from) => from === ROOT || !LEFT_OUT.has(basename(from)) });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const suite of new Set(mutants.map((mutant) => mutant.suite))) {
    const { isRed, seconds, last } = run(suite);
    say(isRed ? 'RED' : 'green', seconds, `unchanged: ${suite}`, last);
    if (isRed) throw new Error('The suite is red without any mutant, so it shows nothing.');
  }
  for (const { name, file, find, replace, suite } of mutants) {
    const path = join(copy, file);
    const source = readFileSync(path, 'utf8');
    const places = source.split(find).length - 1;
    if (places !== 1) throw new Error(`${name}: "${find}" stands in ${file} ${places} times, not once.`);
    writeFileSync(
      path,
      source.replace(find, () => replace),
    );
    const { isRed, seconds, last } = run(suite);
    writeFileSync(path, source);
    if (!isRed) survivors += 1;
    say(isRed ? 'caught' : 'SURVIVED', seconds, name, last);
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  survivors = Math.max(1, survivors);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.stdout.write(`${mutants.length} mutants, ${survivors} survived\n`);
process.exitCode = survivors === 0 ? 0 : 1;

/** Runs a command in the copy. */
function run(suite) {
  const started = Date.now();
  const { status, stdout, stderr } = spawnSync(suite, {
    cwd: copy,
    shell: true,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    maxBuffer: 1 << 28,
  });
  const last = (stdout.trim() || stderr.trim()).split('\n').at(-1);
  return { isRed: status !== 0, seconds: (Date.now() - started) / 1000, last };
}

function say(outcome, seconds, name, last) {
  process.stdout.write(
    `${outcome.padEnd(9)} ${`${seconds.toFixed(0)} s`.padStart(6)}  ${name}\n${' '.repeat(18)}${last}\n`,
  );
}
