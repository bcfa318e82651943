import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible, startBrowserWorld, type BrowserWorld, type Person } from '../support/browser.js';

/** INS-1, INS-2, TSK-1: from the catalogue to the first tasks. */
let world: BrowserWorld;
let person: Person;
beforeAll(async () => {
  world = await startBrowserWorld();
  person = await world.person();
});
afterAll(async () => await world.close());

it('installs from the catalogue and asks for the first connection at once', async () => {
  const { page, ui } = person;
  await page.getByRole('button', { name: 'Install now' }).click();
  await ui.getByRole('heading', { name: 'Connect Autotask' }).waitFor();
  expect(await page.locator('#frame iframe').getAttribute('title')).toBe('PSA sync for Autotask');
  await expectAccessible(person);
});

it('names what is missing, and what a test found wrong', async () => {
  const { ui } = person;
  await ui.getByRole('button', { name: 'Test connection' }).click();
  await ui.getByText('Enter an alias.').first().waitFor();
  expect(await ui.locator(':focus').getAttribute('name')).toBe('alias');
  const { credentials } = await world.t.sandbox('autotask', 'GET', '/state');
  await ui.getByLabel('Alias').fill('EU - EUR');
  await ui.getByLabel('Currency').fill('EUR');
  await ui.getByLabel('API user name').fill(credentials.userName);
  await ui.locator('[name=secret]').fill('wrong-9481');
  await ui.getByRole('button', { name: 'Test connection' }).click();
  await ui.getByText('wrong-9481').waitFor({ state: 'hidden' });
  await ui.locator('.badge.bad', { hasText: 'failed' }).first().waitFor();
  await ui.locator('[name=secret]').fill(credentials.secret);
  await expect.poll(() => ui.getByRole('list', { name: 'Result' }).count()).toBe(0);
});

it('saves, checks and shows the tasks without a reload', async () => {
  const { ui } = person;
  await ui.getByRole('button', { name: 'Save and check for changes' }).click();
  await ui.getByRole('heading', { name: 'Tasks' }).waitFor();
  await ui.locator('tr.data').first().waitFor({ timeout: 30_000 });
  expect(await ui.getByRole('grid').getAttribute('aria-rowcount')).not.toBe('1');
  await expectAccessible(person);
  expect(world.errors()).toEqual([]);
});

it('hears the host only: a token from another origin or window changes nothing', async () => {
  const { page, ui } = person;
  const frame = page.frames().find((one) => one.url().startsWith(world.t.url))!;
  // The extension's own window sends itself a message: right shape, wrong source and origin.
  await frame.evaluate(() => window.postMessage({ type: 'token', token: 'stolen', expiresAt: '2099-01-01' }, '*'));
  await ui.getByRole('link', { name: 'Action Log' }).click();
  await ui.getByRole('heading', { name: 'Action Log' }).waitFor();
  await ui.locator('tr.data').first().waitFor();
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
});
