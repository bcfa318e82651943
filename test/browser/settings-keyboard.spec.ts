import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, type BrowserWorld, type Person } from '../support/browser.js';
import { screenOf, startOffice } from '../support/browser-journey.js';
import type { Journey } from '../support/journey.js';
import { entered, expectFocus, press, tabTo, type } from '../support/keyboard.js';

/** INS-2 to INS-9, INS-12 and INS-13 with keys alone: nothing here ever clicks or fills. */
let world: BrowserWorld;
let j: Journey;
let admin: Person;

beforeAll(async () => {
  ({ world, j } = await startOffice(0));
  admin = await world.person({ height: 1000 });
});
afterAll(async () => await world?.close());

const { button, tab, dialog, heading, said, keys } = screenOf(() => admin);
const section = async (name: string): Promise<void> =>
  await admin.go(`/settings/connections/${j.connectionId}/${name}`);
// A field that has to be filled has a star behind its label.
const field = (label: string): Locator =>
  admin.ui.getByLabel(new RegExp(`^${label.replaceAll(/[()]/g, '\\$&')}( \\*)?$`));
const radio = (legend: string, name: string): Locator =>
  admin.ui.getByRole('group', { name: legend }).getByRole('radio', { name });
const unsaved = (): Locator => admin.ui.getByRole('region', { name: 'Unsaved changes' });
const stored = async (): Promise<any> => (await j.admin.get(j.c)).body;

/** Tab stops at the choice that is made; an arrow makes another one. */
async function choose(legend: string, name: string, arrow = 'ArrowDown'): Promise<void> {
  await tabTo(admin, admin.ui.getByRole('group', { name: legend }).getByRole('radio', { checked: true }));
  await keys(arrow);
  await expectFocus(admin, radio(legend, name));
  expect(await radio(legend, name).isChecked()).toBe(true);
}

describe('a connection’s settings without a pointer', () => {
  it('opens from the gear, and each setting of each section is changed and saved at once (INS-3 to INS-9, INS-13)', async () => {
    await admin.go(`/c/${j.connectionId}/tasks`);
    await press(admin, button('Settings menu'));
    await expectFocus(admin, admin.ui.getByRole('menuitem', { name: 'Settings' }));
    await keys('Enter');
    await press(admin, tab('Open Sandbox EUR'));
    await heading('Sandbox EUR').waitFor();

    await choose('Prices and descriptions from', 'Autotask');
    await admin.ui.getByRole('status').filter({ hasText: 'Applies to tasks planned from now on.' }).waitFor();
    await press(admin, field('Trim the invoice text to the product name'), 'Space');
    await choose('Proration', 'Marketplace');
    await choose('Downgrades', 'Also sync refunds');
    await press(admin, field('Several products may share one service'), 'Space');
    await unsaved().getByText('5 unsaved changes').waitFor();

    await tabTo(admin, tab(/^Automation/), true);
    await keys('Enter');
    await choose('Automation', 'Once a day');
    await tabTo(admin, field('Hour of the daily check'));
    await keys('ArrowDown');
    await press(admin, field('Automatic runs may add missing services and lines'), 'Space');
    await type(admin, field('Share of the Autotask API limit (Percent)'), '40');

    await tabTo(admin, tab(/^Notifications/), true);
    await keys('Enter');
    await choose('Notify about', 'All tasks');

    await tabTo(admin, tab(/^Connection/), true);
    await keys('Enter');
    await type(admin, field('Time zone'), 'Europe/Vienna');
    await unsaved().getByText('11 unsaved changes').waitFor();
    await tabTo(admin, tab(/^Billing rules/), true);
    expect(await tab(/^Billing rules/).textContent()).toContain('5 unsaved');
    expect((await stored()).settings.priceSource).toBe('marketplace');

    // Automation writes by itself from then on: it is asked about, and the question can be left.
    await keys('Control+s');
    const question = dialog('Turn automation on?');
    await expectFocus(admin, question.getByLabel('Alias'));
    await expectAccessible(admin);
    await keys('Control+Enter');
    await question.getByText('This is not the alias.').waitFor();
    await expectFocus(admin, question.getByLabel('Alias'));
    await keys('Escape');
    await question.waitFor({ state: 'detached' });
    await expectFocus(admin, tab(/^Billing rules/));
    expect((await stored()).settings.automation).toBe('off');

    await keys('Control+s');
    await expectFocus(admin, question.getByLabel('Alias'));
    await admin.page.keyboard.type('Sandbox EUR');
    await keys('Control+Enter');
    await said('Saved.');
    await question.waitFor({ state: 'detached' });
    await unsaved().waitFor({ state: 'detached' });
    await expectFocus(admin, tab(/^Billing rules/));
    expect(await stored()).toMatchObject({
      timeZone: 'Europe/Vienna',
      settings: {
        priceSource: 'autotask',
        trimDescription: true,
        proration: 'marketplace',
        syncRefunds: true,
        severalProductsPerService: true,
        automation: 'daily',
        dailyHour: 7,
        automaticCreatesLines: true,
        apiBudgetShare: 0.4,
        notificationLevel: 'all',
      },
    });
  });

  it('goes on where it was when the buttons of the changes are pressed and vanish', async () => {
    await section('billing');
    await choose('Proration', 'Autotask', 'ArrowUp');
    await press(admin, unsaved().getByRole('button', { name: 'Discard' }));
    await unsaved().waitFor({ state: 'detached' });
    await expectFocus(admin, radio('Proration', 'Autotask'));
    expect(await radio('Proration', 'Marketplace').isChecked()).toBe(true);

    await choose('Downgrades', 'Quantity only', 'ArrowUp');
    await press(admin, unsaved().getByRole('button', { name: 'Save' }));
    await unsaved().waitFor({ state: 'detached' });
    await expectFocus(admin, radio('Downgrades', 'Quantity only'));
    expect((await stored()).settings).toMatchObject({ proration: 'marketplace', syncRefunds: false });
  });

  it('keeps what is wrong on the screen, with the cursor in it, also from another section', async () => {
    await section('connection');
    await type(admin, field('Alias'), ' ');
    await type(admin, field('Time zone'), 'Europe/Nowhere');
    await tabTo(admin, tab(/^Billing rules/), true);
    await keys('Enter');
    await admin.ui.getByRole('group', { name: 'Proration' }).waitFor();
    await keys('Control+s');
    await expectFocus(admin, field('Alias'));
    const list = admin.ui.getByRole('alert').filter({ hasText: '2 entries are missing or wrong:' });
    await list.getByText('Enter an alias.').waitFor();
    const described = await field('Alias').getAttribute('aria-describedby');
    const told = await Promise.all(
      described!
        .trim()
        .split(/\s+/)
        .map(async (id) => await admin.ui.locator(`[id="${id}"]`).textContent()),
    );
    expect(told.join(' ')).toContain('Enter an alias.');
    await expectAccessible(admin);
    // The list leads to its fields.
    await tabTo(admin, list.getByRole('button', { name: 'Time zone' }), true);
    await keys('Enter');
    await expectFocus(admin, field('Time zone'));
    await list.getByText('Choose a time zone from the list, such as Europe/Berlin.').waitFor();
    await type(admin, field('Alias'), 'EU – EUR');
    await admin.ui.getByRole('alert').filter({ hasText: '1 entry is missing or wrong:' }).waitFor();
    await type(admin, field('Time zone'), 'Europe/Berlin');
    await keys('Control+s');
    await said('Saved.');
    await heading('EU – EUR').waitFor();
    await expectFocus(admin, field('Time zone'));
    expect(await stored()).toMatchObject({ alias: 'EU – EUR', timeZone: 'Europe/Berlin' });
  });

  it('shows why a secret is refused and keeps the focus, in the test as in the save (INS-2)', async () => {
    const { credentials } = await world.t.sandbox('autotask', 'GET', '/state');
    const before = (await stored()).version;
    await section('connection');
    expect(await field('Secret').inputValue()).toBe('');
    await type(admin, field('Secret'), 'not-the-secret');
    await press(admin, button('Show: Secret'));
    await expectFocus(admin, button('Hide: Secret'));
    expect(await field('Secret').getAttribute('type')).toBe('text');
    await press(admin, button('Test connection'));
    const refused = admin.ui
      .getByRole('listitem')
      .filter({ hasText: 'Autotask knows this user but not the secret. Generate a new secret in Autotask' });
    await refused.waitFor();
    // Not dropped while the answer was on its way.
    await expectFocus(admin, button('Test connection'));
    await expectAccessible(admin);

    // Another section: the refusal is shown where the secret is.
    await tabTo(admin, tab(/^Billing rules/), true);
    await keys('Enter');
    await refused.waitFor({ state: 'detached' });
    await press(admin, unsaved().getByRole('button', { name: 'Save' }));
    await refused.waitFor();
    await expectFocus(admin, field('Secret'));
    expect((await stored()).version).toBe(before);

    await type(admin, field('Secret'), credentials.secret);
    await refused.waitFor({ state: 'detached' });
    await press(admin, button('Test connection'));
    await admin.ui.getByText('Everything works. It can be saved.').waitFor();
    await press(admin, unsaved().getByRole('button', { name: 'Save' }));
    await unsaved().waitFor({ state: 'detached' });
    await expectFocus(admin, field('Secret'));
    expect(await field('Secret').inputValue()).toBe('');
    expect((await stored()).version).not.toBe(before);
  });

  it('changes the marketplace’s access, both secrets with another user (INS-12)', async () => {
    await section('marketplace');
    const user = await field('API user').inputValue();
    await type(admin, field('API user'), `${user}-2`);
    await keys('Control+s');
    await expectFocus(admin, field('Password'));
    await admin.ui
      .getByRole('alert')
      .filter({ hasText: 'Another address or user needs its own password and key. Type both.' })
      .waitFor();
    for (const name of ['Base URL', 'Subscription key', 'Marketplace code'])
      await tabTo(admin, field(name), name === 'Base URL');
    await press(admin, unsaved().getByRole('button', { name: 'Discard' }));
    await expectFocus(admin, field('API user'));
    expect(await field('API user').inputValue()).toBe(user);
  });

  it('asks before leaving with changes, and Stay goes back to the link', async () => {
    await section('notifications');
    await choose('Notify about', 'Errors and required actions', 'ArrowUp');
    const link = admin.ui
      .getByRole('navigation', { name: 'Sections', exact: true })
      .getByRole('link', { name: 'Action Log' });
    await tabTo(admin, link, true);
    await keys('Enter');
    const question = dialog('Save 1 change before leaving?');
    await expectFocus(admin, question.getByRole('button', { name: 'Stay' }));
    await expectAccessible(admin);
    await keys('Enter');
    await question.waitFor({ state: 'detached' });
    await expectFocus(admin, link);
    await keys('Enter');
    await expectFocus(admin, question.getByRole('button', { name: 'Stay' }));
    await press(admin, question.getByRole('button', { name: 'Save' }));
    await heading('Action Log').waitFor();
    await expectFocus(admin, admin.ui.locator('main'));
    expect((await stored()).settings.notificationLevel).toBe('errorsAndActions');
  });

  it('compares what two people changed, and saves what is chosen', async () => {
    await section('automation');
    const hour = field('Hour of the daily check');
    await tabTo(admin, hour);
    await keys('ArrowDown');
    const other = await j.admin.patch(j.c, { settings: { dailyHour: 10, trimDescription: false } });
    expect(other.status, JSON.stringify(other.body)).toBe(200);
    await keys('Control+s');
    const question = dialog('Somebody else changed this connection');
    await question.getByText('Nothing of yours was saved yet.', { exact: false }).waitFor();
    await question.getByText('Trim the invoice text to the product name').waitFor();
    await keys('Control+Enter');
    await question.getByText('Changed by both of you: choose one for each.').waitFor();
    expect((await stored()).settings.dailyHour).toBe(10);
    await expectAccessible(admin);
    await tabTo(admin, question.getByRole('radio', { name: 'Use mine: 08:00' }));
    await keys('Space', 'Control+Enter');
    await said('Saved.');
    await question.waitFor({ state: 'detached' });
    await expectFocus(admin, hour);
    expect((await stored()).settings).toMatchObject({ dailyHour: 8, trimDescription: false });
  });
});

describe('connections without a pointer', () => {
  it('adds one for another currency, with its errors in order, and tests it from the list (INS-2, INS-7)', async () => {
    const { credentials } = await world.t.sandbox('autotask', 'GET', '/state');
    await admin.go('/settings/connections');
    await press(admin, tab('Add connection'));
    await heading('Add connection').waitFor();
    await type(admin, field('Alias'), 'US – USD');
    await type(admin, field('Currency'), 'usd');
    await type(admin, field('API user name'), credentials.userName);
    await press(admin, button('Test connection'));
    await expectFocus(admin, field('Secret'));
    await type(admin, field('Secret'), credentials.secret);
    await press(admin, admin.ui.locator('summary', { hasText: 'How to create the API user' }));
    await admin.ui.getByRole('region', { name: 'Rights that the security level needs' }).waitFor();
    await press(admin, button('Test connection'));
    await admin.ui.getByText('Everything works. It can be saved.').waitFor();
    await expectFocus(admin, button('Test connection'));
    await press(admin, button('Save and check for changes'));
    await heading('Tasks').waitFor();
    await expectFocus(admin, admin.ui.locator('main'));

    await admin.go('/settings/connections');
    await press(admin, button('Test connection US – USD'));
    await admin.ui.getByRole('list', { name: 'Result for US – USD' }).waitFor();
    await expectFocus(admin, button('Test connection US – USD'));
    await expectAccessible(admin);
  });

  it('shows a pause, and a test that passes ends it', async () => {
    await world.t.database.sql(
      `update connection set paused_until = now() + interval '1 hour', pause_code = 'AUTOTASK_SECRET_WRONG',
       pause_attempts = 1 where id = ?`,
      [j.connectionId],
    );
    await admin.go('/settings/connections');
    await admin.page.reload();
    const open = tab('Open EU – EUR');
    await open.getByText('Replace secret').waitFor();
    await press(admin, button('Test connection EU – EUR'));
    await said('It works again. The pause is over.');
    await expectFocus(admin, button('Test connection EU – EUR'));
    await open.getByText('Open', { exact: true }).waitFor();
    expect((await stored()).pause).toBeNull();
  });

  it('switches one off and on again, and removes one by its typed alias', async () => {
    await section('danger');
    await press(admin, button('Switch off'));
    const off = dialog('Switch this connection off');
    await expectFocus(admin, off.getByRole('button', { name: 'Cancel' }));
    await expectAccessible(admin);
    await keys('Escape');
    await off.waitFor({ state: 'detached' });
    await expectFocus(admin, button('Switch off'));
    expect((await stored()).state).toBe('connected');
    await keys('Enter');
    await entered(off);
    await keys('Control+Enter');
    await said('Switched off.');
    await expectFocus(admin, button('Switch on'));
    expect((await stored()).state).toBe('disabled');
    await keys('Enter');
    await entered(dialog('Switch this connection on'));
    await keys('Control+Enter');
    await said('Switched on.');
    await expectFocus(admin, button('Switch off'));
    expect((await stored()).state).toBe('connected');

    const { items } = (await j.admin.get('/connections')).body;
    const { id } = items.find(({ currency }: any) => currency === 'USD');
    await admin.go(`/settings/connections/${id}/danger`);
    await press(admin, button('Remove'));
    const question = dialog('Remove this connection');
    await expectFocus(admin, question.getByLabel('Alias'));
    await keys('Control+Enter');
    await question.getByText('This is not the alias.').waitFor();
    await expectAccessible(admin);
    await keys('Escape');
    await question.waitFor({ state: 'detached' });
    await expectFocus(admin, button('Remove'));
    await keys('Enter');
    await expectFocus(admin, question.getByLabel('Alias'));
    await admin.page.keyboard.type('US – USD');
    await keys('Control+Enter');
    await heading('Connections').waitFor();
    await expectFocus(admin, admin.ui.locator('main'));
    await said('Connection');
  });
});

describe('preferences without a pointer', () => {
  it('take effect at once and stay over a reload: theme, rows, letters', async () => {
    const html = admin.ui.locator('html');
    await admin.go('/settings/preferences');
    await choose('Theme', 'Dark', 'ArrowUp');
    await expect.poll(async () => await html.getAttribute('data-mantine-color-scheme')).toBe('dark');
    await choose('Rows', 'Comfortable');
    await expect.poll(async () => await html.getAttribute('data-density')).toBe('comfortable');
    const letters = admin.ui.getByRole('switch', { name: 'Letter shortcuts' });
    await press(admin, letters, 'Space');
    expect(await letters.isChecked()).toBe(false);
    await tabTo(admin, button('Settings menu'), true);
    await keys('?');
    await admin.page.reload();
    await letters.waitFor();
    expect(await dialog('Keyboard shortcuts').count()).toBe(0);
    expect(await letters.isChecked()).toBe(false);
    expect(await html.getAttribute('data-density')).toBe('comfortable');
    await press(admin, letters, 'Space');
    await tabTo(admin, button('Settings menu'), true);
    await keys('?');
    await dialog('Keyboard shortcuts').waitFor();
    await expectAccessible(admin);
    await keys('Escape');
    await dialog('Keyboard shortcuts').waitFor({ state: 'detached' });
    await expectFocus(admin, button('Settings menu'));
    await choose('Theme', 'As the marketplace');
    await choose('Rows', 'Compact', 'ArrowUp');
    await expect.poll(async () => await html.getAttribute('data-mantine-color-scheme')).toBe('light');
    expect(world.errors()).toEqual([]);
  });
});
