import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowserWorld, type BrowserWorld, type Person } from '../support/browser.js';
import { Journey } from '../support/journey.js';

/** The sandbox's panel around the extension: its theme, its button that posts, its ways to the extension. */
let world: BrowserWorld;
let j: Journey;
let person: Person;
let order: any;

beforeAll(async () => {
  world = await startBrowserWorld();
  j = await Journey.begin(world.t);
  const { customerId, companyId } = await j.customer(14);
  await j.mapCustomer(customerId, companyId);
  await j.mapFees();
  const product = await j.product('EX-OFF-P', '1m', '12m');
  await j.serviceFor(product);
  order = await j.order({ type: 'sales', customerId, items: [{ productId: product.id, quantity: 4 }] });
  await j.check();
  person = await world.person({ role: 'operator' });
});
afterAll(async () => await world?.close());

describe('the panel', () => {
  it('hands its theme on to the extension, at once and after a reload', async () => {
    const { page, ui } = person;
    const scheme = (of: string) => ui.locator(`html[data-mantine-color-scheme=${of}]`).waitFor();
    const page0 = async (): Promise<string> =>
      await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await scheme('light');
    const light = await page0();
    await page.getByLabel('Theme').selectOption('dark');
    await scheme('dark');
    expect(await page0()).not.toBe(light);
    await page.reload();
    await scheme('dark');
    expect(await page.getByLabel('Theme').inputValue()).toBe('dark');
    // The system's own light has no say until it is asked.
    await page.getByLabel('Theme').selectOption('system');
    await scheme('light');
    expect(await page0()).toBe(light);
    await page.emulateMedia({ colorScheme: 'dark' });
    await scheme('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await scheme('light');
  });

  it('opens the task of an order and of a subscription in the wizard', async () => {
    const { page, ui } = person;
    const task = await j.taskOf(order.orderNumber);
    const wizard = new RegExp(`^/c/${j.connectionId}/tasks/${task.id}/sync/`);
    await page.getByRole('tab', { name: 'Orders' }).click();
    await page.getByRole('button', { name: `Open in extension: ${order.orderNumber}` }).click();
    await ui.getByRole('heading', { level: 1, name: `Sales ${order.orderNumber}` }).waitFor();
    expect(await person.path()).toMatch(wizard);

    await page.getByRole('tab', { name: 'Orders' }).click();
    await page.getByRole('radio', { name: 'Change' }).check();
    await page.getByLabel('Find customer').fill(task.customerName);
    await page.locator('#order-customer option', { hasText: task.customerName }).waitFor({ state: 'attached' });
    await page.getByLabel('Subscription').selectOption(String(task.subscriptionId));
    await page.getByRole('button', { name: 'Open in extension', exact: true }).click();
    await ui.getByRole('heading', { level: 1, name: `Sales ${order.orderNumber}` }).waitFor();
    expect(await person.path()).toMatch(wizard);
    // Until it has led to its step by itself, it would lead there from anywhere.
    await ui.getByRole('heading', { level: 2, name: /^Step \d of 5/ }).waitFor();

    // An order that nobody has checked yet has no task.
    await person.go('/open?order=SO999999');
    await ui.getByText('There is no task for SO999999 yet.').waitFor();
  });

  it('gives links that can be sent to a colleague: its own address, with the task open', async () => {
    const { page, ui } = person;
    const { id } = await j.taskOf(order.orderNumber);
    await person.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await person.go(`/c/${j.connectionId}/tasks?view=all&task=${id}`);
    await ui.getByRole('button', { name: 'Copy link' }).click();
    await ui.getByText('Link copied.').waitFor();
    const link = await page.evaluate(async () => await navigator.clipboard.readText());
    expect(new URL(link).origin).toBe(new URL(page.url()).origin);
    const colleague = await world.person({ role: 'viewer' });
    await colleague.page.goto(link);
    await colleague.page.reload();
    await colleague.ui.getByRole('complementary', { name: `Task ${order.orderNumber}` }).waitFor();
    await colleague.close();
  });

  it('posts the month that its clock stands in', async () => {
    const { page } = person;
    const posted = async (): Promise<number> =>
      (await world.t.sandbox('autotask', 'GET', '/state?collections=billingItems')).billingItems.length;
    const before = await posted();
    await page.getByRole('button', { name: 'Post March' }).click();
    await page.getByText(/^Posted up to 31 Mar 2027: \d+ billing items\.$/).waitFor();
    expect(await posted()).toBeGreaterThan(before);
    await page.getByRole('button', { name: 'Post March' }).click();
    await page.getByText('Nothing was left to post up to 31 Mar 2027.').waitFor();
    await page.getByRole('button', { name: '+1 month' }).click();
    await page.getByRole('button', { name: 'Post April' }).waitFor();
    expect(world.errors()).toEqual([]);
  });
});
