import { get, type IncomingMessage } from 'node:http';
import { runInNewContext, Script } from 'node:vm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSandboxes } from '../start.js';
import { MarketplaceTestClient } from './marketplace-test-client.js';
import { PANEL_FRAME_SCRIPT } from './panel-frame-script.js';

let client: MarketplaceTestClient<any>;
beforeAll(async () => {
  client = await MarketplaceTestClient.start();
});
afterAll(() => client.close());

const file = (path: string, headers: Record<string, string> = {}) => client.send('GET', path, headers);

describe('the page', () => {
  it('is whole in itself: own style and scripts only, nothing inline, nothing from elsewhere', async () => {
    const { status, headers, body } = await file('/');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('text/html');
    const policy = headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    const linked = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(linked)).toEqual(new Set(['/panel.css', '/panel.js', 'data:,']));
    expect(body).not.toMatch(/<script>|<style>| style=| on\w+=/);
    expect(body).toContain('Sandbox. Nothing here is real.');
    for (const path of ['/panel.css', '/panel.js', '/panel-frame.js']) expect((await file(path)).status).toBe(200);
  });

  it('has scripts that parse, an element for every id they use, and never writes markup', async () => {
    const page = (await file('/')).body;
    for (const path of ['/panel.js', '/panel-frame.js']) {
      const source: string = (await file(path)).body;
      expect(() => new Script(source.replace(/^import .*$/m, '').replace(/^export /gm, ''))).not.toThrow();
      expect(source).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
      for (const [, id] of source.matchAll(/\bat\('([\w-]+)'\)/g)) expect(page).toContain(`id="${id}"`);
    }
  });

  it('sends a visitor who came by another name of the machine to its own origin', async () => {
    const { port, origin } = client.sandbox;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = get({ host: '127.0.0.1', port, path: '/', headers: { host: `localhost:${port}` } }, resolve);
      asked.on('error', reject);
    });
    answer.resume();
    expect([answer.statusCode, answer.headers.location]).toEqual([302, `${origin}/`]);
  });
});

describe('what it shows', () => {
  it('status, customers, products, newest orders and a customer’s subscriptions come in small portions', async () => {
    const status = await client.control('GET', '/panel/status');
    expect(status).toMatchObject({ installation: null, extensionUrl: null, canPost: false });
    expect((await client.control('GET', '/panel/customers?search=marma'))[0]).toMatchObject({
      name: 'Marmalade Freight',
    });
    const orders = await client.control('GET', '/panel/orders');
    expect(orders).toHaveLength(50);
    expect(orders[0].creationDate >= orders[49].creationDate).toBe(true);
    expect(orders[0].total.currency).toMatch(/EUR|USD/);
    const [subscription] = await client.control('GET', '/panel/subscriptions?customerId=1000001');
    expect(subscription.products[0].name).toBe('Example Office Basic');
    expect((await client.control('GET', '/panel/products?search=voice')).length).toBe(3);
    expect((await client.try('GET', '/panel/secrets')).status).toBe(404);
  });

  it('posts in the sandbox Autotask it is told of, and says so where there is none', async () => {
    expect(await client.try('POST', '/approve-and-post', { upTo: '2027-03-31' })).toMatchObject({
      status: 400,
      body: { errors: ['There is no sandbox Autotask to post in.'] },
    });
    const both = await startSandboxes({ autotaskPort: 0, marketplacePort: 0, extensionUrl: () => '' });
    try {
      const call = async (path: string, body?: unknown) => {
        const answer = await fetch(`${both.marketplace.origin}/_sandbox${path}`, {
          method: body === undefined ? 'GET' : 'POST',
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return { status: answer.status, body: await answer.json() };
      };
      expect((await call('/panel/status')).body.canPost).toBe(true);
      const upTo = '2027-03-31';
      const posted = await call('/approve-and-post', { upTo });
      expect(posted.status).toBe(200);
      expect(posted.body.items).toBeGreaterThan(0);
      expect(await call('/approve-and-post', { upTo })).toEqual({ status: 200, body: { items: 0 } });
      const refused = await call('/approve-and-post', { upTo: 'March' });
      expect(refused.status).toBe(400);
      expect(refused.body.errors[0]).toContain('upTo must be a day');
    } finally {
      await both.close();
    }
  });
});

describe('the frame conversation', () => {
  const EXTENSION = 'http://127.0.0.1:4999';
  const sent: { message: any; origin: string }[] = [];
  const frame = {
    style: { height: '' },
    src: '',
    title: '',
    allow: '',
    remove: vi.fn<() => void>(),
    contentWindow: { postMessage: (message: any, origin: string) => sent.push({ message, origin }) },
    getBoundingClientRect: () => ({ top: 200 }),
  };
  const listeners = new Map<string, (event: any) => void>();
  const told = { navigated: [] as string[], dirty: 0, silent: [] as boolean[] };
  let showFrame: (options: unknown) => { sendContext(): void; remove(): void };
  let shown: ReturnType<typeof showFrame>;
  let theme = 'system';

  beforeAll(() => {
    // The script as the browser runs it, with the few parts of a browser it touches.
    const browser = {
      document: { createElement: () => frame },
      matchMedia: () => ({ matches: true, addEventListener() {}, removeEventListener() {} }),
      addEventListener: (name: string, listener: (event: any) => void) => listeners.set(name, listener),
      removeEventListener: (name: string) => listeners.delete(name),
      Intl: { DateTimeFormat: () => ({ resolvedOptions: () => ({ locale: 'en-GB' }) }) },
      innerHeight: 1000,
      scrollY: 0,
      setTimeout: vi.fn<(run: () => void) => number>((run) => ((silence = run), 1)),
      clearTimeout() {},
    };
    showFrame = runInNewContext(`${PANEL_FRAME_SCRIPT.replace(/^export /gm, '')}; showFrame`, { ...browser, URL });
  });
  let silence: () => void = () => {};

  beforeEach(() => {
    sent.length = 0;
    told.navigated.length = 0;
    told.silent.length = 0;
    told.dirty = 0;
    theme = 'system';
    shown = showFrame({
      place: { replaceChildren() {} },
      baseUrl: EXTENSION,
      installationId: 'EIN-1 2',
      timeZone: 'UTC',
      path: () => '/c/1/tasks',
      pageUrl: 'http://127.0.0.1:3001/#integrations{path}',
      theme: () => theme,
      token: async () => ({ token: 'the-token', expiresAt: '2027-03-10T09:01:00.000Z' }),
      onNavigated: (path: string) => told.navigated.push(path),
      onDirty: (count: number) => (told.dirty = count),
      onSilent: (silent: boolean) => told.silent.push(silent),
    });
  });
  const post = async (data: unknown, origin = EXTENSION, source: unknown = frame.contentWindow) => {
    listeners.get('message')!({ data, origin, source });
    await Promise.resolve();
    await Promise.resolve();
  };

  it('opens the extension with its installation and answers ready with context and token, to its origin only', async () => {
    expect(frame.src).toBe(`${EXTENSION}/?installationId=EIN-1%202`);
    expect(frame.title).toBe('PSA sync for Autotask');
    await post({ type: 'ready' });
    expect(sent).toEqual([
      {
        origin: EXTENSION,
        message: {
          type: 'context',
          locale: 'en-GB',
          timeZone: 'UTC',
          colorScheme: 'dark',
          availableHeight: 784,
          path: '/c/1/tasks',
          pageUrl: 'http://127.0.0.1:3001/#integrations{path}',
        },
      },
      { origin: EXTENSION, message: { type: 'token', token: 'the-token', expiresAt: '2027-03-10T09:01:00.000Z' } },
    ]);
    await post({ type: 'tokenRequest' });
    expect(sent).toHaveLength(3);
  });

  it('tells the scheme that was chosen; the one of the system, which is dark here, where none was', async () => {
    for (const [chosen, told] of [
      ['light', 'light'],
      ['dark', 'dark'],
      ['system', 'dark'],
    ] as const) {
      theme = chosen;
      shown.sendContext();
      expect(sent.at(-1)).toMatchObject({ origin: EXTENSION, message: { type: 'context', colorScheme: told } });
    }
  });

  it('says nothing to another origin, another window or another shape', async () => {
    await post({ type: 'tokenRequest' }, 'http://127.0.0.1:5000');
    await post({ type: 'tokenRequest' }, EXTENSION, {});
    await post('tokenRequest');
    await post({ type: 'navigated', path: 'https://elsewhere.example' });
    expect(sent).toEqual([]);
    expect(told.navigated).toEqual([]);
  });

  it('follows size up to the visible height, path and unsaved count', async () => {
    await post({ type: 'size', height: 500 });
    expect(frame.style.height).toBe('500px');
    await post({ type: 'size', height: 5000 });
    expect(frame.style.height).toBe('784px');
    await post({ type: 'navigated', path: '/c/1/mapping/customers', title: 'Mapping' });
    await post({ type: 'dirty', count: 3 });
    expect(told).toMatchObject({ navigated: ['/c/1/mapping/customers'], dirty: 3 });
  });

  it('reports silence after the wait, and takes it back when an answer comes', async () => {
    silence();
    expect(told.silent).toEqual([true]);
    await post({ type: 'ready' });
    expect(told.silent).toEqual([true, false]);
  });
});
