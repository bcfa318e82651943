import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, type BrowserWorld, type Person } from '../support/browser.js';
import { screenOf, startOffice, type Buyer } from '../support/browser-journey.js';
import type { Journey } from '../support/journey.js';
import { entered, expectFocus, press, tabTo, type } from '../support/keyboard.js';

/** MAP-1, MAP-3, MAP-4, MAP-5, MAP-6, MAP-7, MAP-9 and MAP-11 with keys alone: nothing here ever clicks or fills. */
let world: BrowserWorld;
let j: Journey;
let operator: Person;
let first: Buyer;
let second: Buyer;
let third: Buyer;

beforeAll(async () => {
  const office = await startOffice(3);
  ({ world, j } = office);
  [first, second, third] = office.buyers as [Buyer, Buyer, Buyer];
  operator = await world.person({ role: 'operator', height: 1000 });
});
afterAll(async () => await world?.close());

const { rows, row, button, tab, dialog, said, keys, search, toRow, walkDownTo } = screenOf(() => operator);
const mapped = async (): Promise<Record<string, number[]>> => {
  const found: Record<string, number[]> = {};
  for (const pair of await world.t.database.sql<{ customer_id: string; company_id: number }>(
    'select customer_id, company_id from customer_mapping order by company_id',
  ))
    (found[pair.customer_id] ??= []).push(pair.company_id);
  return found;
};
const companyName = async (id: number): Promise<string> =>
  (await world.t.sandbox('autotask', 'GET', '/state?collections=companies')).companies.find((one: any) => one.id === id)
    .companyName;

/** Opens a list, searches it, and goes to a row of what is found. */
async function find(path: string, text: string, target = row(text)): Promise<void> {
  await operator.go(`/c/${j.connectionId}/${path}`);
  await rows().first().waitFor();
  await search(text);
  await toRow(target);
}

/** Opens the menu of the row that has the focus, and chooses. */
async function fromMenu(name: string, act: string): Promise<void> {
  await press(operator, button(`More actions for ${name}`));
  await expectFocus(operator, operator.ui.getByRole('menuitem').first());
  await walkDownTo(operator.ui.getByRole('menuitem', { name: act }));
  await keys('Enter');
}

/** Types into a search box of choices, walks to the one of that name and takes it. */
async function choose(field: ReturnType<Person['ui']['getByRole']>, name: string): Promise<void> {
  await type(operator, field, name);
  const others = async (): Promise<string[]> => {
    const all = await operator.ui.locator('[role=option]').allTextContents();
    return all.length === 0 ? ['nothing'] : all.filter((one) => !one.toLowerCase().startsWith(name.toLowerCase()));
  };
  // The list of before the search stays until the new one is here.
  await expect.poll(others).toEqual([]);
  const isThere = async (): Promise<boolean> => {
    const [chosen] = await operator.ui.locator('[role=option][data-combobox-selected]').allTextContents();
    return chosen?.startsWith(name) ?? false;
  };
  for (let presses = 0; presses < 6 && !(await isThere()); presses += 1) await keys('ArrowDown');
  expect(await isThere()).toBe(true);
  await keys('Enter');
}

async function save(): Promise<void> {
  await keys('Control+s');
  await said('saved.');
}

describe('mapping customers without a pointer', () => {
  it('begins with those that are not mapped, and a switch shows all of them (MAP-1)', async () => {
    const counted = async (name: string): Promise<number> =>
      Number(/\d+/.exec((await tab(new RegExp(`^${name} \\d`)).textContent()) ?? '')![0]);
    const shown = async (): Promise<number> =>
      Number(await operator.ui.getByRole('grid').getAttribute('aria-rowcount')) - 1;
    await j.mapCustomer(third.customerId, third.companyId);
    await operator.go(`/c/${j.connectionId}/mapping/customers`);
    await rows().first().waitFor();
    expect(await tab(/^Unmapped \d/).getAttribute('aria-current')).toBe('page');
    await expect.poll(async () => (await counted('All')) - (await counted('Unmapped'))).toBe(1);
    await expect.poll(shown).toBe(await counted('Unmapped'));
    await press(operator, operator.ui.getByRole('checkbox', { name: 'Show only unmapped' }), 'Space');
    await expect.poll(shown).toBe(await counted('All'));
    await keys('Space');
    await expect.poll(shown).toBe(await counted('Unmapped'));
    const { customerId, companyId } = third;
    await j.operator.put(`${j.c}/customers/mappings`, [{ customerId, companyId, action: 'unmap' }]);
    expect(await mapped()).toEqual({});
  });

  it('maps one to a company that is searched for (MAP-1)', async () => {
    await find('mapping/customers?status=unmapped', first.name);
    await keys('m');
    const open = dialog(`Company for ${first.name}`);
    await entered(open);
    await choose(open.getByRole('combobox', { name: 'Another company' }), first.name);
    await keys('Control+Enter');
    await row(first.name).getByText('Staged', { exact: true }).waitFor();
    expect(await mapped()).toEqual({});
    await press(operator, tab('Changed now 1'));
    await expect.poll(async () => await rows().count()).toBe(1);
    await row(first.name).getByText('Staged', { exact: true }).waitFor();
    await save();
    expect(await mapped()).toEqual({ [first.customerId]: [first.companyId] });
  });

  it('edits the customer side of the match from the row menu: another customer, then one more (MAP-1, MAP-3)', async () => {
    const company = await companyName(first.companyId);
    await find('mapping/customers?status=matched', first.name);
    await fromMenu(first.name, 'Change the customer…');
    const open = dialog(`Customer for ${company}`);
    await entered(open);
    await choose(open.getByRole('combobox', { name: 'Customer' }), second.name);
    await expectAccessible(operator);
    await keys('Control+Enter');
    await operator.ui.getByRole('region', { name: 'Staged changes' }).getByText('2 staged').waitFor();
    await save();
    expect(await mapped()).toEqual({ [second.customerId]: [first.companyId] });

    await find('mapping/customers?status=matched', second.name);
    await fromMenu(second.name, 'Add a customer…');
    const another = dialog(`Another customer for ${company}`);
    await entered(another);
    await choose(another.getByRole('combobox', { name: 'Customer' }), third.name);
    await keys('Control+Enter');
    await save();
    expect(await mapped()).toEqual({ [second.customerId]: [first.companyId], [third.customerId]: [first.companyId] });
  });

  it('unmaps one from the row menu, with what that touches (MAP-1)', async () => {
    await find('mapping/customers?status=matched', third.name);
    await fromMenu(third.name, 'Unmap…');
    const question = dialog(`Unmap ${third.name}?`);
    await question.getByText('Nothing changes in Autotask.', { exact: false }).waitFor();
    await entered(question);
    await keys('Control+Enter');
    await row(third.name).getByText('Staged: unmap').waitFor();
    await save();
    expect(await mapped()).toEqual({ [second.customerId]: [first.companyId] });
  });

  it('says of a renamed company that it is still the same (MAP-4)', async () => {
    const put = async (called: string) =>
      await world.t.sandbox('autotask', 'POST', '/rows', {
        collection: 'companies',
        row: { id: first.companyId, companyName: called },
      });
    await put('Marmalade Freight');
    await j.refresh();
    await find('mapping/customers?status=broken', second.name);
    await row(second.name).getByText('is called "Marmalade Freight" in Autotask now', { exact: false }).waitFor();
    await press(operator, button(`Still the same: ${second.name}`));
    await row(second.name).getByText('Staged: still the same').waitFor();
    await expectAccessible(operator);
    await save();
    expect(
      await world.t.database.sql('select company_name, renamed from customer_mapping where customer_id = ?', [
        second.customerId,
      ]),
    ).toEqual([{ company_name: 'Marmalade Freight', renamed: false }]);
    await operator.go(`/c/${j.connectionId}/mapping/customers?status=matched`);
    await row(second.name).getByText('Matched').waitFor();
  });
});

describe('products and services without a pointer', () => {
  it('offers the name that is free when a service of the wanted one exists, and creates that (MAP-7)', async () => {
    const { itemId } = await taken('Example Taken');
    const product = await j.product('EX-OFF-B', '1m', '1m');
    const name = `${product.name}, 1 month, 1 month`;
    await find('mapping/products', 'EX-OFF-B', rows().filter({ has: button(`More actions for ${name}`) }));
    await fromMenu(name, 'Add product to Autotask…');
    const form = dialog(/^New service/);
    await expectFocus(operator, form.getByLabel('Name'));
    await type(operator, form.getByLabel('Name'), 'Example Taken');
    await type(operator, form.getByLabel('Price (EUR)'), '24.90');
    await tabTo(operator, form.getByLabel('Billing code'));
    await operator.ui.locator('[role=option]:visible').first().waitFor();
    await keys('ArrowDown', 'Enter');
    await keys('Control+Enter');
    await form.getByText('Autotask already has the service "Example Taken"', { exact: false }).waitFor();
    await expectAccessible(operator);
    await press(operator, form.getByRole('button', { name: 'Name it “Example Taken (monthly)”' }));
    await expectFocus(operator, form.getByLabel('Name'));
    await keys('Control+Enter');
    await said('Service Example Taken (monthly) was created and mapped.');
    const { services } = await world.t.sandbox('autotask', 'GET', '/state?collections=services');
    const made = services.find((one: any) => one.name === 'Example Taken (monthly)');
    expect(made.id).not.toBe(itemId);
    expect(await world.t.database.sql('select service_id from product_mapping')).toEqual([{ service_id: made.id }]);
  });

  /** A service that somebody made in Autotask itself. */
  async function taken(name: string): Promise<{ itemId: number }> {
    const { items } = (await j.operator.get(`${j.c}/billing-codes?useType=5`)).body;
    await j.byHand('Services', { name, unitPrice: 1, periodType: 2, billingCodeID: items[0].id });
    const { services } = await world.t.sandbox('autotask', 'GET', '/state?collections=services');
    return { itemId: services.find((one: any) => one.name === name).id };
  }
});

describe('a subscription without a pointer', () => {
  it('is still on the same contract when that was renamed, and leaves it with what stays there told (MAP-9)', async () => {
    await j.mapFees();
    const product = await j.product('EX-OFF-P', '1m', '12m');
    await j.serviceFor(product);
    const order = await j.order({
      type: 'sales',
      customerId: second.customerId,
      items: [{ productId: product.id, quantity: 7 }],
    });
    await j.check();
    await j.sync((await j.taskOf(order.orderNumber)).id, { contract: { create: {} } });
    const contractOf = async () =>
      await world.t.database.sql<any>(
        'select contract_id, contract_name, broken_because from subscription_mapping where subscription_id = ?',
        [order.subscriptionId],
      );
    const [{ contract_id: contractId }] = await contractOf();
    await world.t.sandbox('autotask', 'POST', '/rows', {
      collection: 'contracts',
      row: { id: contractId, contractName: 'Example Agreement' },
    });
    await j.refresh();
    await find('subscriptions', order.subscriptionId);
    await row(order.subscriptionId).getByText('Broken').waitFor();
    await keys('Enter');
    const panel = operator.ui.getByRole('complementary', { name: /^Subscription / });
    await press(operator, panel.getByRole('button', { name: 'Still the same' }));
    await said('is mapped.');
    await panel.getByText('Broken').waitFor({ state: 'detached' });
    expect(await contractOf()).toEqual([
      { contract_id: contractId, contract_name: 'Example Agreement', broken_because: null },
    ]);

    await press(operator, panel.getByRole('button', { name: 'Unmap…' }));
    const question = dialog(/^Take .* off its contract\?$/);
    await question.getByText(`7 units of ${product.name} stay on Example Agreement`, { exact: false }).waitFor();
    await expectAccessible(operator);
    await keys('Control+Enter');
    await said('is off its contract.');
    expect(await contractOf()).toEqual([]);
    const { contractServiceUnits } = await world.t.sandbox(
      'autotask',
      'GET',
      '/state?collections=contractServiceUnits',
    );
    expect(contractServiceUnits.some((one: any) => one.contractID === contractId && one.units === 7)).toBe(true);
  });
});

describe('import and CSV without a pointer', () => {
  it('completes a profile and imports one company, then all that are complete (MAP-5)', async () => {
    await operator.go(`/c/${j.connectionId}/mapping/import`);
    const start = button(/^Import: /).first();
    await start.waitFor();
    const name = /^Import: (.+)$/.exec((await start.getAttribute('aria-label')) ?? '')![1]!;
    await press(operator, start);
    const form = dialog(`Import ${name}`);
    await form.waitFor();
    await type(operator, form.getByRole('textbox', { name: 'Phone' }), '+49 30 5550009');
    await type(operator, form.getByRole('textbox', { name: 'Login' }), 'otter.admin');
    await type(operator, form.getByRole('textbox', { name: 'Password' }), 'short');
    await keys('Control+Enter');
    await expectFocus(operator, form.getByRole('textbox', { name: 'Password' }));
    await operator.page.keyboard.press('ControlOrMeta+a');
    await operator.page.keyboard.type('Longer-than-8-1');
    await keys('Control+Enter');
    await said(`${name} was imported and mapped.`);
    const { customers } = await world.t.sandbox('marketplace', 'GET', '/state');
    const made = customers.findLast((one: any) => one.name === name);
    expect((await mapped())[made.id]).toHaveLength(1);

    await press(operator, button('Import all complete…'));
    await entered(dialog('Import all complete companies?'));
    await keys('Control+Enter');
    await operator.ui.getByText(/^Finished\. .+ · 0 to go$/).waitFor({ timeout: 30_000 });
  });

  it('tries a CSV file, and applies its good rows (MAP-11)', async () => {
    const before = await mapped();
    const company = await freeCompany();
    await operator.go(`/c/${j.connectionId}/mapping/csv`);
    await tabTo(operator, operator.ui.getByLabel('CSV file'));
    const chooser = operator.page.waitForEvent('filechooser');
    await keys('Space');
    await (
      await chooser
    ).setFiles({
      name: 'mappings.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(
        `kind,marketplaceKey,autotaskId\ncustomer,${third.customerId},${company}\ncustomer,nobody,${company}\n`,
      ),
    });
    await operator.ui.getByText('1 row is good, 1 has a problem. Nothing is saved yet.').waitFor();
    expect(await mapped()).toEqual(before);
    await press(operator, button('Apply 1 row, leave 1'));
    await entered(dialog('Apply 1 row, leave 1?'));
    await keys('Control+Enter');
    await said('1 row changed something, 1 left out.');
    expect(await mapped()).toEqual({ ...before, [third.customerId]: [company] });
    expect(world.errors()).toEqual([]);
  });

  /** A company that no customer has. */
  async function freeCompany(): Promise<number> {
    const taken = new Set(Object.values(await mapped()).flat());
    const { items } = (await j.operator.get(`${j.c}/companies?pageSize=200`)).body;
    return items.find((one: any) => !taken.has(one.id)).id;
  }
});
