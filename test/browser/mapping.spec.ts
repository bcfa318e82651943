import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, startBrowserWorld, type BrowserWorld, type Person } from '../support/browser.js';

/** MAP-1, MAP-6 and MAP-11 on screen: one person and one connection for the whole file. */
let world: BrowserWorld;
let operator: Person;
let c: string;

/** Customers and companies of this test beside the sandbox's own thirty, so that there are more than fifty matches. */
const MORE = 30;
/** Names are made so that the first letters find them all and nothing else. */
const NAMES = Array.from(
  { length: MORE },
  (_, index) => `Zephyr ${'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[index % 26]}${index} Works`,
);
const LONG = `Zz ${'Exceedingly long name of a customer '.repeat(5)}`.slice(0, 200);

async function addRows(): Promise<void> {
  const { t } = world;
  const [template] = (await t.sandbox('marketplace', 'GET', '/state')).customers;
  const { companies } = await t.sandbox('autotask', 'GET', '/state?collections=companies');
  const company = companies.find(({ id }: any) => id === 121);
  const put = async (which: 'autotask' | 'marketplace', collection: string, row: unknown) =>
    await t.sandbox(which, 'POST', '/rows', { collection, row });
  // Alike in nothing but the name and the town.
  const own = { city: template.address.city, address1: '', postalCode: '', webAddress: '', taxID: '', phone: '' };
  const customer = { ...template, externalId: '', taxRegId: undefined };
  await Promise.all([
    ...NAMES.flatMap((name, index) => [
      put('marketplace', 'customers', { ...customer, id: `T-${index}`, name }),
      put('autotask', 'companies', {
        ...company,
        id: 9000 + index,
        companyName: name,
        companyNumber: `Z${index}`,
        ...own,
        userDefinedFields: undefined,
      }),
    ]),
    // Two companies of one name: nobody can tell, so nothing is ticked.
    put('marketplace', 'customers', { ...customer, id: 'T-twins', name: 'Yarrow Twins' }),
    ...[9101, 9102].map((id) =>
      put('autotask', 'companies', {
        ...company,
        id,
        companyName: 'Yarrow Twins',
        companyNumber: `Y${id}`,
        ...own,
        userDefinedFields: undefined,
      }),
    ),
    put('marketplace', 'customers', { ...customer, id: 'T-long', name: LONG }),
  ]);
}

const mapped = async (): Promise<Map<string, number[]>> => {
  const rows = await world.t.database.sql<{ customer_id: string; company_id: number }>(
    'select customer_id, company_id from customer_mapping order by company_id',
  );
  const found = new Map<string, number[]>();
  for (const { customer_id: id, company_id: companyId } of rows) found.set(id, [...(found.get(id) ?? []), companyId]);
  return found;
};

beforeAll(async () => {
  world = await startBrowserWorld();
  await addRows();
  await world.t.install();
  const id = await world.t.connect('EUR');
  c = `/c/${id}`;
  const api = world.t.as('operator');
  const check = await api.post(`/connections/${id}/check`);
  await world.t.job(check.body.jobId);
  const refresh = await api.post(`/connections/${id}/refresh`);
  await world.t.job(refresh.body.jobId);
  operator = await world.person({ role: 'operator' });
});
afterAll(async () => await world?.close());

/** Opens a route and waits until its list is drawn. */
async function list(path: string): Promise<void> {
  await operator.go(`${c}/${path}`);
  await operator.ui.locator('tr.data').first().waitFor();
}
/** The row whose text holds this. */
const row = (text: string) => operator.ui.locator('tr.data', { hasText: text }).first();
const dialog = () => operator.ui.getByRole('dialog');
/** Waits for a pop-up and closes it, so that the next one is not mistaken for it. */
async function said(text: string | RegExp): Promise<void> {
  const toast = operator.ui.locator('.toast').filter({ hasText: text }).first();
  await toast.waitFor();
  await toast.getByRole('button', { name: 'Close' }).click();
}

describe('mapping on screen', () => {
  it('closes and opens a plan by the arrow keys', async () => {
    const { ui, page } = operator;
    await list('mapping/products');
    const before = Number(await ui.getByRole('grid').getAttribute('aria-rowcount'));
    await ui.locator('tr.data').first().focus();
    await page.keyboard.press('ArrowLeft');
    await expect
      .poll(async () => Number(await ui.getByRole('grid').getAttribute('aria-rowcount')))
      .toBeLessThan(before);
    await page.keyboard.press('ArrowRight');
    await expect.poll(async () => Number(await ui.getByRole('grid').getAttribute('aria-rowcount'))).toBe(before);
  });

  it('tries a CSV file first, lists problems by row, and applies the good rows only', async () => {
    const { ui } = operator;
    await operator.go(`${c}/mapping/csv`);
    await ui.getByLabel('CSV file').setInputFiles({
      name: 'mappings.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('kind,marketplaceKey,autotaskId\ncustomer,T-3,9003\ncustomer,T-nobody,9004\n'),
    });
    await ui.getByText('1 row is good, 1 has a problem. Nothing is saved yet.').waitFor();
    expect((await mapped()).has('T-3')).toBe(false);
    await ui.getByRole('cell', { name: 'T-nobody' }).waitFor();
    await expectAccessible(operator);
    await ui.getByRole('button', { name: 'Apply 1 row, leave 1' }).click();
    await dialog().getByRole('button', { name: 'Apply 1 row, leave 1' }).click();
    await said('1 row changed something, 1 left out.');
    expect((await mapped()).get('T-3')).toEqual([9003]);
  });

  it('scrolls ten thousand customers without a blank', async () => {
    await world.t.database.sql(
      `insert into customer_mirror (id, installation_id, connection_id, customer_id, name, is_active, read_at, data, standing)
       select gen_random_uuid(), c.installation_id, c.connection_id, 'bulk-' || n, 'Bulk ' || lpad(n::text, 5, '0'), true,
              c.read_at, c.data || jsonb_build_object('id', 'bulk-' || n), 'unmapped'
       from customer_mirror c, generate_series(1, 10000) n where c.customer_id = 'T-7'`,
    );
    const { ui, page } = operator;
    await list('mapping/customers?status=all&q=Bulk');
    await expect.poll(async () => Number(await ui.getByRole('grid').getAttribute('aria-rowcount'))).toBe(10_001);
    const scroller = ui.getByRole('region', { name: 'Customers' });
    // After every jump, at once: whatever is in the middle and at both ends of the view is a row, drawn or still grey.
    for (const part of [0.1, 0.5, 0.9, 0.3, 1]) {
      const blank = await scroller.evaluate(async (box, share) => {
        box.scrollTop = share * (box.scrollHeight - box.clientHeight);
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        const { left, top, height } = box.getBoundingClientRect();
        return [60, height / 2, height - 20].filter(
          (y) => !document.elementFromPoint(left + 120, top + y)?.closest('tr.data'),
        );
      }, part);
      expect(blank, `at ${part}`).toEqual([]);
    }
    await row('Bulk 10000').waitFor();
    await ui.locator('tr.data').first().focus();
    await page.keyboard.press('Home');
    await row('Bulk 00001').waitFor();
    expect(world.errors()).toEqual([]);
  });
});
