import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, startBrowserWorld, type BrowserWorld, type Person } from '../support/browser.js';

/** INS-1 to INS-9, INS-11 to INS-13 and LOG-1 as people meet them. */
describe('settings and log in a browser', () => {
  let world: BrowserWorld;
  let admin: Person;

  beforeAll(async () => {
    world = await startBrowserWorld();
    admin = await world.person();
  });
  afterAll(async () => await world.close());

  const field = (person: Person, name: string) => person.ui.locator(`[name=${name}]`);

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
  });

  it('says for how many customers automation acts before it is switched on, however many they are', async () => {
    const { ui } = admin;
    const { items } = (await world.t.as('admin').get('/connections')).body;
    const mirror = await world.t.as('admin').post(`/connections/${items[0].id}/refresh`);
    await world.t.job(mirror.body.jobId);
    await world.t.database.sql(
      `insert into customer_mirror
       select (jsonb_populate_record(null::customer_mirror, to_jsonb(c) || jsonb_build_object(
         'id', gen_random_uuid(), 'customer_id', 'crowd-' || n, 'auto_sync', n <= 212))).*
       from (select * from customer_mirror where standing <> 'hidden' limit 1) c, generate_series(1, 300) n`,
    );
    const { total } = (await world.t.as('admin').get(`/connections/${items[0].id}/customers?status=all&pageSize=1`))
      .body;
    expect(total).toBeGreaterThan(300);
    await admin.go(`/settings/connections/${items[0].id}/automation`);
    await ui.getByRole('radio', { name: 'Every 5 minutes' }).check();
    await ui.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = ui.getByRole('dialog', { name: 'Turn automation on?' });
    await dialog.getByText(`Auto-sync is on for 212 of ${total} customers.`).waitFor();
    await expectAccessible(admin);
    expect(world.errors()).toEqual([]);
  });

  it('keeps both of two filters of the log that change before the screen has followed the first', async () => {
    await admin.go('/log?outcome=all');
    await admin.ui.getByLabel('Who', { exact: true }).waitFor();
    await admin.frame()!.evaluate(() => {
      for (const [name, value] of [
        ['Who', 'automatic'],
        ['What', 'settings'],
      ]) {
        const label = [...document.querySelectorAll('label')].find(({ textContent }) => textContent === name)!;
        const select = label.control as HTMLSelectElement;
        select.value = value!;
        select.dispatchEvent(new Event('change', { bubbles: true }));
      }
    });
    const address = async (): Promise<string> => (await admin.path()).split('?')[1] ?? '';
    await expect.poll(address).toBe('outcome=all&who=automatic&what=settings');
    await admin.ui.getByLabel('Who', { exact: true }).and(admin.ui.locator('select')).waitFor();
    expect(await admin.ui.getByLabel('Who', { exact: true }).inputValue()).toBe('automatic');
    expect(await admin.ui.getByLabel('What', { exact: true }).inputValue()).toBe('settings');
    expect(world.errors()).toEqual([]);
  });
});
