import { setTimeout as wait } from 'node:timers/promises';
import { GOODS, type Action, type Goods, type History } from './histories.js';
import type { TestApp } from '../support/test-app.js';

/** An order as the marketplace shows it. */
export interface SoldOrder {
  id: string;
  orderNumber: string;
  type: string;
  status: string;
  customerId: string;
  subscriptionId: string;
  creationDate: string;
  provisioningDate?: string;
  products: { id: string; newId?: string; quantity: number }[];
  details: {
    type: string;
    productId: string;
    quantity: number;
    salesUnitPrice: { amount: string; priceTiers?: { lowerLimit: string; amount: string }[] };
    salesExtendedPrice: { amount: string };
    duration?: { type: string; duration: number };
  }[];
}

/** A subscription as the marketplace shows it. */
export interface SoldSubscription {
  id: string;
  customerId: string;
  status: string;
  creationDate: string;
  renewalDate: string;
  expirationDate: string;
  lastModifiedDate: string;
  products: { id: string; quantity: number }[];
}

/** What is looked at of Autotask's books. */
export interface Autotask {
  contracts: { id: number; contractNumber: string }[];
  contractCharges: { id: number; name: string }[];
  billingItems: {
    id: number;
    companyID: number;
    contractID: number;
    contractChargeID: number | null;
    serviceID: number | null;
    itemDate: string;
    itemName: string;
    extendedPrice: number;
  }[];
}

/** A task as the list shows it. */
export interface TaskRow {
  id: string;
  type: string;
  state: string;
  orderNumber: string | null;
  subscriptionId: string;
  effectiveDate: string;
  waitsFor: unknown;
  failure: { code: string; message: string } | null;
  requiredActions: { code: string; message: string }[];
}

interface Plan {
  hash: string;
  requiredActions: {
    code: string;
    message: string;
    options?: { value: string; choices?: Record<string, unknown> }[];
  }[];
}

/** A customer of the run with what belongs to it on both sides. */
export interface Customer {
  history: History;
  customerId: string;
  companyId: number;
  /** Marketplace ids by the history's own names. */
  subscriptions: Map<string, string>;
}

const FIRST_COMPANY = 500_001;
const OPEN = ['pending', 'action_required', 'ready', 'running', 'failed', 'uncertain'];
/** A question may lead to the next one; more rounds than this are a circle. */
const ROUNDS = 6;
/** Tasks answered one by one are worked on by so many hands. */
const HANDS = 4;

/**
 * One reseller with a bare tenant on both sides, and the person who works there: places orders, checks, answers, syncs
 * and posts, everything through HTTP.
 */
export class Reseller {
  /** Tasks that could not be synced, with the reason. */
  readonly stuck: string[] = [];
  /** Seconds spent, by kind of work. */
  readonly seconds: Record<string, number> = {};
  private token = '';
  private tokenUntil = 0;
  private productIds = new Map<string, string>();

  private constructor(
    private readonly t: TestApp,
    private readonly connectionId: string,
    readonly customers: readonly Customer[],
  ) {}

  /** Installs, connects, and maps every product to a service of its own and every customer to a company of its own. */
  static async open(
    t: TestApp,
    histories: readonly History[],
    options: { now: string; settings: Record<string, unknown>; behaviour: Record<string, string> },
  ): Promise<Reseller> {
    await t.sandbox('marketplace', 'PUT', '/clock', { now: options.now });
    for (const which of ['autotask', 'marketplace'] as const) {
      await t.sandbox(which, 'POST', '/reset', { size: 'bare' });
      await t.sandbox(which, 'PUT', '/behaviour', { slowDown: 'off', ...options.behaviour });
    }
    await t.sandbox('autotask', 'PUT', '/limits', { externalRequestThreshold: 100_000_000 });
    // Before the connection is made: it reads both sides at once, and a refresh asked for meanwhile only joins that.
    const customers = await enrol(t, histories);
    await t.install();
    const connectionId = await t.connect('EUR', { ...options.settings, apiBudgetShare: 1 });
    const reseller = new Reseller(t, connectionId, customers);
    await reseller.job((await reseller.call<{ jobId: string }>('POST', `${reseller.c}/refresh`)).jobId);
    await reseller.mapEverything();
    // The first check looks back a month; made before anything is sold it leaves nothing to be told twice.
    await reseller.check();
    return reseller;
  }

  get c(): string {
    return `/connections/${this.connectionId}`;
  }

  /** The marketplace's id of a product. */
  productId(goods: Goods): string {
    const id = this.productIds.get(nameOf(goods));
    if (id === undefined) throw new Error(`The catalogue has no ${nameOf(goods)}.`);
    return id;
  }

  /** Lets an action happen at its customer's marketplace. */
  async act(customer: Customer, action: Action): Promise<void> {
    const order = async (body: Record<string, unknown>) =>
      await this.t.sandbox<SoldOrder>('marketplace', 'POST', '/orders', body);
    const subscriptionId = customer.subscriptions.get(action.ref);
    switch (action.does) {
      case 'sale': {
        const items = action.items.map(({ goods, quantity, unitPrice }) => ({
          productId: this.productId(goods),
          quantity,
          ...(unitPrice ? { unitPrice } : {}),
        }));
        const placed = await order({
          type: 'sales',
          customerId: customer.customerId,
          items,
          ...(action.alignTo ? { alignTo: action.alignTo } : {}),
          ...(action.renewalStatus === undefined ? {} : { renewalStatus: action.renewalStatus }),
        });
        customer.subscriptions.set(action.ref, placed.subscriptionId);
        return;
      }
      case 'change': {
        const items = action.items.map(({ goods, quantity, unitPrice, to }) => ({
          productId: this.productId(goods),
          quantity,
          ...(unitPrice ? { unitPrice } : {}),
          ...(to ? { newProductId: this.productId(to) } : {}),
        }));
        const { effective, refund } = action;
        await order({ type: 'change', subscriptionId, items, effective, refund });
        return;
      }
      case 'cancel': {
        const { effective, refund, fee } = action;
        await order({ type: 'cancellation', subscriptionId, effective, refund, fee });
        return;
      }
      case 'price':
        await this.t.sandbox('marketplace', 'POST', `/subscriptions/${subscriptionId}`, {
          products: [{ id: this.productId(action.goods), unitPrice: action.unitPrice }],
        });
        return;
      case 'stopRenewal':
        await this.t.sandbox('marketplace', 'POST', `/subscriptions/${subscriptionId}`, { renewalStatus: false });
    }
  }

  /** Moves both clocks. */
  async at(now: string): Promise<void> {
    await this.t.sandbox('marketplace', 'PUT', '/clock', { now });
  }

  /** *Check Changes*, to its end. */
  async check(): Promise<void> {
    await this.timed('check', async () => {
      const { jobId } = await this.call<{ jobId: string }>('POST', `${this.c}/check`);
      await this.job(jobId);
    });
  }

  /** Syncs every open task: those with questions one by one, answered as a sensible person would, the others in bulk. */
  async syncAll(): Promise<void> {
    const given = new Set<string>();
    const rounds = new Map<string, number>();
    for (;;) {
      const next = (await this.openTasks()).filter(({ id, waitsFor }) => !given.has(id) && !waitsFor);
      if (next.length === 0) break;
      for (const { id } of next) rounds.set(id, (rounds.get(id) ?? 0) + 1);
      const tired = next.find(({ id }) => rounds.get(id)! > ROUNDS);
      if (tired) {
        this.giveUp(tired, given, `${tired.state} after ${ROUNDS} rounds: ${JSON.stringify(tired.requiredActions)}`);
        continue;
      }
      const bulk = next.filter(({ state, id }) => state === 'ready' && rounds.get(id) === 1);
      if (bulk.length > 0) await this.timed('bulk', async () => await this.syncReady(bulk));
      else await this.timed('answer', async () => await this.answerAll(next, given));
    }
    for (const task of (await this.openTasks()).filter(({ id }) => !given.has(id)))
      this.stuck.push(`${task.type} ${task.orderNumber ?? task.subscriptionId}: waits`);
  }

  /** Approves and posts everything up to a day. */
  async post(upTo: string): Promise<void> {
    await this.timed('post', async () => {
      await this.t.sandbox('autotask', 'POST', '/approve-and-post', { upTo });
    });
  }

  /** Both sides as they stand. */
  async books(): Promise<{ orders: SoldOrder[]; subscriptions: SoldSubscription[]; autotask: Autotask }> {
    const marketplace = await this.t.sandbox<{ orders: SoldOrder[]; subscriptions: SoldSubscription[] }>(
      'marketplace',
      'GET',
      '/state',
    );
    const autotask = await this.t.sandbox<Autotask>(
      'autotask',
      'GET',
      '/state?collections=contracts,contractCharges,billingItems',
    );
    return { orders: marketplace.orders, subscriptions: marketplace.subscriptions, autotask };
  }

  /** Which product each Autotask service stands for, by id. */
  async productOfService(): Promise<Map<number, string>> {
    const rows = await this.all<{ product: { id: string }; mapping: { serviceId: number } | null }>(
      `${this.c}/products`,
    );
    return new Map(rows.flatMap(({ product, mapping }) => (mapping ? [[mapping.serviceId, product.id] as const] : [])));
  }

  private async syncReady(ready: readonly TaskRow[]): Promise<void> {
    const taskIds = ready.map(({ id }) => id);
    const { jobId } = await this.call<{ jobId: string | null }>('POST', `${this.c}/tasks/sync`, { taskIds });
    if (jobId) await this.job(jobId);
  }

  /** Confirms what can be confirmed, one of a company at a time, and waits for all of it. */
  private async answerAll(tasks: readonly TaskRow[], given: Set<string>): Promise<void> {
    const jobs: string[] = [];
    const companies = new Set<number>();
    const first = tasks.filter((task) => {
      const { companyId } = this.ownerOf(task.subscriptionId).customer;
      return !companies.has(companyId) && companies.add(companyId);
    });
    await this.inHands(first, async (task) => {
      const jobId = await this.confirm(task, given);
      if (jobId) jobs.push(jobId);
    });
    for (const jobId of jobs) await this.job(jobId);
  }

  /** Answers what a task asks and confirms its plan; undefined when nothing was started. */
  private async confirm(task: TaskRow, given: Set<string>): Promise<string | undefined> {
    // The row of a sale says already that it asks for a contract; a later task's may be older than the sale's end.
    const [known] = task.requiredActions.filter(({ code }) => code === 'CONTRACT_MISSING' && task.type === 'sales');
    let choices = (known && (await this.answerTo(task, known))) ?? {};
    for (let round = 0; round < ROUNDS; round += 1) {
      const plan = await this.call<Plan>('POST', `/tasks/${task.id}/plan`, { choices });
      const [action] = plan.requiredActions;
      if (action) {
        const answer = await this.answerTo(task, action);
        if (!answer) return this.giveUp(task, given, `${action.code}: ${action.message}`);
        choices = merged(choices, answer);
        continue;
      }
      const sent = await this.tryCall('POST', `/tasks/${task.id}/sync`, { choices, planHash: plan.hash });
      if (sent.status === 409) continue;
      if (sent.status !== 202) throw new Error(`sync: ${sent.status} ${JSON.stringify(sent.body)}`);
      return (sent.body as { jobId: string }).jobId;
    }
    return this.giveUp(task, given, `no end after ${ROUNDS} questions`);
  }

  private giveUp(task: TaskRow, given: Set<string>, why: string): undefined {
    given.add(task.id);
    this.stuck.push(`${task.type} ${task.orderNumber ?? task.subscriptionId} (${task.effectiveDate}): ${why}`);
  }

  private async answerTo(
    task: TaskRow,
    action: Plan['requiredActions'][number],
  ): Promise<Record<string, unknown> | undefined> {
    if (action.code === 'CONTRACT_MISSING') {
      const { customer, ref } = this.ownerOf(task.subscriptionId);
      const sale = customer.history.actions.find((one) => one.does === 'sale' && one.ref === ref);
      const wish = sale?.does === 'sale' ? sale.contract : {};
      if (!('of' in wish)) return { contract: { create: wish.start ? { startDate: wish.start } : {} } };
      const { items } = await this.call<{ items: { id: number; number: string | null; suitable: boolean }[] }>(
        'GET',
        `/tasks/${task.id}/contracts`,
      );
      const shared = items.find(({ number }) => number === customer.subscriptions.get(wish.of));
      return shared && { contract: { id: shared.id } };
    }
    // The first option of a question is what the product recommends.
    return action.options?.find(({ choices }) => choices !== undefined)?.choices;
  }

  private ownerOf(subscriptionId: string): { customer: Customer; ref: string } {
    for (const customer of this.customers)
      for (const [ref, id] of customer.subscriptions) if (id === subscriptionId) return { customer, ref };
    throw new Error(`Nobody bought subscription ${subscriptionId}.`);
  }

  private async openTasks(): Promise<TaskRow[]> {
    const tasks = await this.all<TaskRow>(`${this.c}/tasks?state=${OPEN.join(',')}`);
    return tasks.toSorted((a, b) =>
      a.effectiveDate < b.effectiveDate ? -1 : a.effectiveDate > b.effectiveDate ? 1 : 0,
    );
  }

  private async mapEverything(): Promise<void> {
    for (let at = 0; at < this.customers.length; at += 200)
      await this.call(
        'PUT',
        `${this.c}/customers/mappings`,
        this.customers
          .slice(at, at + 200)
          .map(({ customerId, companyId }) => ({ customerId, companyId, action: 'map' })),
      );
    const rows = await this.all<{
      product: {
        id: string;
        key: string;
        name: string;
        plan: string;
        subscriptionPeriod: { unit: string; count: number };
        cycle: { periodType: number | null };
      };
    }>(`${this.c}/products`);
    const codes = await this.all<{ id: number }>(`${this.c}/billing-codes?useType=5`);
    for (const goods of GOODS) {
      const found = rows.find(
        ({ product }) =>
          product.plan === goods.plan &&
          product.name === goods.name &&
          product.subscriptionPeriod.count * (product.subscriptionPeriod.unit === 'year' ? 12 : 1) === goods.term,
      );
      if (!found) throw new Error(`The product list has no ${nameOf(goods)}.`);
      this.productIds.set(nameOf(goods), found.product.id);
      await this.call('POST', `${this.c}/services`, {
        productKey: found.product.key,
        name: nameOf(goods),
        periodType: found.product.cycle.periodType,
        unitPrice: '1.00',
        billingCodeId: codes[0]!.id,
        mapProduct: true,
      });
    }
    const fees = await this.all<{ id: number; name: string }>(`${this.c}/autotask-products`);
    const fee = (feeKind: string, name: string) => ({
      feeKind,
      autotaskProductId: fees.find((one) => one.name === name)!.id,
    });
    await this.call('PUT', `${this.c}/fees/mappings`, [
      fee('setup', 'Example Setup Fee'),
      fee('cancellation', 'Example Cancellation Fee'),
      fee('proration', 'Example Proration Charge'),
      fee('usage', 'Example Usage Charge'),
    ]);
  }

  private async inHands<T>(rows: readonly T[], work: (row: T) => Promise<void>): Promise<void> {
    const rest = [...rows];
    await Promise.all(
      Array.from({ length: HANDS }, async () => {
        for (let row = rest.shift(); row !== undefined; row = rest.shift()) await work(row);
      }),
    );
  }

  private async job(jobId: string): Promise<void> {
    const deadline = Date.now() + 600_000;
    for (let pause = 2; ; pause = Math.min(100, pause * 2)) {
      const job = await this.call<{ state: string; failure: unknown }>('GET', `/jobs/${jobId}`);
      if (job.state === 'done') return;
      if (job.state === 'failed' || job.state === 'stopped')
        throw new Error(`A job ended ${job.state}: ${JSON.stringify(job)}`);
      if (Date.now() > deadline) throw new Error(`A job did not end: ${JSON.stringify(job)}`);
      await wait(pause);
    }
  }

  private async all<T>(path: string): Promise<T[]> {
    const rows: T[] = [];
    for (let page = 1; ; page += 1) {
      const sep = path.includes('?') ? '&' : '?';
      const { items, total } = await this.call<{ items: T[]; total: number }>(
        'GET',
        `${path}${sep}page=${page}&pageSize=200`,
      );
      rows.push(...items);
      if (items.length === 0 || rows.length >= total) return rows;
    }
  }

  private async call<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.tryCall(method, path, body);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }

  private async tryCall(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    if (Date.now() > this.tokenUntil) {
      const { token } = await this.t.sandbox<{ token: string }>('marketplace', 'POST', '/token', { role: 'admin' });
      this.token = token;
      this.tokenUntil = Date.now() + 30_000;
    }
    const response = await fetch(`${this.t.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as unknown) };
  }

  /** Adds the time of some work to the account of its kind. */
  async timed<T>(kind: string, work: () => Promise<T>): Promise<T> {
    const started = Date.now();
    try {
      return await work();
    } finally {
      this.seconds[kind] = (this.seconds[kind] ?? 0) + (Date.now() - started) / 1000;
    }
  }
}

/** Makes a customer and a company of the same name for each history. */
async function enrol(t: TestApp, histories: readonly History[]): Promise<Customer[]> {
  const customers: Customer[] = [];
  for (const history of histories) {
    const { number } = history;
    const name = `Tie-out Customer ${number}`;
    const customerId = String(1_000_000 + number);
    const companyId = FIRST_COMPANY + number;
    await t.sandbox('marketplace', 'POST', '/rows', {
      collection: 'customers',
      row: {
        id: customerId,
        externalId: '',
        attributes: {},
        status: 'active',
        name,
        address: {
          streetAddress: `Example Way ${number}`,
          postalCode: '10000',
          city: 'Sampletown',
          countryCode: 'DE',
        },
        contactPersons: [],
        language: 'en',
        resellerId: '1000000',
        currency: 'EUR',
      },
    });
    await t.sandbox('autotask', 'POST', '/rows', {
      collection: 'companies',
      row: { id: companyId, companyName: name, companyType: 1, isActive: true, ownerResourceID: 4, phone: '+00 1' },
    });
    customers.push({ history, customerId, companyId, subscriptions: new Map() });
  }
  return customers;
}

function nameOf({ plan, name, term }: Goods): string {
  return `${name} · ${plan} · ${term}m`;
}

/** Adds answers to choices; rows of lists are joined by the product or line they are about. */
function merged(choices: Record<string, unknown>, answer: Record<string, unknown>): Record<string, unknown> {
  const all = { ...choices };
  for (const [name, value] of Object.entries(answer)) {
    const old = all[name];
    all[name] = Array.isArray(value) && Array.isArray(old) ? joined(old, value) : value;
  }
  return all;
}

function joined(old: Record<string, unknown>[], added: Record<string, unknown>[]): Record<string, unknown>[] {
  const key = (row: Record<string, unknown>) => String(row['productKey'] ?? row['lineId']);
  const rows = new Map(old.map((row) => [key(row), row]));
  for (const row of added) rows.set(key(row), { ...rows.get(key(row)), ...row });
  return [...rows.values()];
}
