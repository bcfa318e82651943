import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playScene, type Scene } from '../screens/scene.js';
import { everyScreen, PANEL_TABS } from '../screens/screens.js';
import { leave, look, visit } from '../screens/visit.js';
import { roundsOfFirstLoad } from '../support/first-load.js';
import { startBrowserWorld, type BrowserWorld, type Person } from '../support/browser.js';

/** Each differs from the one before in one thing, so that the page has little to draw anew. */
const LOOKS = [
  ['light', 1280, undefined],
  ['dark', 1280, 'color-contrast'],
  ['dark', 400, undefined],
  ['light', 400, 'color-contrast'],
] as const;

/** WCAG 2.2 AA on every screen in its states (FEATURES D; reference/page-design §7): one scene, one browser. */
describe('every screen', () => {
  let world: BrowserWorld;
  let scene: Scene;
  const people: Partial<Record<'admin' | 'viewer', Person>> = {};

  beforeAll(async () => {
    world = await startBrowserWorld();
    scene = await playScene(world.t);
    people.admin = await world.person();
    people.viewer = await world.person({ role: 'viewer' });
  }, 240_000);
  afterAll(async () => {
    await scene?.close();
    await world?.close();
  });

  it(
    'has no finding of axe in light and dark, wide and narrow, and never scrolls sideways',
    { timeout: 600_000 },
    async () => {
      const findings: string[] = [];
      for (const picture of everyScreen(scene).filter(({ alike }) => !alike || process.env.EVERY_SCREEN)) {
        const person = people[picture.role ?? 'admin']!;
        await look(person, { scheme: 'light', width: 1280 });
        try {
          await visit(person, picture);
        } catch (error) {
          // The others are looked at all the same.
          findings.push(`${picture.name}: ${String(error)}`);
          await person.page.reload();
          continue;
        }
        // Parts do not depend on the scheme: contrast alone is looked at again.
        for (const [scheme, width, only] of LOOKS) {
          await look(person, { scheme, width });
          for (const finding of await person.axe(only))
            findings.push(`${picture.name}, ${scheme}, ${width} px: ${finding}`);
        }
        for (const width of [320, 1920]) {
          await look(person, { scheme: 'light', width });
          const sideways = await person.ui.locator('html').evaluate((page) => page.scrollWidth - page.clientWidth);
          if (sideways > 0) findings.push(`${picture.name}: scrolls ${sideways} px sideways at ${width} px`);
        }
        await leave(person, picture);
      }
      expect(findings).toEqual([]);
      expect(world.errors()).toEqual([]);
    },
  );

  it('has no finding of axe on the panel around it either', async () => {
    const person = await world.person();
    for (const [tab, drawn] of Object.entries(PANEL_TABS)) {
      await person.page.getByRole('tab', { name: tab }).click();
      await person.page.locator(drawn).first().waitFor();
      for (const colorScheme of ['light', 'dark'] as const) {
        await person.page.emulateMedia({ colorScheme });
        expect(await person.axeOfPanel(), `${tab}, ${colorScheme}`).toEqual([]);
      }
    }
    await person.close();
  });

  it('asks in two rounds at most when it is loaded', { timeout: 300_000 }, async () => {
    const person = people.admin!;
    const c = `/c/${scene.connectionId}`;
    const wizard = (task: keyof Scene['tasks'], step: string): string => `${c}/tasks/${scene.tasks[task]}/sync/${step}`;
    const paths = [
      `${c}/tasks`,
      `${c}/tasks?view=all&task=${scene.tasks.ready}`,
      `${c}/tasks/ignored`,
      `${c}/jobs/${scene.bulkJobId}`,
      // Without a step: each leads to another one.
      wizard('needsAll', ''),
      wizard('needsProduct', ''),
      wizard('longLines', ''),
      wizard('ready', ''),
      wizard('synced', ''),
      wizard('needsAll', 'customer'),
      wizard('needsProduct', 'product'),
      wizard('longLines', 'contract'),
      wizard('ready', 'lines'),
      wizard('ready', 'confirm'),
      wizard('synced', 'result'),
      `${c}/mapping/customers`,
      `${c}/mapping/products`,
      `${c}/mapping/fees`,
      `${c}/mapping/import`,
      `${c}/subscriptions`,
      `${c}/insights`,
      `${c}/tie-out?month=2027-03`,
      '/log',
      '/settings/connections',
      `/settings/connections/${scene.connectionId}/billing`,
      '/settings/preferences',
    ];
    const deep: Record<string, string[][]> = {};
    for (const path of paths) {
      await person.go(path);
      const rounds = await roundsOfFirstLoad(person, path);
      expect(rounds.length, path).toBeGreaterThan(0);
      if (rounds.length > 2) deep[path] = rounds;
    }
    expect(deep).toEqual({});
    expect(world.errors()).toEqual([]);
  });
});
