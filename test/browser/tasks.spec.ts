import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, startBrowserWorld, type BrowserWorld, type Person } from '../support/browser.js';
import { Journey } from '../support/journey.js';
import { expectFocus, press, tabTo } from '../support/keyboard.js';

/** INS-11, LOG-2, TSK-6, TSK-8: people at the task list. */
let world: BrowserWorld;
let j: Journey;
let productId: string;
let serviceId: number;
let operator: Person;
const customers: { customerId: string; companyId: number; name: string }[] = [];
/** More than three times what runs at once, so that a stop after the first leaves some of them. */
const BULK = 10;

beforeAll(async () => {
  world = await startBrowserWorld();
  j = await Journey.begin(world.t);
  await j.check();
  customers.push(...(await j.buyers(BULK + 1)));
  for (const { customerId, companyId } of customers) await j.mapCustomer(customerId, companyId);
  await j.mapFees();
  const product = await j.product('EX-OFF-P', '1m', '12m');
  productId = product.id;
  serviceId = await j.serviceFor(product);
  operator = await world.person({ role: 'operator' });
});
afterEach(async () => void (await world.t.sandbox('autotask', 'DELETE', '/faults')));
afterAll(async () => await world?.close());

const sale = async (index: number): Promise<string> => {
  const order = await j.order({
    type: 'sales',
    customerId: customers[index]!.customerId,
    items: [{ productId, quantity: 10 }],
  });
  await j.check();
  return order.orderNumber as string;
};
const tasks = async (person: Person, query: string): Promise<void> =>
  await person.go(`/c/${j.connectionId}/tasks?${query}`);
const row = (person: Person, text: string) => person.ui.locator('tr.data', { hasText: text });
const order = async (person: Person): Promise<string[]> =>
  await person.ui.locator('tr.data').evaluateAll((all) => all.map((one) => one.textContent.slice(0, 80)));

describe('the list', () => {
  it('is told live what another person does, without a row moving', async () => {
    const orderNumber = await sale(0);
    const other = await world.person({ role: 'viewer' });
    await tasks(other, 'view=needsYou&sort=-effectiveDate');
    await row(other, orderNumber).waitFor();
    const before = await order(other);
    const at = before.findIndex((text) => text.includes(customers[0]!.name));
    const task = await j.taskOf(orderNumber);
    await j.sync(task.id, { contract: { create: {} } });
    await row(other, orderNumber).getByText('Synced', { exact: true }).waitFor();
    // It belongs to this view no more, and stays until somebody asks for it.
    expect((await order(other)).map((text) => text.slice(0, 40))).toEqual(before.map((text) => text.slice(0, 40)));
    expect(await row(other, orderNumber).getAttribute('class')).toContain('stale');
    expect(at).toBeGreaterThanOrEqual(0);
    await other.ui.getByRole('button', { name: 'Refresh: 1 has moved on' }).click();
    await row(other, orderNumber).waitFor({ state: 'detached' });
    await expectAccessible(other);
    await other.close();
  });

  it('ignores with a reason and restores, by keyboard; the row stays where it is', async () => {
    const { ui, page } = operator;
    const orderNumber = await sale(0);
    await tasks(operator, `view=all&q=${orderNumber}`);
    await tabTo(operator, row(operator, orderNumber));
    await page.keyboard.press('i');
    const dialog = ui.getByRole('dialog', { name: 'Ignore 1 task?' });
    await expectFocus(operator, dialog.getByLabel('Reason'));
    await page.keyboard.press('Control+Enter');
    await dialog.getByText('Say why, for the log.').waitFor();
    await expectFocus(operator, dialog.getByLabel('Reason'));
    await page.keyboard.type('Billed on paper this month');
    await page.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    await row(operator, orderNumber).getByText('Ignored', { exact: true }).waitFor();
    await expectFocus(operator, row(operator, orderNumber));
    expect(await j.taskOf(orderNumber)).toMatchObject({
      state: 'ignored',
      ignored: { kind: 'done_by_hand', reason: 'Billed on paper this month' },
    });

    await press(operator, ui.getByRole('link', { name: /^Ignored \d/ }), 'Enter');
    await ui.getByRole('heading', { name: 'Ignored tasks' }).waitFor();
    const ignored = row(operator, orderNumber);
    await ignored.getByText('Done by hand: Billed on paper this month').waitFor();
    await ignored.getByText('user-1').waitFor();
    await tabTo(operator, ui.locator('tr.data').first());
    await page.keyboard.press('r');
    await expectFocus(
      operator,
      ui.getByRole('dialog', { name: 'Restore 1 task?' }).getByRole('button', { name: 'Cancel' }),
    );
    await page.keyboard.press('Control+Enter');
    await ignored.getByText('Restored', { exact: true }).waitFor();
    await expectFocus(operator, ignored);
    await expectAccessible(operator);
    await expect.poll(async () => (await j.taskOf(orderNumber)).state).toBe('action_required');
  });

  it('takes an ignored task back at once', async () => {
    const { ui, page } = operator;
    const orderNumber = await sale(0);
    // The message of the test before, with its own Undo, goes with the page.
    await page.reload();
    await tasks(operator, `view=all&q=${orderNumber}`);
    await row(operator, orderNumber).focus();
    await page.keyboard.press('i');
    await ui.getByRole('dialog').getByLabel('Reason').fill('A slip of the hand');
    await page.keyboard.press('Control+Enter');
    await row(operator, orderNumber).getByText('Ignored', { exact: true }).waitFor();
    await ui.getByRole('button', { name: 'Undo', exact: true }).click();
    await row(operator, orderNumber).getByText('Action required', { exact: true }).waitFor();
    await expect.poll(async () => (await j.taskOf(orderNumber)).ignored).toBeNull();
  });

  it('syncs many in the background, stops when told, and gives back what had not begun', async () => {
    const { ui, page } = operator;
    const orders: string[] = [];
    for (const { customerId, companyId } of customers.slice(1)) {
      await j.byHand('Contracts', {
        companyID: companyId,
        contractName: 'Bulk',
        contractType: 7,
        contractPeriodType: 2,
        status: 1,
        startDate: '2027-03-10',
        endDate: '2029-03-09',
        timeReportingRequiresStartAndStopTimes: 0,
      });
      const state = await world.t.sandbox('autotask', 'GET', '/state?collections=contracts');
      const { orderNumber } = await j.order({
        type: 'sales',
        customerId,
        items: [{ productId, quantity: 3 }],
        attributes: {
          'psa.connectionId': j.connectionId,
          'psa.serviceId': String(serviceId),
          'psa.contractId': String(state.contracts.at(-1).id),
        },
      });
      orders.push(orderNumber);
    }
    await j.check();
    await tasks(operator, 'view=ready');
    await expect
      .poll(async () => (await Promise.all(orders.map(async (one) => await j.taskOf(one)))).map(({ state }) => state))
      .toEqual(orders.map(() => 'ready'));
    await expect.poll(() => ui.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(BULK + 1));
    await tabTo(operator, ui.locator('tr.data').first());
    await page.keyboard.press('x');
    for (let down = 1; down < BULK; down += 1) await page.keyboard.press('Shift+ArrowDown');
    const bar = ui.getByRole('region', { name: `${BULK} selected` });
    await press(operator, bar.getByRole('button', { name: `Sync ${BULK} ready tasks` }));
    const dialog = ui.getByRole('dialog', { name: `Sync ${BULK} tasks?` });
    await dialog.getByText('Adjustments cannot be deleted in Autotask.', { exact: false }).waitFor();
    await expectAccessible(operator);
    // Slow enough to be stopped in the middle.
    await world.t.sandbox('autotask', 'POST', '/faults', {
      method: '*',
      path: '.*',
      times: 10_000,
      kind: 'delay',
      ms: 500,
    });
    await page.keyboard.press('Control+Enter');
    await ui.getByRole('heading', { level: 1, name: /^Syncing/ }).waitFor();
    const jobId = (await operator.path()).split('/').at(-1)!;
    const progress = ui.getByRole('progressbar');
    // Wherever one goes meanwhile, the run is in the bar.
    await tabTo(operator, ui.getByRole('link', { name: 'Subscriptions' }), true);
    await page.keyboard.press('Enter');
    await ui.getByRole('heading', { level: 1, name: 'Subscriptions' }).waitFor();
    await press(operator, ui.getByRole('link', { name: new RegExp(`^Syncing: \\d of ${BULK}$`) }));
    await ui.getByRole('heading', { level: 1, name: /^Syncing/ }).waitFor();
    await press(operator, ui.getByRole('button', { name: 'Stop' }));
    const stop = ui.getByRole('dialog', { name: 'Stop after the changes in flight?' });
    await expectFocus(operator, stop.getByRole('button', { name: 'Cancel' }));
    // The page tells of the first one while others are on their way.
    await ui.getByText(/^\d (is|are) written and will be read back together\.$/).waitFor({ timeout: 30_000 });
    await ui.getByText(/^0 done · \d running/).waitFor();
    await page.keyboard.press('Control+Enter');
    await world.t.sandbox('autotask', 'DELETE', '/faults');
    await ui.getByText('Stopped.', { exact: false }).waitFor({ timeout: 30_000 });
    await stop.waitFor({ state: 'detached' });

    const ended = await world.t.job(jobId);
    expect(ended.state).toBe('stopped');
    const read = async (): Promise<any[]> => await Promise.all(orders.map(async (number) => await j.taskOf(number)));
    const statesOf = (all: any[]): string[] =>
      all.map(({ state, accepted }) => `${state}${accepted ? ' accepted' : ''}`);
    // Stopped at once; what was in flight comes to its end, the rest is given back.
    await expect
      .poll(async () => statesOf(await read()).filter((state) => !/^(synced accepted|ready)$/.test(state)), {
        timeout: 30_000,
      })
      .toEqual([]);
    const after = await read();
    const states = statesOf(after);
    expect(states).toContain('synced accepted');
    expect(states).toContain('ready');
    // And the page says how many of each, and which came back.
    const synced = states.filter((state) => state !== 'ready').length;
    await ui.getByText(`${synced} done · ${BULK - synced} came back · 0 failed · 0 to go`).waitFor();
    expect(await progress.getAttribute('aria-valuetext')).toBe(`${BULK} of ${BULK}`);
    const returned = ui.getByRole('region', { name: 'Failed and returned first' });
    await expect
      .poll(async () => await returned.getByText('Came back: It was stopped before its turn.').count())
      .toBe(BULK - synced);
    await ui.getByText(`Synced (${synced})`).waitFor();
    // What was in flight was finished, and nothing else was begun.
    for (const [index, { companyId }] of customers.slice(1).entries())
      expect(await j.unitsOn(companyId, serviceId, '2027-06-01'), orders[index]).toBe(
        after[index].state === 'synced' ? 3 : 0,
      );
    await expectAccessible(operator);
  });

  it('shows two tabs of one person the same, and does once what both press', async () => {
    const orderNumber = await sale(1);
    const task = await j.taskOf(orderNumber);
    await j.operator.put(`/tasks/${task.id}/draft`, {
      step: 'contract',
      choices: { contract: { create: {} } },
      version: 0,
    });
    const second = await world.person({ role: 'operator' });
    const both = [operator, second];
    for (const person of both) {
      await person.go(`/c/${j.connectionId}/tasks/${task.id}/sync/confirm`);
      await person.ui.getByText('– → 10').first().waitFor();
    }
    await Promise.all(both.map(async ({ page }) => await page.keyboard.press('Control+Enter')));
    for (const { ui } of both) await ui.getByRole('heading', { name: /^Synced\./ }).waitFor({ timeout: 20_000 });
    const { lineId } = await j.lineOf(task.subscriptionId);
    const { contractServiceAdjustments } = await world.t.sandbox(
      'autotask',
      'GET',
      '/state?collections=contractServiceAdjustments',
    );
    expect(contractServiceAdjustments.filter((one: any) => one.contractServiceID === lineId)).toHaveLength(1);

    // What one tab does to the list, the other shows.
    const other = await sale(1);
    for (const person of both) {
      await tasks(person, `view=all&q=${other}`);
      await row(person, other).waitFor();
    }
    await row(operator, other).focus();
    await operator.page.keyboard.press('i');
    await operator.ui.getByRole('dialog').getByLabel('Reason').fill('Seen in the other tab');
    await operator.page.keyboard.press('Control+Enter');
    await row(second, other).getByText('Ignored', { exact: true }).waitFor();
    await second.close();
  });

  it('gives a viewer everything to read and nothing to press', async () => {
    const orderNumber = await sale(2);
    const { id } = await j.taskOf(orderNumber);
    const viewer = await world.person({ role: 'viewer' });
    const { ui, page } = viewer;
    const c = `/c/${j.connectionId}`;
    const { items } = (await j.operator.get(`${j.c}/subscriptions?pageSize=1`)).body;
    const screens = [
      `${c}/tasks?view=all`,
      `${c}/tasks?view=all&task=${id}`,
      `${c}/tasks/ignored`,
      `${c}/tasks/${id}/sync/contract`,
      `${c}/subscriptions`,
      `${c}/subscriptions?sub=${items[0].id}`,
      `${c}/mapping/customers?status=all`,
      `${c}/mapping/products`,
      `${c}/mapping/fees`,
      `${c}/mapping/import`,
      `${c}/mapping/csv`,
      '/log?outcome=all',
      '/settings/connections',
      `/settings/connections/${j.connectionId}`,
    ];
    const acts =
      /^(Sync |Sync…|Ignore|Restore|Map|Unmap|Save|Check|Refresh$|Import|Apply|Decide|Retry|Answer|Stop|Confirm|Add|Create|Test|Switch|Remove|Use|Choose|Discard|Reconcile|Move)/;
    const writes: string[] = [];
    page.on('request', (request) => {
      if (!['GET', 'HEAD'].includes(request.method()) && !/\/_sandbox\/|\/plan$/.test(request.url()))
        writes.push(`${request.method()} ${request.url()}`);
    });
    for (const screen of screens) {
      await viewer.go(screen);
      await ui.getByRole('heading', { level: 1 }).waitFor();
      await expect.poll(() => ui.getByText('Loading…').count(), { message: screen }).toBe(0);
      const buttons = await ui.getByRole('main').getByRole('button').allTextContents();
      const panel = await ui.getByRole('complementary').getByRole('button').allTextContents();
      expect(
        [...buttons, ...panel].filter((text) => acts.test(text.trim())),
        screen,
      ).toEqual([]);
      const boxes = ui.getByRole('main').locator('tr.data input, input[type=file], textarea:enabled');
      expect(await boxes.count(), screen).toBe(0);
      const first = ui.locator('tr.data').first();
      if ((await first.count()) === 0) continue;
      await first.focus();
      const dialogs = await ui.getByRole('dialog').count();
      for (const key of ['x', 's', 'i', 'm', 'y', 'n', 'r', 'Control+s']) await page.keyboard.press(key);
      expect(await ui.getByRole('dialog').count(), screen).toBe(dialogs);
    }
    // The wizard opens, as a preview.
    await viewer.go(`${c}/tasks/${id}/sync/contract`);
    await ui.getByText('This is a preview. An operator or administrator can sync it.').waitFor();
    expect(await ui.locator('input[name=contract]:enabled').count()).toBe(0);
    await page.keyboard.press('Control+Enter');
    expect(writes).toEqual([]);
    expect((await j.operator.get(`/tasks/${id}`)).body.accepted).toBeNull();
    await viewer.close();
    expect(world.errors()).toEqual([]);
  });

  it('scrolls through ten thousand rows without a blank, and asks for no more of them than it shows', async () => {
    const { ui, page } = operator;
    // How fast the server answers is measured elsewhere (B7): here it answers with so many rows like one that it has.
    const [synced] = (await j.operator.get(`${j.c}/tasks?view=synced&pageSize=1`)).body.items;
    const asked: string[] = [];
    await page.route(/\/tasks\?.*view=synced/, async (route) => {
      const number = new URL(route.request().url()).searchParams.get('page')!;
      asked.push(number);
      const first = (Number(number) - 1) * 100;
      const items = Array.from({ length: 100 }, (_, at) => ({
        ...synced,
        id: `00000000-0000-4000-8000-${String(first + at + 1).padStart(12, '0')}`,
        customerName: `Row ${String(first + at + 1).padStart(5, '0')}`,
      }));
      await route.fulfill({ json: { items, total: 10_000, page: Number(number), pageSize: 100 } });
    });
    await tasks(operator, 'view=synced&q=Row&sort=customer');
    const grid = ui.getByRole('region', { name: 'Tasks' }).first();
    await expect.poll(() => ui.getByRole('grid').getAttribute('aria-rowcount')).toBe('10001');
    // Looks in each frame that is drawn whether rows cover all that the list shows.
    const watch = async (): Promise<void> =>
      await grid.evaluate((scroller) => {
        const found = { frames: 0, blank: 0, on: true };
        Object.assign(window, { rowsSeen: found });
        const look = (): void => {
          const { top, bottom } = scroller.getBoundingClientRect();
          const head = scroller.querySelector('thead')!.getBoundingClientRect().bottom;
          const rows = [...scroller.querySelectorAll('tr.data')]
            .map((row) => row.getBoundingClientRect())
            .filter((row) => row.left > -1000)
            .sort((a, b) => a.top - b.top);
          let covered = Math.max(top, head);
          for (const row of rows) if (row.top <= covered + 1) covered = Math.max(covered, row.bottom);
          found.frames += 1;
          found.blank = Math.max(found.blank, Math.min(bottom, innerHeight) - 1 - covered);
          if (found.on) requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      });
    const seen = async (): Promise<{ frames: number; blank: number }> =>
      await grid.evaluate(() => {
        const { rowsSeen } = window as unknown as { rowsSeen: { frames: number; blank: number; on: boolean } };
        rowsSeen.on = false;
        return rowsSeen;
      });
    await watch();
    await grid.hover();
    for (let turn = 0; turn < 25; turn += 1) await page.mouse.wheel(0, 1700);
    // And as the bar is dragged: far, back, to the end.
    for (const share of [0.3, 0.9, 0.1, 0.55, 1])
      await grid.evaluate(async (scroller, part) => {
        scroller.scrollTop = part * scroller.scrollHeight;
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      }, share);
    await ui.getByText('Row 10000').waitFor();
    const { frames, blank } = await seen();
    expect(frames).toBeGreaterThan(20);
    expect(blank).toBeLessThanOrEqual(0);
    expect(new Set(asked).size).toBeLessThan(40);
    // By keyboard from end to end; the row with the focus is always there.
    await ui.locator('tr.data', { hasText: 'Row 10000' }).click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Home');
    await expectFocus(operator, ui.locator('tr.data', { hasText: 'Row 00001' }));
    await page.keyboard.press('End');
    await expectFocus(operator, ui.locator('tr.data', { hasText: 'Row 10000' }));
    await page.unroute(/\/tasks\?.*view=synced/);
    expect(world.errors()).toEqual([]);
  });
});
