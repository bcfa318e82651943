import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectFocus, press, tabTo } from '../support/keyboard.js';
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
/** Waits for a pop-up with this text. */
const said = async (text: string | RegExp): Promise<void> =>
  await operator.ui.locator('.toast').filter({ hasText: text }).first().waitFor();

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

  it('maps fifty customers by their suggestions, by keyboard, and loses nothing staged by a reload', async () => {
    const { ui, page } = operator;
    page.on('dialog', (question) => void question.accept());
    // Where two fit, a person must look.
    await list('mapping/customers?status=suggested&q=Yarrow');
    await row('Yarrow Twins').getByText('Several candidates').waitFor();
    expect(await row('Yarrow Twins').getByRole('checkbox').count()).toBe(0);
    await list('mapping/customers?status=suggested');
    const before = (await mapped()).size;
    const rows = ui.locator('tr.data');
    // One by one: Y stages and goes on, N turns down and goes on.
    await tabTo(operator, rows.first());
    await page.keyboard.press('y');
    await rows.nth(0).getByText('Staged', { exact: true }).waitFor();
    await expectFocus(operator, rows.nth(1));
    await page.keyboard.press('n');
    await rows.nth(1).getByText('Staged: not this one').waitFor();
    await expectFocus(operator, rows.nth(2));
    const bar = ui.getByRole('region', { name: 'Staged changes' });
    await press(operator, bar.getByRole('button', { name: 'Discard' }));
    await ui.getByText('Staged: not this one').waitFor({ state: 'detached' });

    // All that have the same name come ticked.
    const confirm = bar.getByRole('button', { name: /^Confirm \d+ matches$/ });
    const n = Number(/\d+/.exec((await confirm.textContent()) ?? '')![0]);
    expect(n).toBeGreaterThanOrEqual(50);
    await press(operator, confirm);
    await bar.getByRole('button', { name: `Save ${n} changes` }).waitFor();
    await expectAccessible(operator);
    expect((await mapped()).size).toBe(before);
    await page.reload();
    await ui.getByText(`You have ${n} unsaved`, { exact: false }).waitFor();
    await press(operator, ui.getByRole('button', { name: 'Continue' }));
    await bar.getByRole('button', { name: `Save ${n} changes` }).waitFor();
    await page.keyboard.press('Control+s');
    await said(`${n} changes saved.`);
    const now = await mapped();
    expect(now.size).toBe(before + n);
    expect(now.get('T-7')).toEqual([9007]);
    expect(now.has('T-twins')).toBe(false);
  });

  it('says what an unmapping touches before it is staged, and takes the mapping away on saving', async () => {
    const { ui, page } = operator;
    const [used] = await world.t.database.sql<{ id: string; name: string; n: number }>(
      `select m.customer_id as id, c.name, count(*)::int as n from customer_mapping m
       join subscription_mirror s on s.customer_id = m.customer_id
       join customer_mirror c on c.customer_id = m.customer_id
       group by 1, 2 having count(*) > 1 order by 2 limit 1`,
    );
    await list(`mapping/customers?status=matched&q=${encodeURIComponent(used!.name)}`);
    const one = row(used!.name);
    await tabTo(operator, one);
    await press(operator, one.getByRole('button', { name: `More actions for ${used!.name}` }));
    await expectFocus(operator, ui.getByRole('menuitem').first());
    while (!(await ui.getByRole('menuitem', { name: 'Unmap…' }).evaluate((item) => item === document.activeElement)))
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const question = ui.getByRole('dialog', { name: `Unmap ${used!.name}?` });
    await question.getByText(new RegExp(`^${used!.n} subscriptions and \\d+ open tasks? use it\\.`)).waitFor();
    await expectAccessible(operator);
    await page.keyboard.press('Control+Enter');
    await one.getByText('Staged: unmap').waitFor();
    expect((await mapped()).has(used!.id)).toBe(true);
    await page.keyboard.press('Control+s');
    await said('1 change saved.');
    expect((await mapped()).has(used!.id)).toBe(false);
  });

  it('moves a row to its place as soon as somebody else maps it', async () => {
    const { ui } = operator;
    await list('mapping/customers?status=unmapped&q=Yarrow');
    await row('Yarrow Twins').waitFor();
    const matched = ui.getByRole('link', { name: /^Matched \d/ });
    const count = Number(/\d+/.exec((await matched.textContent()) ?? '')![0]);
    const answer = await world.t
      .as('admin')
      .put(`/connections/${c.slice(3)}/customers/mappings`, [
        { customerId: 'T-twins', companyId: 9101, action: 'map' },
      ]);
    expect(answer.status).toBe(200);
    await row('Yarrow Twins').waitFor({ state: 'detached' });
    await expect.poll(() => matched.textContent()).toBe(`Matched ${count + 1}`);
  });

  it('imports a company as a customer, maps it at once, and lists whom it left out', async () => {
    const { ui, page } = operator;
    await operator.go(`${c}/mapping/import`);
    const first = ui
      .getByRole('row')
      .filter({ has: ui.getByRole('button', { name: /^Import: / }) })
      .first();
    await first.waitFor();
    const name = /^Import: (.+)$/.exec((await first.getByRole('button').getAttribute('aria-label')) ?? '')![1]!;
    await press(operator, first.getByRole('button'));
    await dialog().getByRole('textbox', { name: 'Login' }).fill('otter.admin');
    await dialog().getByRole('textbox', { name: 'Password' }).fill('short');
    await page.keyboard.press('Control+Enter');
    await dialog().getByText('Use 8 to 64 characters', { exact: false }).first().waitFor();
    await expectAccessible(operator);
    await dialog().getByRole('textbox', { name: 'Password' }).fill('Longer-than-8-1');
    await page.keyboard.press('Control+Enter');
    await said(`${name} was imported and mapped.`);
    const { customers } = await world.t.sandbox('marketplace', 'GET', '/state');
    const made = customers.findLast((one: any) => one.name === name);
    expect((await mapped()).get(String(made.id))).toHaveLength(1);

    await press(operator, ui.getByRole('button', { name: 'Import all complete…' }));
    await expectFocus(operator, dialog().getByRole('button', { name: 'Cancel' }));
    await page.keyboard.press('Control+Enter');
    await ui.getByRole('heading', { name: 'Import of companies' }).waitFor();
    await ui.getByText('imported and mapped', { exact: false }).first().waitFor();
    await ui.getByText(/^Finished\. .+ · 0 to go$/).waitFor({ timeout: 30_000 });
    await expectAccessible(operator);
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
