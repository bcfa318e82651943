import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { addDays } from '../kit/calendar.js';
import { Decimal } from '../kit/decimal.js';
import { ApiClient } from './api-client.js';
import { chargedBySubscription, expectedCharges } from './charges.js';
import {
  compareCharges,
  compareUnits,
  unitsByService,
  type AutotaskState,
  type Difference,
  type SoldSubscription,
} from './comparison.js';
import { Progress, table } from './report.js';
import { startProduct } from './running-product.js';
import {
  checkChanges,
  connect,
  mapCustomers,
  mapFees,
  mappingsOf,
  mapProducts,
  refresh,
  type DemoConnection,
} from './set-up.js';
import { allTasks, lastEffectiveDate, syncAll, type TaskRow } from './sync-all.js';
import { changeBusiness, type MarketplaceState } from './trading.js';

/**
 * The main job without a browser: the product and both sandboxes start in a process of their own, everything happens
 * through HTTP, and both systems' states are the witnesses. Exits 0 only when no subscription differs.
 */

/** Currencies the sandbox marketplace sells in; one connection each (FEATURES INS-7). */
const CURRENCIES = ['EUR', 'USD'];
const AUTOTASK_STATE = '/state?collections=contracts,contractServices,contractServiceUnits,contractCharges';
/** Moving the clock past the last effective date may bring renewals with later dates; it settles long before this. */
const SETTLING_ROUNDS = 4;

const { values: options } = parseArgs({ options: { requests: { type: 'string' }, behaviour: { type: 'string' } } });
const out = process.stdout;
const say = (text: string) => out.write(`${text}\n`);

/** One stage with a progress line. */
async function stage<T>(
  title: string,
  work: (progress: Progress) => Promise<T>,
  result: (value: T) => string,
): Promise<T> {
  const progress = new Progress(title, out);
  const value = await work(progress);
  progress.end(result(value));
  return value;
}

async function syncEverything(api: ApiClient, connections: DemoConnection[], title: string): Promise<string[]> {
  const reasons: string[] = [];
  for (const connection of connections) {
    const { stuck } = await stage(
      `${title} ${connection.currency}`,
      (progress) => syncAll(api, connection, progress),
      ({ synced, stuck: left }) => `${synced} tasks synced${left.length > 0 ? `, ${left.length} stuck` : ''}`,
    );
    for (const { task, reason } of stuck)
      reasons.push(`${task.type} ${task.orderNumber ?? task.subscriptionId}: ${reason}`);
  }
  return reasons;
}

async function checkEverything(api: ApiClient, connections: DemoConnection[], title: string): Promise<void> {
  for (const connection of connections)
    await stage(
      `${title} ${connection.currency}`,
      (progress) => checkChanges(api, connection, progress),
      (job) => `${job.done} tasks made`,
    );
}

async function tasksOf(api: ApiClient, connections: DemoConnection[]): Promise<TaskRow[]> {
  return (await Promise.all(connections.map((connection) => allTasks(api, connection)))).flat();
}

/** Moves the clock past the last effective date until that brings nothing new; returns the day of the comparison. */
async function settle(api: ApiClient, connections: DemoConnection[], stuck: string[]): Promise<string> {
  for (let round = 0; ; round += 1) {
    const last = await lastEffectiveDate(api, await tasksOf(api, connections));
    const { now } = await api.sandbox<{ now: string }>('marketplace', 'GET', '/clock');
    const today = now.slice(0, 10);
    const day = addDays(last, 1) > today ? addDays(last, 1) : today;
    if (round > 0 && day === today) return day;
    if (round === SETTLING_ROUNDS) throw new Error(`Changes keep coming after ${SETTLING_ROUNDS} moves of the clock.`);
    if (day !== today) await api.sandbox('marketplace', 'PUT', '/clock', { now: `${day}T09:00:00Z` });
    say(`  clock moved to ${day}`);
    await checkEverything(api, connections, 'Check changes');
    stuck.push(...(await syncEverything(api, connections, 'Sync')));
  }
}

function countBy(tasks: TaskRow[]): (string | number)[][] {
  const counts = new Map<string, number>();
  for (const { type, state } of tasks) counts.set(`${type}|${state}`, (counts.get(`${type}|${state}`) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, count]) => [...key.split('|'), count]);
}

/** Runs everything and returns how many subscriptions differ or are stuck. */
async function run(api: ApiClient): Promise<number> {
  const behaviour =
    options.behaviour === undefined ? undefined : (JSON.parse(options.behaviour) as Record<string, string>);
  if (behaviour)
    for (const which of ['autotask', 'marketplace'] as const) await api.sandbox(which, 'PUT', '/behaviour', behaviour);
  const before = await api.sandbox<AutotaskState>('autotask', 'GET', AUTOTASK_STATE);

  say('\nInstall and connect');
  await api.sandbox('marketplace', 'POST', '/install', {});
  const connections = await stage(
    'Connect',
    () => connect(api, CURRENCIES),
    (made) => `${made.length} connections`,
  );

  say('\nCheck and map');
  await checkEverything(api, connections, 'Check changes');
  for (const connection of connections) {
    await stage(
      `Read catalogues ${connection.currency}`,
      (progress) => refresh(api, connection, progress),
      () => 'done',
    );
    await stage(
      `Map customers ${connection.currency}`,
      () => mapCustomers(api, connection),
      (count) => `${count} by exact name`,
    );
    await stage(
      `Map products ${connection.currency}`,
      () => mapProducts(api, connection),
      ({ mapped, created }) => `${mapped} to existing services, ${created} services created`,
    );
    await mapFees(api, connection);
  }

  say('\nSync what is sold today');
  const stuck = await syncEverything(api, connections, 'Sync');

  say('\nTrade: buy more seats, lower, cancel');
  const traded = await changeBusiness(api);
  say(`  ${traded.raised} raised, ${traded.lowered} lowered, ${traded.cancelled} cancelled, ${traded.sold} sold`);
  await checkEverything(api, connections, 'Check changes');
  stuck.push(...(await syncEverything(api, connections, 'Sync')));

  say('\nLet the last change take effect');
  const day = await settle(api, connections, stuck);
  const posted = await api.sandbox<{ items: unknown[] }>('autotask', 'POST', '/approve-and-post', { upTo: day });
  const invoices = await api.sandbox<{ items: { total: string }[] }>('autotask', 'GET', '/invoices');

  const marketplace = await api.sandbox<MarketplaceState>('marketplace', 'GET', '/state');
  const autotask = await api.sandbox<AutotaskState>('autotask', 'GET', AUTOTASK_STATE);
  const tasks = await tasksOf(api, connections);
  const tracked = new Set(tasks.filter(({ state }) => state === 'synced').map(({ subscriptionId }) => subscriptionId));
  const differences: Difference[] = [];
  let units = { marketplace: 0, autotask: 0 };
  for (const connection of connections) {
    const sold = marketplace.subscriptions.filter((one) => one.totalPrice.currency === connection.currency);
    const mappings = await mappingsOf(api, connection);
    const compared = compareUnits(
      sold satisfies SoldSubscription[],
      autotask,
      unitsByService(before, day),
      mappings,
      tracked,
      day,
    );
    units = {
      marketplace: units.marketplace + compared.units.marketplace,
      autotask: units.autotask + compared.units.autotask,
    };
    differences.push(...compared.differences);
    const charges = compareCharges(
      expectedCharges(marketplace, tasks, connection.currency),
      chargedBySubscription(autotask, marketplace),
    );
    differences.push(...charges.differences);
  }

  const created = autotask.contracts.length - before.contracts.length;
  const lines = autotask.contractServices.length - before.contractServices.length;
  const total = invoices.items.reduce((sum, { total: amount }) => sum.plus(Decimal.of(amount)), Decimal.zero);
  say(`\n${table(['Task', 'State', 'Count'], countBy(tasks))}\n`);
  say(
    table(
      ['Summary', ''],
      [
        ['contracts created', String(created)],
        ['lines created', String(lines)],
        ['charges', String(autotask.contractCharges.length)],
        [`units sold on ${day}`, String(units.marketplace)],
        [`units in Autotask on ${day}`, String(units.autotask)],
        ['items posted', String(posted.items.length)],
        ['invoice total (all currencies, nominal)', total.toFixed(2)],
      ],
    ),
  );
  if (differences.length > 0)
    say(
      `\n${table(
        ['Subscription', 'Marketplace', 'Autotask'],
        differences.map((one) => [one.subscriptionId, String(one.marketplace), String(one.autotask)]),
      )}`,
    );
  if (stuck.length > 0) say(`\nNot synced:\n${stuck.map((reason) => `  ${reason}`).join('\n')}`);
  if (options.requests !== undefined)
    writeFileSync(options.requests, JSON.stringify(await api.sandbox('autotask', 'GET', '/requests'), null, 2));

  const different = new Set(differences.map(({ subscriptionId }) => subscriptionId));
  say(`\n${marketplace.subscriptions.length} subscriptions, ${different.size + stuck.length} differences`);
  return different.size + stuck.length;
}

const product = await startProduct();
let differing = 1;
try {
  differing = await run(new ApiClient(product));
} catch (error) {
  say(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
} finally {
  await product.stop();
}
process.exitCode = differing === 0 ? 0 : 1;
