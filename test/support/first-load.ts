/// <reference lib="dom" />
import type { Request, Route } from 'playwright-core';
import type { Person } from './browser.js';

const API = /\/api\/v1\//;

/**
 * Loads the page anew, and lets the API answer in rounds: all that has been asked is held until the page has
 * nothing more to do without an answer. So what stands in the second round was asked because of an answer of the first one,
 * however fast or slow the machine is.
 *
 * @param path where it begins: one that leads on to another address is loaded as it was linked to.
 * @returns the requests of each round, as `GET path`; the event stream is none of them.
 */
export async function roundsOfFirstLoad(person: Person, path: string): Promise<string[][]> {
  const { page, ui } = person;
  const rounds: string[][] = [];
  let held: Route[] = [];
  /** What is on its way besides the API: code, styles, the document, the host's tokens. */
  const others = new Set<Request>();
  const begins = (request: Request): void => void (API.test(request.url()) || others.add(request));
  const ends = (request: Request): void => void others.delete(request);
  page.on('request', begins);
  page.on('requestfinished', ends);
  page.on('requestfailed', ends);
  await page.route(API, async (route) => {
    if (route.request().url().endsWith('/events')) return await route.continue();
    held.push(route);
  });
  /** Resolves when nothing new is asked for over some frames in which the page had time for everything. */
  const rests = async (): Promise<void> => {
    for (let [calm, known] = [0, -1]; calm < 3;) {
      await ui.locator('#root > *').first().waitFor({ state: 'attached' });
      await person.frame()!.evaluate(async () => {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        await new Promise((resolve) => requestIdleCallback(resolve, { timeout: 100 }));
      });
      calm = held.length === known && others.size === 0 ? calm + 1 : 0;
      known = held.length;
    }
  };
  // The frame alone: the host hands out context and tokens again as it did at first.
  await Promise.all([
    person.frame()!.waitForNavigation(),
    person.frame()!.evaluate((hash) => {
      window.history.replaceState(null, '', `#${hash}`);
      window.location.reload();
    }, path),
  ]);
  for (;;) {
    await rests();
    if (held.length === 0) break;
    const round = held;
    held = [];
    rounds.push(
      round.map((route) => `${route.request().method()} ${new URL(route.request().url()).pathname.slice(8)}`),
    );
    await Promise.all(round.map(async (route) => await route.continue()));
    // Their answers are there, and read, before the next round is judged.
    await Promise.all(round.map(async (route) => await (await route.request().response())?.finished()));
  }
  page.off('request', begins);
  page.off('requestfinished', ends);
  page.off('requestfailed', ends);
  await page.unroute(API);
  return rounds;
}
