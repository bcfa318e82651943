/// <reference lib="dom" />
import axe from 'axe-core';
import chromiumPackage from '@sparticuz/chromium';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type ConsoleMessage,
  type Frame,
  type FrameLocator,
  type Page,
} from 'playwright-core';
import { expect, inject } from 'vitest';
import { startTestApp, type TestApp } from './test-app.js';

/** Isolation and web security stay on: origins are what several tests are about. */
const ARGUMENTS = [
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
];
const axeSource = axe.source;

/** One person at the marketplace's panel, with the extension in its frame. */
export interface Person {
  page: Page;
  context: BrowserContext;
  /** The extension's own document. */
  ui: FrameLocator;
  /** The frame that it is in. */
  frame(): Frame | undefined;
  /** Opens a route of the extension and waits until its screen is there, with the rows that belong to it. */
  go(path: string): Promise<void>;
  /** Where the extension is. */
  path(): Promise<string>;
  /** Violations that axe finds in the extension's document, as `rule: target` lines. @param only one rule, by its id */
  axe(only?: string): Promise<string[]>;
  /** The same for the panel around it. */
  axeOfPanel(): Promise<string[]>;
  close(): Promise<void>;
}

/** The whole product, a browser, and people in it. One for a test file. */
export interface BrowserWorld {
  t: TestApp;
  browser: Browser;
  /** Signs in at the panel. @param options role, user, viewport, colour scheme, locale */
  person(options?: {
    role?: 'viewer' | 'operator' | 'admin';
    /** Somebody else than everybody is otherwise. */
    userId?: string;
    width?: number;
    height?: number;
    scheme?: 'light' | 'dark';
    locale?: string;
  }): Promise<Person>;
  /** Errors that any page logged since the last call: a broken policy or script shows here. */
  errors(): string[];
  close(): Promise<void>;
}

/** Starts everything. */
export async function startBrowserWorld(env: Record<string, string> = {}): Promise<BrowserWorld> {
  const t = await startTestApp({ PAGE_DIR: inject('pageDir'), ...env });
  const browser = await chromium.launch({
    executablePath: await chromiumPackage.executablePath(),
    args: ARGUMENTS,
    headless: true,
  });
  const logged: string[] = [];
  const people: Person[] = [];

  async function person(options: Parameters<BrowserWorld['person']>[0] = {}): Promise<Person> {
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
      colorScheme: options.scheme ?? 'light',
      locale: options.locale ?? 'en-GB',
      timezoneId: 'Europe/Berlin',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('console', (message: ConsoleMessage) => {
      if (message.type() === 'error' && !/status of (4|5)\d\d/.test(message.text())) logged.push(message.text());
    });
    page.on('pageerror', (error) => logged.push(String(error)));
    // From the first token on: the page may ask for one before the panel's switch is turned.
    const own = {
      ...(options.userId ? { userId: options.userId } : {}),
      ...(options.role ? { role: options.role } : {}),
    };
    if (Object.keys(own).length > 0)
      await page.route('**/_sandbox/token', async (route) => {
        await route.continue({ postData: { ...(route.request().postDataJSON() as object), ...own } });
      });
    await page.goto(`${t.sandboxes.marketplace.origin}/`);
    if (options.role && options.role !== 'admin') await page.getByLabel('Signed in as').selectOption(options.role);
    const frame = (): Frame | undefined => page.frames().find((one) => one.url().startsWith(t.url));
    const ui = page.frameLocator('#frame iframe');
    const one: Person = {
      page,
      context,
      ui,
      frame,
      go: async (path) => {
        // The page begins with where it was, or with its first screen: only then can it go somewhere else.
        await ui.locator('main:not([data-path="/"])').waitFor();
        await frame()!.evaluate((hash) => {
          window.location.hash = hash;
        }, path);
        // The screen before stays until the code of the next one is here, and old rows until the new ones are.
        await frame()!.waitForFunction(
          () =>
            document.querySelector<HTMLElement>('main')?.dataset.path === window.location.hash.slice(1) &&
            !document.querySelector('main .grid[aria-busy=true]'),
        );
        // What is measured after it is drawn, the width of a list, is drawn anew a frame later.
        await frame()!.evaluate(async () => {
          for (let frames = 0; frames < 2; frames += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
        });
      },
      path: async () => await frame()!.evaluate(() => window.location.hash.slice(1)),
      axe: async (only) => await findings(frame()!, only),
      axeOfPanel: async () => await findings(page.mainFrame()),
      close: async () => await context.close(),
    };
    people.push(one);
    return one;
  }

  return {
    t,
    browser,
    person,
    errors: () => logged.splice(0),
    close: async () => {
      await browser.close();
      await t.close();
    },
  };
}

async function findings(target: Frame, only?: string): Promise<string[]> {
  // The policy forbids a script element, not what the browser itself evaluates.
  if (!(await target.evaluate(() => 'axe' in window))) await target.evaluate(axeSource);
  return await target.evaluate(async (rule) => {
    interface Finding {
      target: string[];
      failureSummary: string;
    }
    const { axe: checker } = window as unknown as {
      axe: {
        run(context: Document | Element, options: unknown): Promise<{ violations: { id: string; nodes: Finding[] }[] }>;
      };
    };
    /** What the edge of a scroller cuts is as large as it is once it has been scrolled to, as anybody does to press it. */
    const isTooSmall = async ({ target: [selector] }: Finding): Promise<boolean> => {
      const element = document.querySelector(selector!)!;
      element.scrollIntoView({ block: 'center' });
      return (await checker.run(element, { runOnly: ['target-size'] })).violations.length > 0;
    };
    const { violations } = await checker.run(document, {
      runOnly: rule ? [rule] : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      // A frame of another origin is looked at by itself.
      iframes: false,
      resultTypes: ['violations'],
      // The host's document has the page's own first heading and landmarks around the frame.
      ...(rule ? {} : { rules: { 'page-has-heading-one': { enabled: true }, region: { enabled: false } } }),
    });
    const found: string[] = [];
    for (const { id, nodes } of violations)
      for (const node of nodes)
        if (id !== 'target-size' || (await isTooSmall(node)))
          found.push(`${id}: ${node.target.join(' ')} – ${node.failureSummary}`);
    return found;
  }, only);
}

/** Asserts that axe has nothing to say about what is shown. */
export async function expectAccessible(person: Person): Promise<void> {
  expect(await person.axe()).toEqual([]);
}
