import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, type BrowserWorld, type Person } from '../support/browser.js';
import { startOffice, type Buyer } from '../support/browser-journey.js';
import type { Journey } from '../support/journey.js';
import { expectFocus, press, tabTo, type } from '../support/keyboard.js';

/** WIZ-1 to WIZ-7, PSH-12, WIN-1 as one person, or two, meet them. */
let world: BrowserWorld;
let j: Journey;
let operator: Person;
let customer: Buyer;
/** Not mapped to a company yet. */
let other: Buyer;
let productId: string;
/** A product that no service stands for yet. */
let unmappedProductId: string;

beforeAll(async () => {
  const office = await startOffice(2);
  ({ world, j } = office);
  [customer, other] = office.buyers as [Buyer, Buyer];
  await j.mapCustomer(customer.customerId, customer.companyId);
  await j.mapFees();
  const product = await j.product('EX-OFF-P', '1m', '12m');
  productId = product.id;
  await j.serviceFor(product);
  unmappedProductId = (await j.product('EX-OFF-B', '1m', '12m')).id;
  operator = await world.person({ role: 'operator' });
});
afterEach(async () => void (await world.t.sandbox('autotask', 'DELETE', '/faults')));
afterAll(async () => await world?.close());

const sold = async (quantity: number, more: Record<string, unknown> = {}): Promise<any> =>
  await j.order({
    type: 'sales',
    customerId: customer.customerId,
    items: [{ productId, quantity }],
    ...more,
  });
const changed = async (subscriptionId: string, quantity: number): Promise<any> =>
  await j.order({ type: 'change', subscriptionId, items: [{ productId, quantity }] });
const taskOf = async (order: { orderNumber: string }): Promise<any> => await j.taskOf(order.orderNumber);
const heading = (person: Person, name: string | RegExp) => person.ui.getByRole('heading', { name, level: 2 });
const button = (person: Person, name: string) => person.ui.getByRole('button', { name, exact: true });
const wizard = async (person: Person, taskId: string, step = ''): Promise<void> =>
  await person.go(`/c/${j.connectionId}/tasks/${taskId}/sync/${step}`);

/** A sale that waits for its contract. */
async function waiting(quantity = 5): Promise<{ id: string; order: any }> {
  const order = await sold(quantity);
  await j.check();
  return { id: (await taskOf(order)).id, order };
}

/** Waits until the server holds these answers. */
const kept = async (taskId: string, choices: Record<string, unknown>): Promise<void> =>
  await expect.poll(async () => (await j.operator.get(`/tasks/${taskId}/draft`)).body.choices).toMatchObject(choices);

let day = 10;

/** Sales that are on contracts of their own already, and a change of each on the next day, waiting. */
async function upgrades(...quantities: [from: number, to: number][]): Promise<any[]> {
  const sales = [];
  for (const [from] of quantities) sales.push(await sold(from));
  await j.check();
  for (const sale of sales)
    expect((await j.sync((await taskOf(sale)).id, { contract: { create: {} } })).state).toBe('synced');
  day += 1;
  await world.t.sandbox('marketplace', 'PUT', '/clock', { now: `2027-03-${day}T09:00:00Z` });
  const changes = [];
  for (const [index, [, to]] of quantities.entries()) changes.push(await changed(sales[index].subscriptionId, to));
  await j.check();
  return await Promise.all(
    changes.map(async (change) => ({ ...(await taskOf(change)), ...(await j.lineOf(change.subscriptionId)) })),
  );
}

describe('the wizard', () => {
  it('loses nothing by a reload in any of its steps', async () => {
    const { page, ui } = operator;
    const order = await sold(5, {
      customerId: other.customerId,
      items: [{ productId: unmappedProductId, quantity: 5 }],
    });
    await j.check();
    const { id } = await taskOf(order);
    const reload = async (name: string): Promise<void> => {
      await heading(operator, name).waitFor();
      await page.reload();
      await expectFocus(operator, heading(operator, name));
    };
    await wizard(operator, id);
    await ui.getByRole('radio', { name: other.name }).check();
    await ui.getByText(`Mapped to ${other.name}`).waitFor();
    await reload('Step 1 of 5: Customer');
    await ui.getByText(`Mapped to ${other.name}`).waitFor();
    await button(operator, 'Continue').click();

    await button(operator, 'Add product to Autotask').click();
    await ui.getByRole('dialog').getByLabel('Price (EUR)').fill('8.00');
    await ui.getByRole('dialog').getByLabel('Billing code').click();
    await ui.getByRole('listbox').getByRole('option').first().click();
    await button(operator, 'Create and map').click();
    await ui.getByText('Matched').waitFor();
    await reload('Step 2 of 5: Product');
    await ui.getByText('Matched').waitFor();
    await button(operator, 'Continue').click();

    await ui.getByRole('radio', { name: 'Create a new contract' }).check();
    await ui.getByRole('textbox', { name: 'Name' }).fill('Kept over a reload');
    await ui.getByRole('textbox', { name: 'Number' }).fill('K-2027');
    await kept(id, { contract: { create: { name: 'Kept over a reload', contractNumber: 'K-2027' } } });
    await reload('Step 3 of 5: Contract');
    expect(await ui.getByRole('radio', { name: 'Create a new contract' }).isChecked()).toBe(true);
    expect(await ui.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Kept over a reload');
    expect(await ui.getByRole('textbox', { name: 'Number' }).inputValue()).toBe('K-2027');
    await button(operator, 'Continue').click();

    const after = ui.getByLabel('After, ', { exact: false });
    const text = ui.getByLabel('Invoice text, ', { exact: false });
    await after.fill('7');
    await text.fill('Seven, as agreed');
    await kept(id, { lines: [{ quantity: 7, description: 'Seven, as agreed' }] });
    await reload('Step 4 of 5: Lines');
    expect([await after.inputValue(), await text.inputValue()]).toEqual(['7', 'Seven, as agreed']);
    await expectAccessible(operator);
    await button(operator, 'Continue').click();

    await reload('Step 5 of 5: Confirm');
    await ui.getByText('– → 7').first().waitFor();
    await button(operator, 'Sync All').click();
    await heading(operator, /^Synced\./).waitFor();
    await page.reload();
    await heading(operator, /^Synced\./).waitFor();
    const { contractId, lineId } = await j.lineOf(order.subscriptionId);
    const { contracts } = await world.t.sandbox('autotask', 'GET', '/state?collections=contracts');
    expect(contracts.find((one: any) => one.id === contractId)).toMatchObject({
      contractName: 'Kept over a reload',
      contractNumber: 'K-2027',
    });
    expect((await j.lineWindows(lineId))[0]).toMatch(/^2027-03-10\..* 7$/);
  });

  it('asks for new tokens by itself, and keeps an answer that was given after the host fell silent', async () => {
    const person = await world.person({ role: 'operator' });
    const { page, ui } = person;
    const { id } = await waiting();
    let issued = 0;
    let silent = false;
    await page.route('**/_sandbox/token', async (route) => {
      issued += 1;
      if (silent) return await route.abort();
      // Each is about to end when it is handed over.
      await route.continue({ postData: { ...(route.request().postDataJSON() as object), ttlSeconds: 5 } });
    });
    await page.reload();
    await wizard(person, id, 'contract');
    await ui.getByRole('radio', { name: 'Create a new contract' }).check();
    await ui.getByRole('textbox', { name: 'Name' }).fill('Before');
    await kept(id, { contract: { create: { name: 'Before' } } });
    await button(person, 'Continue').click();
    await heading(person, 'Step 4 of 5: Lines').waitFor();
    expect(issued).toBeGreaterThan(3);
    expect(await ui.getByRole('alert').filter({ hasText: /\S/ }).count()).toBe(0);

    silent = true;
    await ui.getByLabel('Invoice text, ', { exact: false }).fill('Typed too late');
    const notice = ui.getByRole('alert').filter({ hasText: 'Your sign-in ran out.' }).first();
    await notice.getByText('What you entered is saved. Reload the page of the marketplace.').waitFor();
    expect((await j.operator.get(`/tasks/${id}/draft`)).body.choices.lines).toBeUndefined();
    silent = false;
    await page.reload();
    await heading(person, 'Step 4 of 5: Lines').waitFor();
    await kept(id, { contract: { create: { name: 'Before' } }, lines: [{ description: 'Typed too late' }] });
    expect(await ui.getByLabel('Invoice text, ', { exact: false }).inputValue()).toBe('Typed too late');
    // The host's silence is in the browser's log, and nothing else.
    expect(new Set(world.errors())).toEqual(new Set(['Failed to load resource: net::ERR_FAILED']));
    await person.close();
  });

  it('tells what Autotask refused and what stays, and goes on from there when it is tried again', async () => {
    const { ui, page } = operator;
    const { id, order } = await waiting(6);
    await world.t.sandbox('autotask', 'POST', '/faults', {
      method: 'POST',
      path: 'ServiceAdjustments',
      times: 1,
      kind: 'status',
      status: 500,
      body: { errors: ['The adjustment was refused for a test.'] },
    });
    await wizard(operator, id, 'contract');
    await press(operator, ui.locator('input[name=contract]').first(), 'ArrowUp');
    await kept(id, { contract: { create: {} } });
    await page.keyboard.press('Control+Enter');
    await expectFocus(operator, heading(operator, 'Step 4 of 5: Lines'));
    await page.keyboard.press('Control+Enter');
    await expectFocus(operator, heading(operator, 'Step 5 of 5: Confirm'));
    await press(operator, button(operator, 'Sync All'));
    await expectFocus(operator, heading(operator, 'Autotask refused a step.'));
    await ui.getByText('The adjustment was refused for a test.').first().waitFor();
    await ui.getByText('2 steps are written and stay; they are not repeated.').waitFor();
    const steps = ui.getByRole('list', { name: 'Steps' }).getByRole('listitem');
    expect(await steps.nth(2).textContent()).toContain('refused');
    await expectAccessible(operator);

    await press(operator, ui.getByRole('link', { name: 'Retry' }));
    await expectFocus(operator, heading(operator, 'Step 5 of 5: Confirm'));
    await ui.getByText('What will be sent (1 call)').waitFor();
    await press(operator, button(operator, 'Sync All'));
    await expectFocus(operator, heading(operator, /^Synced\./));
    const { lineId } = await j.lineOf(order.subscriptionId);
    expect((await j.lineWindows(lineId)).every((window) => window.endsWith(' 6'))).toBe(true);
    const { contractServiceAdjustments } = await world.t.sandbox(
      'autotask',
      'GET',
      '/state?collections=contractServiceAdjustments',
    );
    expect(contractServiceAdjustments.filter((one: any) => one.contractServiceID === lineId)).toHaveLength(1);
  });

  it('marks as expected what Autotask computes when it posts, and nothing else', async () => {
    const { ui } = operator;
    const [task] = await upgrades([3, 5]);
    await wizard(operator, task.id, 'lines');
    const totals = ui.locator('dl.totals');
    expect(
      await totals
        .getByText(/^Prorated/)
        .locator('..')
        .textContent(),
    ).toMatch(/\d EUR expected$/);
    expect(
      await totals
        .getByText(/^Recurring/)
        .locator('..')
        .textContent(),
    ).toMatch(/\d EUR each month$/);
    await ui.getByText('expected: Autotask computes this when the period is posted.').waitFor();
    await expectAccessible(operator);
    await wizard(operator, task.id, 'confirm');
    const months = ui.getByRole('region', { name: 'Invoice (EUR)' }).locator('tbody tr');
    await months.first().waitFor();
    // The month in which the change falls is prorated; the ones after it are not.
    expect(await months.first().textContent()).toContain('expected');
    expect(await months.last().textContent()).not.toContain('expected');
    expect(await months.count()).toBe(2);
    await expectAccessible(operator);
  });

  it('leads from a refused fee to where fees are set, from the panel too', async () => {
    const { ui } = operator;
    const sale = await sold(3);
    await j.check();
    await j.sync((await taskOf(sale)).id, { contract: { create: {} } });
    const order = await j.order({ type: 'cancellation', subscriptionId: sale.subscriptionId, fee: '12.00' });
    await j.check();
    const task = await taskOf(order);
    await world.t.sandbox('autotask', 'POST', '/faults', {
      method: 'POST',
      path: 'Charges$',
      times: 1,
      kind: 'status',
      status: 500,
      body: { errors: ['Reference value on field: billingCodeID of type: BillingCode does not exist.'] },
    });
    const { hash } = await j.plan(task.id);
    const { body } = await j.operator.post(`/tasks/${task.id}/sync`, { choices: {}, planHash: hash });
    await world.t.job(body.jobId);
    expect(await taskOf(order)).toMatchObject({ state: 'failed' });
    await operator.go(`/c/${j.connectionId}/tasks?view=all&task=${task.id}`);
    await press(operator, ui.getByRole('link', { name: 'Open Fees' }));
    await expect.poll(async () => await operator.path()).toBe(`/c/${j.connectionId}/mapping/fees`);
    // Nobody waits for it any longer.
    await j.operator.post(`${j.c}/tasks/ignore`, { taskIds: [task.id], kind: 'not_billed', reason: 'For a test.' });
  });

  it('shows what was changed by hand, and what each answer makes of it', async () => {
    const { ui, page } = operator;
    const [task] = await upgrades([10, 12]);
    await j.byHand('ContractServiceAdjustments', {
      contractServiceID: task.lineId,
      effectiveDate: '2027-04-15',
      unitChange: 3,
    });
    await wizard(operator, task.id, 'confirm');
    await heading(operator, 'Step 4 of 5: Lines').waitFor();
    await ui.getByText('First this one: Lines.').waitFor();
    const question = ui.getByRole('group').filter({ hasText: 'Say what counts.' });
    expect(await question.getByRole('radio').count()).toBe(3);
    expect(await question.getByRole('radio', { checked: true }).count()).toBe(0);
    await page.keyboard.press('Control+Enter');
    await ui.getByText('Before going on:').waitFor();
    // Out of the reach of the buttons below.
    await question.evaluate((one) => one.scrollIntoView({ block: 'center' }));
    await expectAccessible(operator);
    await tabTo(operator, question.getByRole('radio').first());
    await page.keyboard.press('Space');
    await kept(task.id, { drift: [{ lineId: task.lineId, action: 'adopt' }] });
    await page.keyboard.press('Control+Enter');
    await expectFocus(operator, heading(operator, 'Step 5 of 5: Confirm'));
    await ui.getByText('13 → 15').first().waitFor();
    await press(operator, button(operator, 'Sync All'));
    await expectFocus(operator, heading(operator, /^Synced\./));
    expect((await j.lineWindows(task.lineId)).at(-1)).toMatch(/ 15$/);
  });

  it('sends nothing when Autotask was changed after the preview, and shows both plans', async () => {
    const { ui, page } = operator;
    const [task] = await upgrades([4, 6]);
    // A live event would bring the new plan by itself: until it is accepted the page keeps the one it has seen.
    const plans = `**/tasks/${task.id}/plan`;
    let seen: string | undefined;
    let accepted = false;
    await page.route(plans, async (route) => {
      if (accepted) return await route.continue();
      seen ??= await (await route.fetch()).text();
      await route.fulfill({ contentType: 'application/json', body: seen });
    });
    await page.route(`**/tasks/${task.id}/sync`, async (route) => {
      accepted = true;
      await route.continue();
    });
    await wizard(operator, task.id, 'confirm');
    // Not the stored summary, which is there before the plan: the plan itself.
    await heading(operator, 'Step 5 of 5: Confirm').waitFor();
    await ui.getByText('4 → 6').first().waitFor();
    // The units are known from the list already: the plan is there when it can be accepted.
    await button(operator, 'Sync All').waitFor();
    const windows = await j.lineWindows(task.lineId);
    await j.byHand('ContractServiceAdjustments', {
      contractServiceID: task.lineId,
      effectiveDate: '2027-04-15',
      unitChange: 1,
    });
    const changedByHand = await j.lineWindows(task.lineId);
    expect(changedByHand).not.toEqual(windows);
    await button(operator, 'Sync All').click();
    const notice = ui.getByRole('alert').filter({ hasText: 'Autotask changed after you confirmed. Nothing was sent.' });
    for (const column of ['You confirmed', 'Now', 'Why']) await notice.getByText(column, { exact: true }).waitFor();
    expect(await j.lineWindows(task.lineId)).toEqual(changedByHand);
    await notice.getByRole('button', { name: 'Review new plan' }).click();
    await expectFocus(operator, heading(operator, 'Step 4 of 5: Lines'));
    expect(await ui.getByRole('radio', { checked: true }).count()).toBe(0);
    expect((await j.operator.get(`/tasks/${task.id}`)).body.accepted).toBeNull();
  });

  it('lets two people answer one task, and asks whose answer counts', async () => {
    const [one, two] = [operator, await world.person({ role: 'operator' })];
    const { id } = await waiting();
    await Promise.all([one, two].map(async (person) => await wizard(person, id, 'contract')));
    await Promise.all([one, two].map(async (person) => await heading(person, 'Step 3 of 5: Contract').waitFor()));
    const create = (person: Person) => person.ui.getByRole('radio', { name: 'Create a new contract' });
    const nameOf = (person: Person) => person.ui.getByRole('textbox', { name: 'Name' });
    await create(one).check();
    await nameOf(one).fill('From the first');
    await kept(id, { contract: { create: { name: 'From the first' } } });
    await create(two).check();
    const notice = two.ui.getByRole('alert').filter({ hasText: 'changed this task at' });
    await notice.getByText('Your last answer was not saved.', { exact: false }).waitFor();
    await kept(id, { contract: { create: { name: 'From the first' } } });
    await notice.getByRole('button', { name: 'Show theirs' }).click();
    await expect.poll(() => nameOf(two).inputValue()).toBe('From the first');
    await nameOf(two).fill('From the second');
    await kept(id, { contract: { create: { name: 'From the second' } } });
    await two.close();
  });

  it('says who else answers, and shows their answers when asked', async () => {
    const other = await world.person({ role: 'operator', userId: 'user-2' });
    const { id } = await waiting();
    await wizard(other, id, 'contract');
    await other.ui.getByRole('radio', { name: 'Create a new contract' }).check();
    await kept(id, { contract: { create: {} } });
    await wizard(operator, id, 'contract');
    const present = operator.ui.getByText(/^user-2 is in this task \(step 3\), last answer/);
    await present.waitFor();
    await other.ui.getByRole('textbox', { name: 'Name' }).fill('From somebody else');
    await kept(id, { contract: { create: { name: 'From somebody else' } } });
    // Looked at again by and by; what one is at work on does not change by itself.
    const show = operator.ui.getByRole('button', { name: 'Show theirs' });
    await show.waitFor({ timeout: 30_000 });
    await press(operator, show);
    await expect.poll(() => operator.ui.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('From somebody else');
    expect(await other.ui.getByText('is in this task').count()).toBe(0);
    await other.close();
  });

  it('takes loaded prices back', async () => {
    const { ui } = operator;
    const { id } = await waiting();
    await j.operator.put(`/tasks/${id}/draft`, {
      step: 'contract',
      choices: { contract: { create: {} } },
      version: 0,
    });
    await wizard(operator, id, 'lines');
    const price = ui.getByLabel('Price, ', { exact: false });
    await tabTo(operator, price);
    await operator.page.keyboard.type('21.50');
    await operator.page.keyboard.press('Tab');
    await kept(id, { lines: [{ price: '21.50' }] });
    const source = ui.getByLabel('Load prices from');
    await source.selectOption('Autotask');
    const question = ui.getByRole('dialog', { name: 'Load prices from' });
    await expectFocus(operator, question.getByRole('button', { name: 'Keep mine' }));
    await operator.page.keyboard.press('Control+Enter');
    await ui.getByText('Loaded from Autotask.').waitFor();
    await expect.poll(async () => await price.inputValue()).toBe('10.00');
    await press(operator, button(operator, 'Undo'));
    await expectFocus(operator, source);
    await expect.poll(async () => await price.inputValue()).toBe('21.50');
    await kept(id, { lines: [{ price: '21.50' }] });
    expect((await j.operator.get(`/tasks/${id}/draft`)).body.choices.priceSource).toBeUndefined();
  });

  it('hands what nobody can prove to a person: both pictures, and three answers', async () => {
    const { ui, page } = operator;
    const tasks = await upgrades([3, 5], [3, 5], [3, 5]);
    const hashes: string[] = [];
    for (const { id } of tasks) hashes.push((await j.plan(id)).hash);
    await world.t.sandbox('autotask', 'POST', '/faults', {
      method: 'POST',
      path: 'ServiceAdjustments',
      times: tasks.length,
      kind: 'drop-before',
    });
    // All at once: the lines must have changed before the first of them is looked at again.
    const accepted = await Promise.all(
      tasks.map(
        async ({ id }, index) => await j.operator.post(`/tasks/${id}/sync`, { choices: {}, planHash: hashes[index] }),
      ),
    );
    for (const { status, body } of accepted) expect(status, JSON.stringify(body)).toBe(202);
    await world.t.until(
      async () => await world.t.sandbox<{ items: unknown[] }>('autotask', 'GET', '/faults'),
      ({ items }) => items.length === 0,
    );
    // Somebody changes the lines before it can be seen whether the request had arrived.
    for (const { lineId } of tasks)
      await j.byHand('ContractServiceAdjustments', {
        contractServiceID: lineId,
        effectiveDate: '2027-04-15',
        unitChange: 4,
      });
    const stateOf = async (id: string): Promise<string> => (await j.operator.get(`/tasks/${id}`)).body.state;
    for (const { id } of tasks)
      await world.t.until(
        async () => await stateOf(id),
        (state) => state === 'uncertain',
        30,
      );
    const answers = ['It was applied.', 'It was not applied.', 'Leave it.'];
    // What others changed is asked about before anything is sent again.
    const ends = ['action_required', 'action_required', 'failed'];
    for (const [index, { id }] of tasks.entries()) {
      await wizard(operator, id, 'result');
      await expectFocus(operator, heading(operator, 'We cannot prove whether Autotask applied this change.'));
      const table = ui.getByRole('table');
      expect(await table.getByRole('columnheader').allTextContents()).toEqual(
        expect.arrayContaining(['Before we sent', 'If applied', 'Autotask now']),
      );
      expect(await table.getByRole('row').last().getByRole('cell').allTextContents()).toEqual(['3', '5', '7']);
      expect(await ui.getByRole('radio').count()).toBe(3);
      if (index === 0) await expectAccessible(operator);
      await press(operator, button(operator, 'Decide'));
      await ui.getByText('Choose one of the three.').waitFor();
      await expectFocus(operator, ui.getByRole('radio').first());
      await page.keyboard.press('Space');
      for (let down = 0; down < index; down += 1) await page.keyboard.press('ArrowDown');
      expect(await ui.getByRole('radio', { name: answers[index]! }).isChecked()).toBe(true);
      await type(operator, ui.getByRole('textbox', { name: 'Note' }), 'Looked at it in Autotask.');
      await press(operator, button(operator, 'Decide'));
      await world.t.until(
        async () => await stateOf(id),
        (state) => state === ends[index],
        30,
      );
    }
    for (const index of [0, 1])
      await j.sync(tasks[index].id, { drift: [{ lineId: tasks[index].lineId, action: 'adopt' }] });
    const last = async (index: number): Promise<string> =>
      (await j.lineWindows(tasks[index].lineId)).at(-1)!.split(' ')[1]!;
    expect([await last(0), await last(1), await last(2)]).toEqual(['7', '9', '7']);
    expect(world.errors()).toEqual([]);
  });
});
