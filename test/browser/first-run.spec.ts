import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible, startBrowserWorld, type BrowserWorld, type Person } from '../support/browser.js';
import { Journey } from '../support/journey.js';
import { expectFocus, press, tabTo, type } from '../support/keyboard.js';

/** INS-1, INS-2, TSK-1, WIZ-1 to WIZ-7: from the catalogue to units on a contract, by keyboard alone. */
let world: BrowserWorld;
let person: Person;
let j: Journey;
let buyer: Awaited<ReturnType<Journey['customer']>>;
let orderNumber: string;
/** A product that no service stands for. */
let unmapped: string;

const NOW = '2027-03-10T09:00:00Z';

beforeAll(async () => {
  world = await startBrowserWorld();
  await world.t.sandbox('marketplace', 'PUT', '/clock', { now: NOW });
  for (const which of ['marketplace', 'autotask'] as const) await world.t.sandbox(which, 'POST', '/reset', {});
  await world.t.sandbox('marketplace', 'PUT', '/clock', { now: NOW });
  person = await world.person();
});
afterAll(async () => await world?.close());

const keys = async (...all: string[]): Promise<void> => {
  for (const key of all) await person.page.keyboard.press(key);
};
const button = (name: string | RegExp) => person.ui.getByRole('button', { name, exact: typeof name === 'string' });

it('installs from the catalogue and asks for the first connection at once', async () => {
  const { page, ui } = person;
  await press(person, page.getByRole('button', { name: 'Install now' }));
  await ui.getByRole('heading', { name: 'Connect Autotask' }).waitFor();
  expect(await page.locator('#frame iframe').getAttribute('title')).toBe('PSA sync for Autotask');
  await expectAccessible(person);
});

it('names what is missing, and what a test found wrong', async () => {
  const { ui } = person;
  await press(person, button('Test connection'));
  await ui.getByText('Enter an alias.').first().waitFor();
  await expectFocus(person, ui.getByLabel('Alias'));
  const { credentials } = await world.t.sandbox('autotask', 'GET', '/state');
  await person.page.keyboard.type('EU - EUR');
  await type(person, ui.getByLabel('Currency'), 'EUR');
  await type(person, ui.getByLabel('API user name'), credentials.userName);
  await type(person, ui.locator('[name=secret]'), 'wrong-9481');
  await press(person, button('Test connection'));
  await ui.locator('.badge.bad', { hasText: 'failed' }).first().waitFor();
  await tabTo(person, ui.locator('[name=secret]'), true);
  await keys('ControlOrMeta+a');
  await person.page.keyboard.type(credentials.secret);
  await expect.poll(() => ui.getByRole('list', { name: 'Result' }).count()).toBe(0);
});

it('saves, checks and shows the tasks without a reload', async () => {
  const { ui } = person;
  await press(person, button('Save and check for changes'));
  await ui.getByRole('heading', { name: 'Tasks' }).waitFor();
  await expectFocus(person, ui.getByRole('main'));
  await ui.locator('tr.data').first().waitFor({ timeout: 30_000 });
  expect(await ui.getByRole('grid').getAttribute('aria-rowcount')).not.toBe('1');
  await expectAccessible(person);
});

it('finds an order of this moment, and opens its wizard with a letter', async () => {
  const { ui } = person;
  const { items } = (await world.t.as('admin').get('/connections')).body;
  j = Journey.of(world.t, items[0].id);
  const { runningCheck } = (await j.operator.get(`${j.c}/dashboard`)).body;
  if (runningCheck) await world.t.job(runningCheck.jobId);
  // Reads the lists, or joins the reading that a new connection begins by itself.
  await j.refresh();
  buyer = await j.customer(14);
  const { id: productId } = await j.product('EX-OFF-P', '1m', '12m');
  ({ id: unmapped } = await j.product('EX-OFF-B', '1m', '12m'));
  ({ orderNumber } = await j.order({
    type: 'sales',
    customerId: buyer.customerId,
    items: [{ productId, quantity: 10 }],
  }));
  await press(person, button('Check Changes'));
  await ui.getByText('1 new task,', { exact: false }).first().waitFor({ timeout: 30_000 });
  await keys('/');
  await expectFocus(person, ui.getByRole('searchbox'));
  await person.page.keyboard.type(orderNumber);
  await expect.poll(() => ui.getByRole('grid').getAttribute('aria-rowcount')).toBe('2');
  const row = ui.locator('tr.data', { hasText: orderNumber });
  await tabTo(person, row);
  await keys('Enter');
  await ui.getByRole('complementary', { name: `Task ${orderNumber}` }).waitFor();
  await keys('s');
  await ui.getByRole('heading', { name: 'Step 1 of 5: Customer' }).waitFor();
});

it('answers every step with the keyboard and syncs to the end', async () => {
  const { ui } = person;
  const step = async (name: string): Promise<void> => {
    await expectFocus(person, ui.getByRole('heading', { name }));
  };
  await step('Step 1 of 5: Customer');
  await press(person, ui.getByRole('radio', { name: buyer.name }), 'Space');
  await ui.getByText(`Mapped to ${buyer.name}`).waitFor();
  await keys('Control+Enter');
  await step('Step 2 of 5: Product');
  await press(person, button('Add product to Autotask'));
  const dialog = ui.getByRole('dialog');
  await expectFocus(person, dialog.getByLabel('Name'));
  await type(person, dialog.getByLabel('Price (EUR)'), '22.00');
  await type(person, dialog.getByLabel('Cost (EUR)'), '17.50');
  await tabTo(person, dialog.getByLabel('Billing code'));
  await ui.locator('[role=option]:visible').first().waitFor();
  await keys('ArrowDown', 'Enter');
  await keys('Control+Enter');
  await dialog.waitFor({ state: 'detached' });
  await ui.getByText('Matched').waitFor();
  await keys('Control+Enter');
  await step('Step 3 of 5: Contract');
  // The only suitable one is chosen already; the arrow goes on to a new one.
  await press(person, ui.locator('input[name=contract]:checked'), 'ArrowUp');
  await expectFocus(person, ui.getByRole('radio', { name: 'Create a new contract' }));
  await keys('Control+Enter');
  await step('Step 4 of 5: Lines');
  await keys('Control+Enter');
  await step('Step 5 of 5: Confirm');
  await press(person, button('Sync All'));
  await expectFocus(person, ui.getByRole('heading', { name: 'Synced.', exact: false }));

  // What was shown is what Autotask holds now: a contract of its own with ten units from the day of the sale.
  const { services, contracts } = await world.t.sandbox(
    'autotask',
    'GET',
    '/state?collections=services,contracts,contractServices',
  );
  const service = services.findLast(({ name }: { name: string }) => name.startsWith('Example Office Premium'));
  expect(service).toMatchObject({ unitPrice: 22, unitCost: 17.5, periodType: 2 });
  const windows = await j.windows(buyer.companyId, service.id);
  expect([windows[0], windows.at(-1)]).toEqual(['2027-03-10..2027-04-09 10', '2028-02-10..2028-03-09 10']);
  expect(windows.every((window) => window.endsWith(' 10'))).toBe(true);
  expect(contracts.at(-1)).toMatchObject({ companyID: buyer.companyId, contractType: 7 });
  expect((await j.taskOf(orderNumber)).state).toBe('synced');
});

it('opens the settings from its own menu, by keyboard, with a pop-up of a task over the page', async () => {
  const { ui } = person;
  await j.order({ type: 'sales', customerId: buyer.customerId, items: [{ productId: unmapped, quantity: 1 }] });
  await person.go(`/c/${j.connectionId}/tasks`);
  await j.check();
  await ui.locator('.toast').getByRole('link', { name: 'Open' }).last().waitFor();
  await press(person, button('Settings menu'));
  await expectFocus(person, ui.getByRole('menuitem', { name: 'Settings' }));
  await keys('Enter');
  await ui.getByRole('heading', { name: 'Connections' }).waitFor();
  expect(world.errors()).toEqual([]);
});

it('hears the host only: a message from another origin or window changes nothing', async () => {
  const { page, ui } = person;
  const frame = person.frame()!;
  const carried: string[] = [];
  page.on('request', (request) => carried.push(request.headers().authorization ?? ''));
  const scheme = await ui.locator('html').getAttribute('data-mantine-color-scheme');
  const lies = [
    { type: 'token', token: 'stolen', expiresAt: '2099-01-01' },
    { type: 'context', colorScheme: 'dark', locale: 'de', timeZone: 'UTC', availableHeight: 400, path: '/log' },
  ];
  await frame.evaluate((all) => {
    window.addEventListener('message', ({ data }) => {
      if (data === 'last') document.documentElement.dataset.heard = 'last';
    });
    // The right shape from the extension's own window …
    for (const lie of all) window.postMessage(lie, '*');
  }, lies);
  // … and from a window of another origin that it has opened.
  const [foreign] = await Promise.all([
    page.waitForEvent('popup'),
    frame.evaluate((url) => void window.open(url), `${world.t.sandboxes.autotask.origin}/_sandbox/state`),
  ]);
  await foreign.waitForLoadState();
  expect(new URL(foreign.url()).origin).not.toBe(world.t.sandboxes.marketplace.origin);
  await foreign.evaluate((all) => {
    for (const lie of [...all, 'last']) (window.opener as Window).postMessage(lie, '*');
  }, lies);
  await frame.waitForFunction(() => document.documentElement.dataset.heard === 'last');
  await foreign.close();
  await ui.getByRole('link', { name: 'Action Log' }).click();
  await ui.getByRole('heading', { name: 'Action Log' }).waitFor();
  await ui.locator('tr.data').first().waitFor();
  expect(carried.some((header) => header.startsWith('Bearer '))).toBe(true);
  expect(carried.filter((header) => header.includes('stolen'))).toEqual([]);
  expect(await ui.locator('html').getAttribute('data-mantine-color-scheme')).toBe(scheme);
  expect(await ui.locator('.notice.bad').count()).toBe(0);
});

it('is framed by its installation’s host alone, with no inline script', async () => {
  const policyOf = async (id: string) =>
    (await fetch(`${world.t.url}/?installationId=${id}`)).headers.get('content-security-policy')!;
  const id = new URL(await person.page.locator('#frame iframe').getAttribute('src').then(String)).searchParams.get(
    'installationId',
  )!;
  expect(await policyOf(id)).toContain(`frame-ancestors ${world.t.sandboxes.marketplace.origin}`);
  expect(await policyOf('EIN-unknown')).toContain("frame-ancestors 'none'");
  expect(await policyOf(id)).toContain("script-src 'self';");
  expect(await policyOf(id)).not.toContain('unsafe');
  expect(world.errors()).toEqual([]);
});
