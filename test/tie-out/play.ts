import { startTestApp, type TestApp } from '../support/test-app.js';
import { drawHistories, type Action } from './histories.js';
import { Reseller, type Customer } from './reseller.js';

/** What a run is asked for. */
export interface Wanted {
  histories: number;
  months: number;
  mode: 'marketplace' | 'autotask';
  seed: number;
  syncRefunds?: boolean;
  behaviour?: Record<string, string>;
  /** Only these of the histories, by number: to look closer at one. */
  only?: number[];
}

/** The reseller connects on the eve of the first month, with everything before posted. */
export const CONNECTED = '2026-12-31';
const POSTED_BEFORE = '2026-12-30';

/** The first month of every run; it holds a leap-year February a year later and none in between. */
export const FIRST_DAY = '2027-01-01';

/** Boots the product with both sandboxes and plays all histories month by month. */
export async function play(wanted: Wanted): Promise<{ reseller: Reseller; t: TestApp; ends: string[] }> {
  const t = await startTestApp({
    AUTOTASK_TIMEOUT_SECONDS: '60',
    AUTOTASK_SETTLE_SECONDS: '60',
    LEASE_SECONDS: '180',
  });
  const drawn = drawHistories(wanted.seed, wanted.histories, { first: FIRST_DAY, months: wanted.months });
  const histories = wanted.only ? drawn.filter(({ number }) => wanted.only!.includes(number)) : drawn;
  const reseller = await Reseller.open(t, histories, {
    now: `${CONNECTED}T20:00:00Z`,
    posted: POSTED_BEFORE,
    settings: { proration: wanted.mode, syncRefunds: wanted.syncRefunds ?? true, priceSource: 'marketplace' },
    behaviour: wanted.behaviour ?? {},
  });
  // What runs already is taken over on the day itself.
  await reseller.syncAll();
  await reseller.post(CONNECTED);
  const ends = [POSTED_BEFORE, CONNECTED];
  for (let month = 0; month < wanted.months; month += 1) {
    const [first, last] = monthOf(month);
    await reseller.timed('trade', async () => await trade(reseller, first, last));
    await reseller.at(`${last}T20:00:00Z`);
    await reseller.check();
    await reseller.syncAll();
    await reseller.post(last);
    ends.push(last);
  }
  return { reseller, t, ends };
}

/** Everything that happens in the marketplace from one day to another, in order, each thing on its day. */
async function trade(reseller: Reseller, first: string, last: string): Promise<void> {
  const due: { customer: Customer; action: Action }[] = reseller.customers.flatMap((customer) =>
    customer.history.actions.filter(({ day }) => day >= first && day <= last).map((action) => ({ customer, action })),
  );
  due.sort((a, b) => (a.action.day < b.action.day ? -1 : a.action.day > b.action.day ? 1 : 0));
  let day = '';
  for (const { customer, action } of due) {
    if (action.day !== day) await reseller.at(`${action.day}T10:00:00Z`);
    day = action.day;
    await reseller.act(customer, action);
  }
}

/** First and last day of the n-th month of a run. */
function monthOf(index: number): [string, string] {
  const [year, month] = FIRST_DAY.split('-').map(Number) as [number, number];
  const day = (date: number) => new Date(date).toISOString().slice(0, 10);
  return [day(Date.UTC(year, month - 1 + index, 1)), day(Date.UTC(year, month + index, 0))];
}
