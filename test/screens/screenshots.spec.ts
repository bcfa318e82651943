import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowserWorld, type BrowserWorld, type Person } from '../support/browser.js';
import { playScene, type Scene } from './scene.js';
import { everyScreen } from './screens.js';
import { leave, look, visit } from './visit.js';

/** `npm run screenshots`: every screen in its states, light and dark, wide and narrow, for people to judge. */
const FOLDER = 'screenshots';
const LOOKS = [
  { scheme: 'light', width: 1280 },
  { scheme: 'light', width: 400 },
  { scheme: 'dark', width: 400 },
  { scheme: 'dark', width: 1280 },
] as const;
/** Spot checks at the ends of what is supported. */
const ENDS = ['tasks', 'task-ready', 'wizard-lines', 'wizard-confirm', 'customers', 'tie-out', 'insights', 'log'];

/** What the README shows. */
const README_PICTURES: Record<string, string> = {
  'tasks-all': 'docs/screenshots/tasks.png',
  'wizard-lines': 'docs/screenshots/lines.png',
  'wizard-confirm': 'docs/screenshots/confirm.png',
};

describe('screenshots', () => {
  let world: BrowserWorld;
  let scene: Scene;
  const people: Partial<Record<'admin' | 'viewer', Person>> = {};
  const only = process.env.SCREENSHOTS === 'all' ? undefined : process.env.SCREENSHOTS?.split(',');

  beforeAll(async () => {
    world = await startBrowserWorld();
    scene = await playScene(world.t);
    if (!only) rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
  }, 240_000);
  afterAll(async () => {
    await scene?.close();
    await world?.close();
  });

  it('are taken', { timeout: 1_200_000 }, async () => {
    const problems: string[] = [];
    for (const picture of everyScreen(scene)) {
      if (only && !only.some((part) => picture.name.startsWith(part))) continue;
      const role = picture.role ?? 'admin';
      const person = (people[role] ??= await world.person({ role }));
      try {
        await look(person, { scheme: 'light', width: 1280 });
        await visit(person, picture);
        const ends = ENDS.includes(picture.name)
          ? [
              { scheme: 'light' as const, width: 1920 },
              { scheme: 'light' as const, width: 320 },
            ]
          : [];
        for (const one of [...LOOKS, ...ends]) {
          await look(person, one);
          const path = join(FOLDER, `${picture.name}.${one.scheme}.${one.width}.png`);
          await person.page.screenshot({ path, animations: 'disabled' });
          const shown = README_PICTURES[picture.name];
          if (!only && shown && one.scheme === 'light' && one.width === 1280) copyFileSync(path, shown);
        }
        await look(person, { scheme: 'light', width: 1280 });
        await leave(person, picture);
      } catch (error) {
        problems.push(`${picture.name}: ${error instanceof Error ? error.message.slice(0, 600) : String(error)}`);
        problems.push(...world.errors().map((text) => text.slice(0, 1500)));
        await person.page.screenshot({ path: join(FOLDER, `${picture.name}.broken.png`) });
        await person.page.reload();
      }
    }
    expect(problems).toEqual([]);
    expect(world.errors()).toEqual([]);
  });
});
