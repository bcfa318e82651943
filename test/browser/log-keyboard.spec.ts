import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, type BrowserWorld, type Person } from '../support/browser.js';
import { screenOf, startOffice, type Buyer } from '../support/browser-journey.js';
import type { Journey } from '../support/journey.js';
import { entered, expectFocus, press, tabTo, type } from '../support/keyboard.js';

/** LOG-1, MAP-9, TSK-9 and TSK-10 with keys alone: nothing here ever clicks or fills. */
let world: BrowserWorld;
let j: Journey;
let operator: Person;
let buyer: Buyer;

beforeAll(async () => {
  const office = await startOffice(1);
  ({ world, j } = office);
  [buyer] = office.buyers as [Buyer];
  operator = await world.person({ role: 'operator', height: 1000 });
});
afterAll(async () => await world?.close());

const { rows, row, button, tab, dialog, heading, said, keys, search, toRow } = screenOf(() => operator);
const filter = (label: string): Locator => operator.ui.getByLabel(label, { exact: true });
const parameter = async (name: string): Promise<string | null> =>
  new URLSearchParams((await operator.path()).split('?')[1]).get(name);

/** The rows of a list as they are once the last change of a filter is answered. */
async function settled(): Promise<void> {
  await operator.ui.locator('main .grid[aria-busy=false], main .empty').first().waitFor();
}

describe('the Action Log without a pointer', () => {
  const panel = (): Locator => operator.ui.getByRole('complementary', { name: /^Entry: / });
  /** Rows of the list as it stands; none where a notice stands instead. */
  const count = async (): Promise<number> => {
    const [rowCount] = await operator.ui
      .getByRole('grid')
      .evaluateAll((grids) => grids.map((grid) => Number(grid.getAttribute('aria-rowcount'))));
    return (rowCount ?? 1) - 1;
  };
  const entries = async (query: string): Promise<any> => (await j.operator.get(`/action-log?pageSize=1&${query}`)).body;

  beforeAll(async () => {
    const changed = await j.admin.patch(j.c, { settings: { proration: 'marketplace', priceSource: 'autotask' } });
    expect(changed.status, JSON.stringify(changed.body)).toBe(200);
    // More than a page of a hundred.
    const customers: any[] = (await j.operator.get(`${j.c}/customers?status=all&pageSize=200`)).body.items;
    const companies: any[] = (await j.operator.get(`${j.c}/companies?pageSize=200`)).body.items;
    const pairs = customers
      .slice(0, companies.length)
      .map(({ customer }, index) => ({ customerId: customer.id, companyId: companies[index].id }));
    for (const action of ['map', 'unmap', 'map', 'unmap']) {
      const body = pairs.map((pair) => ({ ...pair, action }));
      const answer = await j.operator.put(`${j.c}/customers/mappings`, body);
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    }
  });

  it('begins with what needs somebody, and shows all when asked (INS-6)', async () => {
    await operator.go('/log');
    await press(operator, button('Show all'));
    await expect.poll(async () => await parameter('outcome')).toBe('all');
    await expectFocus(operator, filter('Outcome'));
    await expect.poll(async () => await filter('Outcome').inputValue()).toBe('all');
    await rows().first().waitFor();
    await expect.poll(count).toBe((await entries('')).total);
    await expectAccessible(operator);
  });

  it('filters by words, person, kind, outcome and day, and clears them again', async () => {
    await operator.go('/log?outcome=all');
    await rows().first().waitFor();
    await search('changed');
    await expect.poll(count).toBe((await entries('search=changed')).total);
    await row('changed').waitFor();

    await tabTo(operator, filter('Who'));
    await keys('a');
    await expect.poll(async () => await parameter('who')).toBe('automatic');
    await expect.poll(async () => await filter('Who').inputValue()).toBe('automatic');
    await expectFocus(operator, filter('Who'));
    await keys('Home');
    await expect.poll(async () => await parameter('who')).toBeNull();

    await tabTo(operator, filter('What'));
    await keys('s');
    await expect.poll(async () => await parameter('what')).toBe('settings');
    await expectFocus(operator, filter('What'));
    await settled();
    await expect.poll(count).toBe((await entries('search=changed&category=settings')).total);

    await tabTo(operator, filter('Outcome'));
    await keys('f');
    await expect.poll(async () => await parameter('outcome')).toBe('failed');
    await heading('No entry matches these filters.').waitFor();
    await expectAccessible(operator);
    await press(operator, button('Clear filters'));
    await expectFocus(operator, operator.ui.getByRole('searchbox'));
    await rows().first().waitFor();
    expect(await operator.ui.getByRole('searchbox').inputValue()).toBe('');
    expect(await parameter('q')).toBeNull();

    // The wall clock writes the log: from tomorrow on there is nothing yet.
    await tabTo(operator, filter('From day'));
    await operator.page.keyboard.type('01012090');
    await expect.poll(async () => await parameter('from')).toBe('2090-01-01');
    await heading('Nothing happened in this period.').waitFor();
    await tabTo(operator, filter('To day'));
    await operator.page.keyboard.type('01012089');
    await operator.ui.getByText('The last day is before the first.').waitFor();
    await expectAccessible(operator);
    await press(operator, button('Clear filters'));
    await expectFocus(operator, operator.ui.getByRole('searchbox'));
    await rows().first().waitFor();
    expect(await filter('From day').inputValue()).toBe('');
  });

  it('opens an entry with before and after, walks on, and comes back to the list', async () => {
    await operator.go('/log?outcome=all&what=settings');
    const entry = row(/changed .*proration/);
    await toRow(entry);
    await keys('Enter');
    const table = panel().getByRole('table');
    await table.waitFor();
    // Before and after of exactly what was changed.
    const told = await table.getByRole('row').allTextContents();
    expect(told.slice(1).sort()).toEqual([
      'Prices and descriptions fromMarketplaceAutotask',
      'ProrationAutotaskMarketplace',
    ]);
    await expectFocus(operator, entry);
    await expectAccessible(operator);
    await keys('Escape');
    await panel().waitFor({ state: 'detached' });
    await expectFocus(operator, entry);

    await operator.go('/log?outcome=all&what=mapping');
    await toRow(rows().first());
    await keys('Enter');
    const title = panel().getByRole('heading', { level: 2 });
    const shown = await title.textContent();
    await keys('j');
    await expect.poll(async () => await title.textContent()).not.toBe(shown);
    await expectFocus(operator, rows().nth(1));
    await press(operator, button('Next entry (J)'));
    await expectFocus(operator, button('Next entry (J)'));
    const third = await parameter('entry');
    await press(operator, panel().getByRole('button', { name: 'Close' }));
    await panel().waitFor({ state: 'detached' });
    // At the entry that was looked at last.
    await expectFocus(operator, rows().nth(2));
    await keys('Enter');
    await expect.poll(async () => await parameter('entry')).toBe(third);
    await keys('Escape');
    await expectFocus(operator, rows().nth(2));
  });

  it('opens an entry over the list where there is no room beside it', async () => {
    await operator.page.setViewportSize({ width: 900, height: 1000 });
    await operator.go('/log?outcome=all&what=settings');
    const entry = row(/changed .*proration/);
    await toRow(entry);
    await keys('Enter');
    const drawer = dialog('Entry');
    await drawer.getByText('Proration').first().waitFor();
    await expectAccessible(operator);
    await keys('Escape');
    await drawer.waitFor({ state: 'detached' });
    await expectFocus(operator, entry);
    await operator.page.setViewportSize({ width: 1280, height: 1000 });
  });

  it('goes through more than a hundred entries without a blank, and exports what is filtered', async () => {
    await operator.go('/log?outcome=all&what=mapping');
    await rows().first().waitFor();
    const { total } = await entries('category=mapping');
    expect(total).toBeGreaterThan(100);
    await expect.poll(count).toBe(total);
    await toRow(rows().first());
    const at = (index: number): Locator => operator.ui.locator(`tr.data[data-index="${index}"]`);
    await keys('End');
    await at(total - 1)
      .locator('time')
      .waitFor();
    await expectFocus(operator, at(total - 1));
    await keys('PageUp');
    await expectFocus(operator, at(total - 11));
    await keys('Home');
    await expectFocus(operator, at(0));

    const coming = operator.page.waitForEvent('download');
    await tabTo(operator, button(`Export CSV (${total})`), true);
    await keys('Enter');
    const file = await (await coming).path();
    await expectFocus(operator, button(`Export CSV (${total})`));
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(total + 1);
    expect(lines.slice(1).every((line) => line.includes('mapping'))).toBe(true);
    expect(world.errors()).toEqual([]);
  });
});

describe('subscriptions without a pointer', () => {
  const panel = (): Locator => operator.ui.getByRole('complementary', { name: /^Subscription / });
  const stateOf = async (id: string): Promise<string> => (await j.operator.get(`/tasks/${id}`)).body.state;

  it(
    'filters, opens one, syncs what is open and reconciles its customer (TSK-9, TSK-10)',
    { timeout: 120_000 },
    async () => {
      await j.mapCustomer(buyer.customerId, buyer.companyId);
      await j.mapFees();
      const product = await j.product('EX-OFF-P', '1m', '12m');
      await j.serviceFor(product);
      const sale = await j.order({
        type: 'sales',
        customerId: buyer.customerId,
        items: [{ productId: product.id, quantity: 5 }],
      });
      await j.check();
      await j.sync((await j.taskOf(sale.orderNumber)).id, { contract: { create: {} } });
      await world.t.sandbox('marketplace', 'PUT', '/clock', { now: '2027-03-11T09:00:00Z' });
      const change = await j.order({
        type: 'change',
        subscriptionId: sale.subscriptionId,
        items: [{ productId: product.id, quantity: 8 }],
      });
      await j.check();
      const task = await j.taskOf(change.orderNumber);

      await operator.go(`/c/${j.connectionId}/subscriptions`);
      await rows().first().waitFor();
      await press(operator, tab(/^Out of sync \d/));
      await expect.poll(async () => await parameter('status')).toBe('outOfSync');
      await search(sale.subscriptionId);
      const one = row(sale.subscriptionId);
      await one.getByText('Out of sync').waitFor();
      await toRow(one);
      await keys('Enter');
      // Both sides and what is between them.
      const sides = panel().getByRole('region', { name: 'Units on both sides' });
      await sides.getByRole('columnheader', { name: 'Autotask holds' }).waitFor();
      expect(await sides.getByRole('cell').allTextContents()).toEqual(['8', '5', '−3']);
      await expectFocus(operator, one);
      await expectAccessible(operator);

      // Comparing writes nothing to Autotask: it says what it has found and makes a task of it.
      await press(operator, panel().getByRole('button', { name: 'Reconcile…' }));
      const compare = dialog(`Reconcile ${buyer.name}?`);
      await expectFocus(operator, compare.getByRole('button', { name: 'Cancel' }));
      await expectAccessible(operator);
      await keys('Control+Enter');
      await compare.getByText(sale.subscriptionId).waitFor();
      await expectAccessible(operator);
      await keys('Escape');
      await compare.waitFor({ state: 'detached' });
      await expectFocus(operator, panel().getByRole('button', { name: 'Reconcile…' }));

      await tabTo(operator, panel().getByRole('button', { name: 'Sync…' }), true);
      await keys('Enter');
      const question = dialog('Sync 2 open operations?');
      await question.getByText(change.orderNumber).waitFor();
      await expectAccessible(operator);
      await keys('Escape');
      await question.waitFor({ state: 'detached' });
      await expectFocus(operator, panel().getByRole('button', { name: 'Sync…' }));
      expect(await stateOf(task.id)).toBe('ready');
      await keys('Enter');
      await entered(question);
      await keys('Control+Enter');
      await said('Accepted. It runs in the background.');
      await world.t.until(
        async () => await stateOf(task.id),
        (state) => state === 'synced',
      );
      // There is nothing left to sync: the button goes, and whoever pressed it is at the panel.
      await panel().getByText('Synced', { exact: true }).first().waitFor();
      await panel().getByRole('button', { name: 'Sync…' }).waitFor({ state: 'detached' });
      await expectFocus(operator, panel());
      expect((await j.lineWindows((await j.lineOf(sale.subscriptionId)).lineId)).at(-1)).toMatch(/ 8$/);
      await keys('Escape');
      await panel().waitFor({ state: 'detached' });
    },
  );

  it('says that nothing matches, and clears the search with the cursor in it', async () => {
    await operator.go(`/c/${j.connectionId}/subscriptions`);
    await rows().first().waitFor();
    await search('nobody has this');
    await heading('Nothing matches these filters.').waitFor();
    await press(operator, button('Clear filters'));
    await expectFocus(operator, operator.ui.getByRole('searchbox'));
    await rows().first().waitFor();
    expect(await operator.ui.getByRole('searchbox').inputValue()).toBe('');
    // Letter by letter, and slower than the search waits: nothing typed is lost.
    for (const letter of 'sub') {
      await keys(letter);
      await expect.poll(async () => await parameter('q')).toMatch(new RegExp(`${letter}$`));
    }
    expect(await parameter('q')).toBe('sub');
    await expectFocus(operator, operator.ui.getByRole('searchbox'));
    await type(operator, operator.ui.getByRole('searchbox'), '');
    expect(world.errors()).toEqual([]);
  });
});
