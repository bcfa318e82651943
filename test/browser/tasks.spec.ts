import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, startBrowserWorld, type BrowserWorld, type Person } from '../support/browser.js';
import { Journey } from '../support/journey.js';

/** INS-11, LOG-2: two people at the task list. */
let world: BrowserWorld;
let j: Journey;
let productId: string;
const customers: { customerId: string; companyId: number; name: string }[] = [];

beforeAll(async () => {
  world = await startBrowserWorld();
  j = await Journey.begin(world.t);
  await j.check();
  customers.push(...(await j.buyers(2)));
  for (const { customerId, companyId } of customers) await j.mapCustomer(customerId, companyId);
  await j.mapFees();
  const product = await j.product('EX-OFF-P', '1m', '12m');
  productId = product.id;
  await j.serviceFor(product);
});
afterAll(async () => await world.close());

const sale = async (index: number): Promise<string> => {
  const order = await j.order({
    type: 'sales',
    customerId: customers[index]!.customerId,
    items: [{ productId, quantity: 10 }],
  });
  await j.check();
  return order.orderNumber as string;
};
const findTask = async ({ ui }: Person, orderNumber: string): Promise<void> => {
  await ui.getByRole('link', { name: 'Tasks', exact: false }).first().click();
  await ui.getByLabel('Search order, customer, subscription').fill(orderNumber);
  await ui.locator('tr.data', { hasText: orderNumber }).waitFor();
  await expect.poll(() => ui.locator('tr.data').count()).toBe(1);
};
describe('the list', () => {
  it('is told live what another person does, without a row moving', async () => {
    const orderNumber = await sale(1);
    const other = await world.person({ role: 'viewer' });
    await other.ui.locator('main').waitFor();
    await other.go(`/c/${j.connectionId}/tasks?view=all`);
    await findTask(other, orderNumber);
    const task = await j.taskOf(orderNumber);
    await j.sync(task.id, { contract: { create: {} } });
    await other.ui.locator('tr.data', { hasText: orderNumber }).getByText('Synced', { exact: true }).waitFor();

    // A viewer looks on: no write control anywhere, and the server would refuse anyway.
    await other.ui.getByText('You can look but not change.', { exact: false }).waitFor();
    expect(await other.ui.getByRole('button', { name: 'Check Changes' }).count()).toBe(0);
    expect(await other.ui.getByRole('checkbox').count()).toBe(0);
    await expectAccessible(other);
    await other.close();
  });
});
