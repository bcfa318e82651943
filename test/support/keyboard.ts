/// <reference lib="dom" />
import { expect } from 'vitest';
import type { Locator } from 'playwright-core';
import type { Person } from './browser.js';

const MOST_PRESSES = 120;

/** What has the focus in the extension's document, and what is wrong with how that is shown: nothing where the host has it. */
function lookAtFocus(): { stop: string; faults: string[] } {
  const found = document.activeElement;
  const stop = found?.outerHTML.slice(0, 200) ?? 'nothing';
  if (!(found instanceof HTMLElement) || found === document.body || !document.hasFocus()) return { stop, faults: [] };
  // The beginning of a screen or of a step is spoken, not pressed: it has no ring.
  if (found.tabIndex === -1 && found.matches('h1, h2, main')) return { stop, faults: [] };
  const name = found.outerHTML.replace(/\s+/g, ' ').slice(0, 160);
  // A choice rings its whole label.
  const shown = found.closest<HTMLElement>('.choice') ?? found;
  const { outlineStyle, outlineWidth } = getComputedStyle(shown);
  const faults: string[] = [];
  if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) faults.push(`no ring: ${name}`);
  const { left, top, width, height } = shown.getBoundingClientRect();
  const [x, y] = [left + Math.min(width / 2, 40), top + Math.min(height / 2, 20)];
  if (width < 2 || height < 2) return { stop, faults: [...faults, `no size: ${name}`] };
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight)
    return { stop, faults: [...faults, `outside the view: ${name}`] };
  const seen = document.elementFromPoint(x, y);
  if (seen && !shown.contains(seen) && !seen.contains(shown))
    faults.push(`covered: ${name} by ${seen.outerHTML.slice(0, 200)}`);
  return { stop, faults };
}

async function look(person: Person): Promise<ReturnType<typeof lookAtFocus>> {
  return (await person.frame()?.evaluate(lookAtFocus)) ?? { stop: 'nothing', faults: [] };
}

/** The focused element of the extension, as markup: for the message of a failing test. */
async function focused(person: Person): Promise<string> {
  return (await person.frame()?.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))) ?? 'nothing';
}

/**
 * Walks with Tab to an element of the extension or of the host, and asserts at every stop on the way that the focus can be
 * seen: a ring of two pixels, inside the view, with nothing over it.
 *
 * @param back walks with Shift+Tab. @throws when the element is not reached, or the focus was lost from sight.
 */
export async function tabTo(person: Person, target: Locator, back = false): Promise<void> {
  await target.waitFor();
  const stops: string[] = [];
  for (let presses = 0; presses < MOST_PRESSES; presses += 1) {
    await person.page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
    let seen = await look(person);
    // What covers it, a message for one, steps aside a moment later.
    if (seen.faults.some((fault) => fault.startsWith('covered')))
      await expect.poll(async () => (seen = await look(person)).faults).toEqual([]);
    expect(seen.faults, `after ${stops.slice(-2).join(' | ')}`).toEqual([]);
    if (await target.evaluate((one) => one === document.activeElement)) return;
    stops.push(seen.stop);
  }
  throw new Error(`not reached with Tab; the stops were\n${stops.slice(-30).join('\n')}`);
}

/** Walks to an element and presses a key on it. */
export async function press(person: Person, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(person, target);
  await person.page.keyboard.press(key);
}

/** Walks to a field and types into it, in place of what is there. */
export async function type(person: Person, target: Locator, text: string): Promise<void> {
  await tabTo(person, target);
  await person.page.keyboard.press('ControlOrMeta+a');
  await person.page.keyboard.type(text);
}

/** Waits until an element has the focus, and shows it: where a person expects to go on. */
export async function expectFocus(person: Person, target: Locator): Promise<void> {
  await target.waitFor();
  await expect
    .poll(async () => ((await target.evaluate((one) => one === document.activeElement)) ? '' : await focused(person)))
    .toBe('');
  await expect.poll(async () => (await look(person)).faults).toEqual([]);
}

/** Waits until a dialog has the focus in it: until then a key goes to what has opened it. */
export async function entered(dialog: Locator): Promise<void> {
  await dialog.waitFor();
  await expect.poll(async () => await dialog.evaluate((one) => one.contains(document.activeElement))).toBe(true);
}
