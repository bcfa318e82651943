import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, startBrowserWorld, type BrowserWorld, type Person } from '../support/browser.js';

/** INS-1 to INS-9, INS-11 to INS-13 and LOG-1 as people meet them. */
describe('settings and log in a browser', () => {
  let world: BrowserWorld;
  let admin: Person;
  let connectionId: string;

  beforeAll(async () => {
    world = await startBrowserWorld();
    admin = await world.person();
  });
  afterAll(async () => await world.close());

  const field = (person: Person, name: string) => person.ui.locator(`[name=${name}]`);
  const settings = async () => (await world.t.as('admin').get(`/connections/${connectionId}`)).body;
  const choose = async (person: Person, group: string, choice: string): Promise<void> =>
    await person.ui.getByRole('group', { name: group }).getByRole('radio', { name: choice }).check();

  it('connects after the test has named what is wrong', async () => {
    const { page, ui } = admin;
    await page.getByRole('button', { name: 'Install now' }).click();
    await ui.getByRole('heading', { name: 'Connect Autotask' }).waitFor();
    const { credentials } = await world.t.sandbox('autotask', 'GET', '/state');
    await field(admin, 'alias').fill('EU - EUR');
    await field(admin, 'currency').fill('eur');
    await field(admin, 'userName').fill(credentials.userName);
    await ui.getByRole('button', { name: 'Save and check for changes' }).click();
    await ui.getByRole('alert').getByText('Enter the secret.').waitFor();
    expect(await ui.locator(':focus').getAttribute('name')).toBe('secret');

    await field(admin, 'secret').fill('wrong');
    await ui.getByRole('button', { name: 'Test connection' }).click();
    await ui
      .getByRole('listitem')
      .filter({ hasText: 'Autotask knows this user but not the secret. Generate a new secret in Autotask' })
      .waitFor();
    await ui.getByText('It cannot be saved until the failed rows are mended.').waitFor();
    await expectAccessible(admin);

    await field(admin, 'secret').fill(credentials.secret);
    expect(await ui.getByRole('list', { name: 'Result' }).count()).toBe(0);
    await ui.getByRole('button', { name: 'Test connection' }).click();
    await ui.getByText('Everything works. It can be saved.').waitFor();
    await ui.getByRole('button', { name: 'Save and check for changes' }).click();
    await ui.getByRole('heading', { name: 'Tasks' }).waitFor();
    const { items } = (await world.t.as('admin').get('/connections')).body;
    expect(items).toMatchObject([{ alias: 'EU - EUR', currency: 'EUR', state: 'connected', automation: 'off' }]);
    connectionId = items[0].id;
  });

  it('keeps unsaved changes over sections and a reload, asks before they are lost, and saves them', async () => {
    const { page, ui } = admin;
    await ui.getByRole('button', { name: 'Settings menu' }).click();
    await ui.getByRole('menuitem', { name: 'Settings' }).click();
    await ui.getByRole('link', { name: 'Open EU - EUR' }).click();
    await choose(admin, 'Proration', 'Marketplace');
    await ui.getByText('Applies to tasks planned from now on.', { exact: false }).waitFor();
    await expectAccessible(admin);
    await ui.getByRole('link', { name: 'Notifications' }).last().click();
    await choose(admin, 'Notify about', 'All tasks');
    await ui.getByText('2 unsaved changes').waitFor();

    // The host asks too, as the browser lets it.
    page.on('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await ui.getByText('2 unsaved changes').waitFor();
    await ui.getByRole('link', { name: 'Action Log' }).click();
    const question = ui.getByRole('dialog', { name: 'Save 2 changes before leaving?' });
    await question.getByRole('button', { name: 'Stay' }).click();
    expect(await admin.path()).toBe(`/settings/connections/${connectionId}/notifications`);

    await page.keyboard.press('Control+s');
    await ui.getByText('2 unsaved changes').waitFor({ state: 'detached' });
    expect((await settings()).settings).toMatchObject({ proration: 'marketplace', notificationLevel: 'all' });
    await ui.getByRole('link', { name: 'Action Log' }).click();
    await ui.getByRole('heading', { name: 'Action Log' }).waitFor();
  });

  it('turns automation on only for somebody who typed the name', async () => {
    const { ui } = admin;
    await admin.go(`/settings/connections/${connectionId}/automation`);
    await choose(admin, 'Automation', 'Once a day');
    await ui.getByLabel('Hour of the daily check').selectOption('7');
    await ui.getByRole('button', { name: 'Save', exact: true }).click();
    const question = ui.getByRole('dialog', { name: 'Turn automation on?' });
    await question.getByRole('button', { name: 'Turn on' }).click();
    await question.getByText('This is not the alias.').waitFor();
    expect((await settings()).settings.automation).toBe('off');
    await expectAccessible(admin);
    await question.getByLabel('Alias').fill('EU - EUR');
    await question.getByRole('button', { name: 'Turn on' }).click();
    await question.waitFor({ state: 'detached' });
    expect((await settings()).settings).toMatchObject({ automation: 'daily', dailyHour: 7 });
  });

  it('of two administrators the second sees what the first did, and chooses', async () => {
    const other = await world.person({ scheme: 'dark' });
    const at = `/settings/connections/${connectionId}/billing`;
    await Promise.all([admin.go(at), other.go(at)]);
    // The second one's changes are begun before the first one saves.
    await choose(other, 'Downgrades', 'Also sync refunds');
    await choose(other, 'Prices and descriptions from', 'Autotask');
    await choose(admin, 'Downgrades', 'Also sync refunds');
    await admin.ui.getByLabel('Several products may share one service').check();
    await choose(admin, 'Prices and descriptions from', 'Autotask');
    await choose(admin, 'Prices and descriptions from', 'Marketplace');
    await choose(other, 'Proration', 'Autotask');
    await admin.ui.getByRole('button', { name: 'Save', exact: true }).click();
    await admin.ui.getByText('2 unsaved changes').waitFor({ state: 'detached' });
    await world.t.as('admin').patch(`/connections/${connectionId}`, { settings: { proration: 'marketplace' } });

    await other.ui.getByRole('button', { name: 'Save', exact: true }).click();
    const question = other.ui.getByRole('dialog', { name: 'Somebody else changed this connection' });
    await question.getByText('user-1 saved at', { exact: false }).waitFor();
    await question.getByText('Changed by the other person only.', { exact: false }).waitFor();
    expect((await settings()).settings).toMatchObject({ proration: 'marketplace', priceSource: 'marketplace' });
    await expectAccessible(other);
    await question.getByRole('button', { name: 'Save these values' }).click();
    await question.waitFor({ state: 'detached' });
    expect((await settings()).settings).toMatchObject({
      priceSource: 'autotask',
      proration: 'autotask',
      syncRefunds: true,
      severalProductsPerService: true,
    });
    await other.close();
  });

  it('asks which value counts where both changed one field', async () => {
    const { ui } = admin;
    await admin.go(`/settings/connections/${connectionId}/connection`);
    await field(admin, 'alias').fill('Mine');
    await world.t.as('admin').patch(`/connections/${connectionId}`, { alias: 'Theirs' });
    await ui.getByRole('button', { name: 'Save', exact: true }).click();
    const question = ui.getByRole('dialog', { name: 'Somebody else changed this connection' });
    await question.getByRole('button', { name: 'Save these values' }).click();
    expect((await settings()).alias).toBe('Theirs');
    await question.getByRole('radio', { name: 'Use mine: Mine' }).check();
    await question.getByRole('button', { name: 'Save these values' }).click();
    await question.waitFor({ state: 'detached' });
    expect((await settings()).alias).toBe('Mine');
  });

  it('the log filters, shows before and after, and exports what it shows', async () => {
    const { page, ui } = admin;
    await admin.go('/log?outcome=all');
    await ui.getByLabel('What').selectOption('settings');
    const rows = ui.locator('tr.data');
    await ui.getByRole('gridcell', { name: 'Connection Mine: changed alias.' }).waitFor();
    const shown = await rows.count();
    expect(shown).toBeGreaterThan(3);
    await ui.getByRole('gridcell', { name: 'Connection Mine: changed alias.' }).click();
    const entry = ui.getByRole('complementary').or(ui.getByRole('dialog'));
    await entry.getByRole('row', { name: 'alias Theirs Mine' }).waitFor();
    await expectAccessible(admin);
    await entry.getByRole('button', { name: 'Close' }).click();

    const [file] = await Promise.all([
      page.waitForEvent('download'),
      ui.getByRole('button', { name: `Export CSV (${shown})` }).click(),
    ]);
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(file.suggestedFilename()).toBe('psa-sync-action-log.csv');
    expect(lines).toHaveLength(shown + 1);
    expect(lines[1]).toContain('Connection Mine: changed alias.');
    expect(lines.slice(1).every((line) => line.includes(',settings,'))).toBe(true);

    await ui.getByRole('searchbox').fill('automation');
    await ui.getByText('1 found').waitFor();
    await expect.poll(() => admin.path()).toContain('q=automation');
  });

  it('shows what needs somebody first, where only that pops up', async () => {
    await world.t.as('admin').patch(`/connections/${connectionId}`, {
      settings: { notificationLevel: 'errorsAndActions' },
    });
    const { ui } = admin;
    await admin.go('/log');
    await ui.getByText('Showing errors and actions.').waitFor();
    expect(await ui.getByRole('gridcell', { name: 'Connection Mine: changed alias.' }).count()).toBe(0);
    await ui.getByRole('button', { name: 'Show all' }).click();
    await ui.getByRole('gridcell', { name: 'Connection Mine: changed alias.' }).waitFor();
  });

  it('a viewer reads every setting and has nothing to press', async () => {
    const viewer = await world.person({ role: 'viewer', width: 400, scheme: 'dark' });
    const { ui } = viewer;
    await viewer.go('/settings/connections');
    await ui.getByRole('link', { name: 'Open Mine' }).waitFor();
    expect(await ui.getByRole('main').getByRole('button').count()).toBe(0);
    await expectAccessible(viewer);
    for (const section of ['connection', 'marketplace', 'billing', 'automation', 'notifications', 'danger']) {
      await viewer.go(`/settings/connections/${connectionId}/${section}`);
      await ui.getByText('Only an administrator can change this.').waitFor();
      expect(await ui.getByRole('main').locator('input, select, button').count(), section).toBe(0);
    }
    await ui.getByText('Also sync refunds').waitFor();
    await expectAccessible(viewer);
    await viewer.go('/settings/connections/new');
    await ui.getByText('Only an administrator can change connections.', { exact: false }).waitFor();
    expect(await ui.getByRole('main').locator('input').count()).toBe(0);
    await viewer.close();
  });

  it('the host’s gear opens the settings again, and its form reports usage', async () => {
    const { page, ui } = admin;
    await admin.go('/log?outcome=all');
    await ui.getByRole('heading', { name: 'Action Log' }).waitFor();
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await ui.getByRole('heading', { name: 'Connections' }).waitFor();
    await page.getByRole('tab', { name: 'Orders' }).click();
    await page.getByRole('radio', { name: 'Report usage' }).check();
    await page
      .getByRole('option', { name: /\(\d+\)$/ })
      .first()
      .waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Report usage' }).click();
    await page.getByText('is reported. It is charged once its period is over.', { exact: false }).waitFor();
    await page.getByRole('tab', { name: 'Integrations' }).click();
  });

  it('switches a connection off and removes it, each after a question', async () => {
    const { ui } = admin;
    await admin.go(`/settings/connections/${connectionId}/danger`);
    await ui.getByRole('button', { name: 'Switch off' }).click();
    await ui.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
    await expect.poll(async () => (await settings()).state).toBe('disabled');
    await ui.getByRole('button', { name: 'Remove' }).click();
    await ui.getByRole('dialog').getByLabel('Alias').fill('Mine');
    await ui.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await ui.getByText('Connection switched off; its history is kept.').waitFor();
    expect((await settings()).state).toBe('needsCredentials');
    expect(world.errors()).toEqual([]);
  });
});
