/// <reference lib="dom" />
import type { Frame } from 'playwright-core';
import type { Person } from '../support/browser.js';
import type { Picture } from './screens.js';

const SCHEMES = ['light', 'dark'] as const;

/** One look at a screen. */
export interface Look {
  scheme: (typeof SCHEMES)[number];
  width: number;
}

/** Sets the light and the width of a person's browser; the page follows without being loaded again. */
export async function look(person: Person, { scheme, width }: Look): Promise<void> {
  await person.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await person.page.setViewportSize({ width, height: width < 600 ? 1100 : 1000 });
  await person.ui.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor();
  await settled(person);
}

/** Opens a screen and brings it to the state of the picture. */
export async function visit(person: Person, picture: Picture): Promise<void> {
  const { page, ui } = person;
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  for (const { url, status = 200, json, never } of picture.answers ?? [])
    await page.route(url, async (route) => {
      if (never) return;
      await route.fulfill({
        status,
        contentType: json ? 'application/json' : 'application/problem+json',
        body: JSON.stringify(
          json ?? {
            type: 'urn:psa-sync:problem:AUTOTASK_UNREACHABLE',
            title: 'It cannot be done now',
            status,
            code: status === 503 ? 'AUTOTASK_UNREACHABLE' : 'UNEXPECTED',
            detail: status === 503 ? 'Autotask did not answer for 2 minutes.' : '',
            instance: 'urn:request:8f2c0000-0000-4000-8000-000000000000',
          },
        ),
      });
    });
  // Another screen first: the same address again would change nothing.
  await person.go('/somewhere');
  await ui.locator('.empty').first().waitFor();
  const path = picture.path;
  // A list whose rows never come is as drawn as it will be.
  if (picture.answers?.some(({ never }) => never))
    await frameOf(person).evaluate((hash) => {
      window.location.hash = hash;
    }, path);
  else await person.go(path);
  await ui.locator(picture.shows).first().waitFor();
  await settled(person);
  await picture.act?.(person);
  // From its top, wherever opening parts of it has scrolled to.
  await frameOf(person).evaluate(() => document.querySelector('.screen.scrolls')?.scrollTo(0, 0));
  await settled(person);
}

/** Leaves a screen: closes what is open on it. */
export async function leave(person: Person, picture: Picture): Promise<void> {
  await picture.after?.(person);
  for (let layer = 0; layer < 3 && (await person.ui.locator('[role=dialog], [role=menu]').count()) > 0; layer += 1)
    await person.page.keyboard.press('Escape');
  await person.page.unrouteAll({ behavior: 'ignoreErrors' });
}

function frameOf({ page }: Person): Frame {
  return page.frames().find((one) => one.url().includes('installationId='))!;
}

/** Nothing is on its way and everything is drawn. */
async function settled(person: Person): Promise<void> {
  const frame = frameOf(person);
  // Sizes are followed by the page a frame or more later: wait until a few frames have drawn the same.
  await frame.evaluate(async () => {
    const picture = (): string => `${innerWidth} ${innerHeight} ${document.body.innerHTML}`;
    for (let [same, last] = [0, '']; same < 5;) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = picture();
      same = now === last ? same + 1 : 0;
      last = now;
    }
  });
}
