import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playScene, type Scene } from '../screens/scene.js';
import { everyScreen } from '../screens/screens.js';
import { leave, look, visit } from '../screens/visit.js';
import { startBrowserWorld, type BrowserWorld, type Person } from '../support/browser.js';

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
      for (const picture of everyScreen(scene).filter(({ alike }) => !alike)) {
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
        await look(person, { scheme: 'light', width: 1280 });
        await leave(person, picture);
      }
      expect(findings).toEqual([]);
      expect(world.errors()).toEqual([]);
    },
  );
});
