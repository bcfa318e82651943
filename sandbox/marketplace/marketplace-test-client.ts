import type { RunningSandbox } from '../kit/sandbox-server.js';
import { API_ACCESS } from './api-token.js';
import type { Money, ProductRow } from './simple-api.types.js';
import { startMarketplaceSandbox, type MarketplaceSandboxOptions } from './marketplace-sandbox.js';

/** The day most tests begin on: a Wednesday with clear distance to any month's end. */
export const START = '2027-03-10T09:00:00.000Z';

/** An answer with its parsed body (text where it is no JSON). */
export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

/**
 * Talks to a running sandbox over HTTP as the extension and the person at the panel would.
 *
 * @typeParam Body what parsed bodies are to the caller; they are not checked here.
 */
export class MarketplaceTestClient<Body> {
  private token = '';

  constructor(readonly sandbox: RunningSandbox) {}

  /** A sandbox on a free port with its clock at START. */
  static async start<Body>(options: Partial<MarketplaceSandboxOptions> = {}): Promise<MarketplaceTestClient<Body>> {
    return new MarketplaceTestClient(await startMarketplaceSandbox({ port: 0, now: START, ...options }));
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }

  /** Any request, nothing added. */
  async send(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<Answer<Body>> {
    const response = await fetch(`${this.sandbox.origin}${path}`, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    let parsed: unknown = text;
    try {
      parsed = JSON.parse(text);
    } catch {
      // Pages and scripts stay text.
    }
    return { status: response.status, headers: response.headers, body: parsed as Body };
  }

  /** POST /token with the given parts of the credentials replaced. */
  signIn(
    change: Partial<Record<'user' | 'password' | 'subscriptionKey' | 'marketplace', string>> = {},
  ): Promise<Answer<Body>> {
    const { user, password, subscriptionKey, marketplace } = { ...API_ACCESS, ...change };
    const headers = { authorization: basic(user, password), 'x-subscription-key': subscriptionKey };
    return this.send('POST', '/marketplace/token', headers, { marketplace });
  }

  /** An API call with a token got on first use. */
  async api(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    if (this.token === '') this.token = ((await this.signIn()).body as { token: string }).token;
    return this.send(
      method,
      `/marketplace${path}`,
      { authorization: `Bearer ${this.token}`, 'x-subscription-key': API_ACCESS.subscriptionKey },
      body,
    );
  }

  /** The body of a successful GET. */
  async get(path: string): Promise<Body> {
    const answer = await this.api('GET', path);
    if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** A control call as it is answered. */
  try(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    return this.send(method, `/_sandbox${path}`, { 'content-type': 'application/json' }, body);
  }

  /** The body of a control call that must succeed. */
  async control(method: string, path: string, body?: unknown): Promise<Body> {
    const answer = await this.try(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  state(): Promise<Body> {
    return this.control('GET', '/state');
  }

  /** Moves the clock to an instant, or to nine o'clock of a day. */
  clock(to: string): Promise<Body> {
    return this.control('PUT', '/clock', { now: to.length === 10 ? `${to}T09:00:00.000Z` : to });
  }

  behave(switches: Record<string, string>): Promise<Body> {
    return this.control('PUT', '/behaviour', switches);
  }

  place(order: Record<string, unknown>): Promise<Body> {
    return this.control('POST', '/orders', order);
  }

  /** The id of a product by plan and name, and by term where the plan has several. */
  async product(serviceName: string, name: string, months?: number): Promise<string> {
    const list = await this.get(`/products?limit=100&serviceName=${encodeURIComponent(serviceName)}`);
    const fitting = (list as { data: ProductRow[] }).data.filter(
      (row) => row.name === name && (months === undefined || row.subscriptionPeriod.duration === months),
    );
    if (fitting.length !== 1) throw new Error(`${fitting.length} products "${name}" in ${serviceName}.`);
    return fitting[0]!.id;
  }

  /** Sells `quantity` of a product to customer 1000001 and returns the order. */
  async sell(serviceName: string, name: string, quantity: number, more: Record<string, unknown> = {}): Promise<Body> {
    const productId = await this.product(serviceName, name, more['months'] as number | undefined);
    const { months: _months, ...rest } = more;
    return this.place({ type: 'sales', customerId: '1000001', items: [{ productId, quantity }], ...rest });
  }

  subscription(id: string): Promise<Body> {
    return this.get(`/subscriptions/${id}`);
  }

  order(id: string): Promise<Body> {
    return this.get(`/orders/${id}`);
  }
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** An order's lines as short text: type, quantity, duration, what the customer pays. */
export function linesOf(order: {
  details: {
    type: string;
    quantity: number;
    duration?: { type: string; duration: number };
    salesExtendedPrice: Money;
  }[];
}): string[] {
  return order.details.map((line) => {
    const duration = line.duration === undefined ? 'once' : `${line.duration.duration} ${line.duration.type}`;
    return `${line.type} ${line.quantity} for ${duration}: ${line.salesExtendedPrice.amount}`;
  });
}
