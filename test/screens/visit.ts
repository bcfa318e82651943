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

const present = new WeakMap<Person, Look>();

/** Sets the light and the width of a person's browser; the page follows without being loaded again. */
export async function look(person: Person, { scheme, width }: Look): Promise<void> {
  const before = present.get(person);
  present.set(person, { scheme, width });
  if (before?.scheme !== scheme) {
    await person.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await person.ui.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor();
    await coloured(person);
  }
  if (before?.width !== width) {
    await person.page.setViewportSize({ width, height: width < 600 ? 1100 : 1000 });
    await settled(person);
  }
}

/** Opens a screen and brings it to the state of the picture. */
export async function visit(person: Person, picture: Picture): Promise<void> {
  const { page, ui } = person;
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  for (const { url, method, status = 200, json, never, edit } of picture.answers ?? [])
    await page.route(url, async (route) => {
      if (method !== undefined && route.request().method() !== method) return await route.fallback();
      if (never) return;
      if (edit) {
        const response = await route.fetch();
        return await route.fulfill({ response, json: edit(await response.json()) });
      }
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
  if (picture.fresh) await begin(person);
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
  if (!picture.act) return;
  await picture.act(person);
  // From its top, wherever opening parts of it has scrolled to.
  await frameOf(person).evaluate(() => {
    for (const box of document.querySelectorAll('.screen.scrolls, .screen .region')) box.scrollTo(0, 0);
  });
  await settled(person);
}

/** Leaves a screen: closes what is open on it. */
export async function leave(person: Person, picture: Picture): Promise<void> {
  await picture.after?.(person);
  for (let layer = 0; layer < 3 && (await person.ui.locator('[role=dialog], [role=menu]').count()) > 0; layer += 1)
    await person.page.keyboard.press('Escape');
  await person.page.unrouteAll({ behavior: 'ignoreErrors' });
  if (picture.fresh) await begin(person);
}

/** Loads the page anew, the extension in it too. */
async function begin({ page, ui }: Person): Promise<void> {
  await page.reload();
  await ui.locator('main').waitFor();
}

function frameOf({ page }: Person): Frame {
  return page.frames().find((one) => one.url().includes('installationId='))!;
}

/** The colours of the other scheme are there; they move nothing. */
async function coloured(person: Person): Promise<void> {
  await frameOf(person).evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const fading = document.getAnimations().filter((one) => one instanceof CSSTransition);
    await Promise.allSettled(fading.map(async ({ finished }) => await finished));
  });
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
