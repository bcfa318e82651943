import { customerListBench } from './customer-list.bench.js';
import { matchingBench } from './matching.bench.js';
import { planBench } from './plan.bench.js';

/**
 * `npm run bench [-- NAME…]`: runs the benchmarks of DESIGN §13, one JSON line each, so that two runs can be compared by
 * a script. They measure; they never fail a build.
 */
const BENCHES: Record<string, () => Record<string, unknown>[] | Promise<Record<string, unknown>[]>> = {
  matching: matchingBench,
  customerList: customerListBench,
  plan: planBench,
};

const wanted = process.argv.slice(2);
for (const [name, run] of Object.entries(BENCHES))
  if (wanted.length === 0 || wanted.includes(name))
    for (const line of await run()) process.stdout.write(`${JSON.stringify({ bench: name, ...line })}\n`);
