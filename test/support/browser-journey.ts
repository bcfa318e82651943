import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { startBrowserWorld, type BrowserWorld, type Person } from './browser.js';
import { Journey } from './journey.js';
import { expectFocus, tabTo, type } from './keyboard.js';

/** A customer that can buy, and the company of the same name. */
export type Buyer = Awaited<ReturnType<Journey['customer']>>;

/** A reseller's office: installed, connected, checked once, nothing mapped. */
export interface Office {
  world: BrowserWorld;
  j: Journey;
  buyers: Buyer[];
}

/** Opens an office with so many customers that nothing is mapped for. */
export async function startOffice(buyers: number): Promise<Office> {
  const world = await startBrowserWorld();
  const j = await Journey.begin(world.t);
  await j.check();
  return { world, j, buyers: await j.buyers(buyers) };
}

type Name = string | RegExp;

/** What a person sees and presses, by name; `who` is asked each time, as people come after the tests are declared. */
export function screenOf(who: () => Person) {
  const rows = (): Locator => who().ui.locator('tr.data');
  const row = (text: Name): Locator => who().ui.locator('tr.data', { hasText: text }).first();
  const keys = async (...names: string[]): Promise<void> => {
    for (const name of names) await who().page.keyboard.press(name);
  };

  /** Walks with ArrowDown until that is where the focus is. */
  const walkDownTo = async (target: Locator): Promise<void> => {
    for (let presses = 0; presses < 12; presses += 1) {
      if (await target.evaluate((one) => one === document.activeElement)) break;
      await keys('ArrowDown');
    }
    await expectFocus(who(), target);
  };

  return {
    rows,
    row,
    keys,
    walkDownTo,
    button: (name: Name) => who().ui.getByRole('button', { name }),
    tab: (name: Name) => who().ui.getByRole('link', { name }),
    dialog: (name: Name) => who().ui.getByRole('dialog', { name }),
    heading: (name: Name) => who().ui.getByRole('heading', { name }),

    /** Waits for a pop-up that nobody has waited for yet: one about an act before may still be there. */
    said: async (text: string): Promise<void> => {
      const toast = who().ui.locator('.toast:not([data-heard])').filter({ hasText: text }).first();
      await toast.waitFor();
      await toast.evaluate((one) => one.setAttribute('data-heard', ''));
    },

    /** Types into the search of a list, and waits for what it finds. */
    search: async (text: string): Promise<void> => {
      const field = who().ui.getByRole('searchbox');
      await type(who(), field, text);
      // The rows of before the search stay, but are busy from the moment that the screen is about it.
      const drawn = async (): Promise<string> => (await who().ui.locator('main').getAttribute('data-path')) ?? '';
      await expect.poll(async () => new URLSearchParams((await drawn()).split('?')[1]).get('q') ?? '').toBe(text);
      await expectFocus(who(), field);
      expect(await field.inputValue()).toBe(text);
      await who().ui.locator('main .grid[aria-busy=false], main .empty').first().waitFor();
    },

    /** Goes from above a list to a row of it. */
    toRow: async (target: Locator): Promise<void> => {
      await target.waitFor();
      await tabTo(who(), who().ui.locator('tr.data[tabindex="0"]'));
      await walkDownTo(target);
    },
  };
}
