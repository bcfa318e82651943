import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { matchLists, type JsonLines } from './match-lists.js';

const USAGE = 'npm run -s match -- --customers FILE --companies FILE';

/**
 * `npm run -s match -- --customers FILE --companies FILE`: suggestions for two files of JSON lines, without a database,
 * see `matchLists`. Exits 1 with one sentence that says what is wrong.
 */
function main(): void {
  const { customers, companies } = files();
  const lines = matchLists(readLines(customers), readLines(companies));
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
}

function files(): { customers: string; companies: string } {
  try {
    const { values } = parseArgs({ options: { customers: { type: 'string' }, companies: { type: 'string' } } });
    if (values.customers && values.companies) return { customers: values.customers, companies: values.companies };
  } catch (error) {
    throw new Error(`${(error as Error).message} Use it so: ${USAGE}`, { cause: error });
  }
  throw new Error(`Say which files: ${USAGE}`);
}

function readLines(file: string): JsonLines {
  try {
    return { file, content: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}.`, {
      cause: error,
    });
  }
}

try {
  main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
