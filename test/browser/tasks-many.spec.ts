/// <reference lib="dom" />
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectAccessible, startBrowserWorld, type BrowserWorld, type Person } from '../support/browser.js';
import { Journey } from '../support/journey.js';
import { expectFocus, press, tabTo } from '../support/keyboard.js';

/** TSK-6, TSK-8: filters of the task list, its columns, and all that match beyond the rows that are loaded. */
let world: BrowserWorld;
let j: Journey;
let operator: Person;
let buyer: { customerId: string; name: string };
let other: { customerId: string; name: string };
/** More than two windows of rows: the list does not load them all by itself. */
const CROWD = 230;
const OLD = 30;

/** Ready tasks, as a check and a plan leave them. */
async function insert(customer: { customerId: string; name: string }, count: number, day: string): Promise<void> {
  await world.t.database.sql(
    `insert into sync_task (id, installation_id, connection_id, source_key, source, type, state, customer_id,
       customer_name, subscription_id, subscription_name, subscription, order_number, effective_date, order_created_at,
       read_on, required_actions, choices, plan_summary, created_at, updated_at)
     select gen_random_uuid(), c.installation_id, c.id, gen_random_uuid()::text, 'order', 'change', 'ready', ?, ?,
       gen_random_uuid()::text, 'Example Office Basic', '{}', 'CH' || n, ?, now(), '2027-03-10', '[]', '{}',
       '{"recurringChange": "2.50", "periodMonths": 1, "oneOff": "0", "changes": [], "operations": 1, "warnings": [], "automatic": false,
         "provisional": false, "plannedAt": "2027-03-10T08:00:00.000Z"}', now(), now()
     from connection c, generate_series(1, ?) n where c.id = ?`,
    [customer.customerId, customer.name, day, count, j.connectionId],
  );
}
const states = async (customerId: string): Promise<Record<string, number>> => {
  const rows = await world.t.database.sql<{ state: string; count: number }>(
    'select state, count(*)::int as count from sync_task where customer_id = ? group by state',
    [customerId],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
};

beforeAll(async () => {
  world = await startBrowserWorld();
  j = await Journey.begin(world.t);
  const [first, second] = await j.buyers(2);
  [buyer, other] = [first!, second!];
});
beforeEach(async () => {
  await world.t.database.sql('delete from sync_task where connection_id = ?', [j.connectionId]);
  await insert(buyer, OLD, '2027-03-01');
  await insert(buyer, CROWD - OLD, '2027-03-10');
  await insert(other, 5, '2027-03-09');
  operator = await world.person({ role: 'operator' });
});
afterEach(async () => await operator?.close());
afterAll(async () => await world?.close());

const rowCount = (person: Person) => expect.poll(() => person.ui.getByRole('grid').getAttribute('aria-rowcount'));
const open = async (query: string): Promise<void> => await operator.go(`/c/${j.connectionId}/tasks?${query}`);

describe('the task list', () => {
  it('is narrowed by age and by a customer who is found by typing, and the address keeps both', async () => {
    const { ui, page } = operator;
    await open('view=ready');
    await rowCount(operator).toBe(String(CROWD + 5 + 1));
    await ui.getByLabel('Age', { exact: true }).selectOption('Over 7 days');
    await rowCount(operator).toBe(String(OLD + 1));
    await ui.getByLabel('Age', { exact: true }).selectOption('Up to 7 days');
    await rowCount(operator).toBe(String(CROWD - OLD + 5 + 1));

    const opener = ui.getByRole('button', { name: /^Customer: / });
    await press(operator, opener);
    const field = ui.getByRole('combobox', { name: 'Customer' });
    await expectFocus(operator, field);
    await page.keyboard.press('Escape');
    await expectFocus(operator, opener);
    await page.keyboard.press('Enter');
    await expectFocus(operator, field);
    await page.keyboard.type(other.name.slice(0, 5));
    await ui.getByRole('option', { name: other.name }).waitFor();
    await ui.getByRole('option', { name: other.name }).click();
    await rowCount(operator).toBe('6');
    await expectFocus(operator, ui.getByRole('button', { name: `Customer: ${other.name}` }));
    expect(await operator.path()).toContain(`age=under7`);
    expect(await operator.path()).toContain(`customer=${other.customerId}`);
    await expectAccessible(operator);

    // Nothing matches: the customer still has a name, and one press brings everything back.
    await ui.getByLabel('Age', { exact: true }).selectOption('Over 30 days');
    await ui.getByText('No task matches these filters.').waitFor();
    await ui.getByRole('button', { name: `Customer: ${other.name}` }).waitFor();
    await press(operator, ui.getByRole('button', { name: 'Show all customers' }));
    await expectFocus(operator, ui.getByRole('button', { name: 'Customer: any' }));
    await press(operator, ui.getByRole('button', { name: 'Clear filters' }));
    await rowCount(operator).toBe(String(CROWD + 5 + 1));
  });

  it('keeps the focus in the list when a search takes the row that had it', async () => {
    const { ui, page } = operator;
    const search = ui.getByRole('searchbox', { name: 'Search order, customer, subscription' });
    const first = ui.locator('tr.data').first();
    await open(`view=ready&customer=${buyer.customerId}`);
    await rowCount(operator).toBe(String(CROWD + 1));
    // Somebody types and goes on to the list before it follows.
    const searchAndGo = async (text: string, to: string): Promise<void> =>
      await search.evaluate(
        (field, [typed, row]) => {
          Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(field, typed);
          field.dispatchEvent(new Event('input', { bubbles: true }));
          [...document.querySelectorAll<HTMLElement>('tr.data')].find((one) => one.textContent.includes(row))!.focus();
        },
        [text, to] as const,
      );
    await ui.locator('tr.data', { hasText: 'CH1' }).first().waitFor();
    await searchAndGo('CH77', 'CH1');
    await rowCount(operator).toBe('2');
    await expectFocus(operator, first);
    await page.keyboard.press('x');
    await ui.getByRole('region', { name: '1 selected' }).waitFor();
    await page.keyboard.press('x');

    // The row that is left goes to another place, and the keys go on from there.
    await searchAndGo('CH7', 'CH77');
    // CH7 twice and CH70 to CH79, below the header.
    await rowCount(operator).toBe('13');
    await expectFocus(operator, ui.locator('tr.data', { hasText: 'CH77' }));
    const place = await ui.locator('tr.data', { hasText: 'CH77' }).getAttribute('data-index');
    await page.keyboard.press(place === '0' ? 'ArrowDown' : 'ArrowUp');
    await expectFocus(operator, ui.locator(`tr.data[data-index="${place === '0' ? 1 : Number(place) - 1}"]`));

    // Nothing is left: what was typed is what to change.
    await searchAndGo('CH9999', 'CH7');
    await ui.getByText('No task matches these filters.').waitFor();
    await expectFocus(operator, search);
  });

  it('shows the columns that a person wants, and keeps that for them alone', async () => {
    const { ui, page } = operator;
    await open('view=ready');
    const headers = async (): Promise<string[]> => await ui.getByRole('columnheader').allTextContents();
    // How many columns fit is known once the list has been measured.
    await expect.poll(headers).toContain('Order');
    await press(operator, ui.getByRole('button', { name: 'Columns' }));
    const item = ui.getByRole('menuitemcheckbox', { name: 'Order' });
    await expect.poll(() => item.getAttribute('aria-checked')).toBe('true');
    await expectAccessible(operator);
    await item.press('Enter');
    await expect.poll(() => item.getAttribute('aria-checked')).toBe('false');
    await page.keyboard.press('Escape');
    await expectFocus(operator, ui.getByRole('button', { name: 'Columns' }));
    expect(await headers()).not.toContain('Order');
    await page.reload();
    await open('view=ready');
    await expect.poll(headers).toContain('Since');
    expect(await headers()).not.toContain('Order');

    // Somebody else signs in with the same browser.
    await page.route('**/_sandbox/token', async (route) => {
      await route.continue({ postData: { ...(route.request().postDataJSON() as object), userId: 'user-2' } });
    });
    await page.reload();
    await open('view=ready');
    await expect.poll(headers).toContain('Order');
  });

  it(
    'selects all that match beyond what is loaded; the server counts them again before anything is done',
    { timeout: 180_000 },
    async () => {
      const { ui, page } = operator;
      await open(`view=ready&customer=${buyer.customerId}`);
      await rowCount(operator).toBe(String(CROWD + 1));
      // The second hundred comes by itself a moment after the first.
      await expect
        .poll(async () => {
          await ui.getByRole('checkbox', { name: 'Select all loaded rows' }).check();
          return await ui.getByRole('region', { name: '200 selected' }).count();
        })
        .toBe(1);
      await press(operator, ui.getByRole('button', { name: `Select all ${CROWD} that match` }));
      const bar = ui.getByRole('region', { name: `All ${CROWD} selected` });
      await expectFocus(operator, bar);
      await bar.getByText(`All ${CROWD} selected, all ready`).waitFor();
      await expectAccessible(operator);
      // Without one of them it is not all any more.
      await tabTo(operator, ui.locator('tr.data').first());
      await page.keyboard.press('x');
      await ui.getByRole('region', { name: '199 selected' }).waitFor();
      await page.keyboard.press('x');
      await press(operator, ui.getByRole('button', { name: `Select all ${CROWD} that match` }));

      await press(operator, bar.getByRole('button', { name: `Sync ${CROWD} ready tasks` }));
      const dialog = ui.getByRole('dialog', { name: `Sync ${CROWD} tasks?` });
      await dialog
        .getByText(`${CROWD} contracts change. As planned now: recurring +575.00 EUR each month, one-off 0.00 EUR.`)
        .waitFor();
      await expectAccessible(operator);
      await insert(buyer, 1, '2027-03-10');
      await page.keyboard.press('Control+Enter');
      await ui.getByText(`${CROWD + 1} tasks match now, not ${CROWD}. Nothing was started.`).waitFor();
      expect(await states(buyer.customerId)).toEqual({ ready: CROWD + 1 });
      await press(operator, ui.getByRole('button', { name: 'Look again' }));

      const grown = ui.getByRole('region', { name: `All ${CROWD + 1} selected` });
      await press(operator, grown.getByRole('button', { name: 'Ignore…' }));
      await ui
        .getByRole('dialog', { name: `Ignore ${CROWD + 1} tasks?` })
        .getByLabel('Reason')
        .fill('Closed by contract');
      await page.keyboard.press('Control+Enter');
      await ui.getByText(`${CROWD + 1} tasks ignored.`).waitFor({ timeout: 60_000 });
      expect(await states(buyer.customerId)).toEqual({ ignored: CROWD + 1 });
      expect(await states(other.customerId)).toEqual({ ready: 5 });
      await ui.getByText('No task matches these filters.').waitFor();
      expect(world.errors()).toEqual([]);
    },
  );
});
