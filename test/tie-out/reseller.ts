import { setTimeout as wait } from 'node:timers/promises';
import { GOODS, isCharged, type Goods } from './goods.js';
import type { Action, ByHand, History } from './histories.js';
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

/** What is looked at of the marketplace's books. */
export interface Books {
  orders: SoldOrder[];
  subscriptions: SoldSubscription[];
  usage: SoldUsage[];
}

/** Something that was used up, as the marketplace rates it. */
export interface SoldUsage {
  subscriptionId: string;
  productId: string;
  unitPrice: string;
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
    subject?: { id?: string };
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
  /** The contract that was kept by hand, as it stood before anything was synced. */
  standing?: Standing;
}

/** Units on a contract before the reseller connects. */
export interface Standing {
  product: string;
  units: number;
  /** Per unit and period. */
  unitPrice: string;
  start: string;
  /** Last day. */
  end: string;
}

/** The service's own price, which a line has as long as nobody sets another one. */
const SERVICE_PRICE = '1.00';
/** Words of `ContractServices.periodType` by months. */
const PERIOD_TYPES: Record<number, number> = { 1: 2, 3: 3, 6: 4, 12: 5 };

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
  /** Which task asked about units nobody tracked, by subscription and product. */
  private readonly contacts = new Map<string, string>();
  /** Seconds spent, by kind of work. */
  readonly seconds: Record<string, number> = {};
  private token = '';
  private tokenUntil = 0;

  private constructor(
    private readonly t: TestApp,
    private readonly connectionId: string,
    readonly customers: readonly Customer[],
    private readonly productIds: ReadonlyMap<string, string>,
  ) {}

  /** Installs, connects, and maps every product to a service of its own and every customer to a company of its own. */
  static async open(
    t: TestApp,
    histories: readonly History[],
    options: { now: string; posted: string; settings: Record<string, unknown>; behaviour: Record<string, string> },
  ): Promise<Reseller> {
    const early = histories.flatMap(({ actions }) => actions.filter((one) => one.does === 'sale' && one.early));
    const first = early.map(({ day }) => `${day}T02:00:00Z`).sort()[0] ?? options.now;
    await t.sandbox('marketplace', 'PUT', '/clock', { now: first });
    for (const which of ['autotask', 'marketplace'] as const) {
      await t.sandbox(which, 'POST', '/reset', { size: 'bare' });
      await t.sandbox(which, 'PUT', '/behaviour', { slowDown: 'off', ...options.behaviour });
    }
    await t.sandbox('autotask', 'PUT', '/limits', { externalRequestThreshold: 100_000_000 });
    // Before the connection is made: it reads both sides at once, and a refresh asked for meanwhile only joins that.
    const customers = await enrol(t, histories);
    const productIds = await productIdsOf(t);
    const sales = await sellEarly(t, customers, productIds);
    await t.sandbox('marketplace', 'PUT', '/clock', { now: options.now });
    await t.install();
    const connectionId = await t.connect('EUR', { ...options.settings, apiBudgetShare: 1 });
    const reseller = new Reseller(t, connectionId, customers, productIds);
    await reseller.job((await reseller.call<{ jobId: string }>('POST', `${reseller.c}/refresh`)).jobId);
    await reseller.mapEverything();
    for (const { customer, byHand, order } of sales) if (byHand) await reseller.keepByHand(customer, byHand, order);
    await reseller.post(options.posted);
    // The first check looks back a month: what was sold before is met as a running subscription.
    await reseller.check();
    return reseller;
  }

  get c(): string {
    return `/connections/${this.connectionId}`;
  }

  /** The marketplace's id of a product. */
  productId(goods: Goods): string {
    return idOf(this.productIds, goods);
  }

  /** Lets an action happen at its customer's marketplace. */
  async act(customer: Customer, action: Action): Promise<void> {
    const order = async (body: Record<string, unknown>) =>
      await this.t.sandbox<SoldOrder>('marketplace', 'POST', '/orders', body);
    const subscriptionId = customer.subscriptions.get(action.ref);
    switch (action.does) {
      case 'sale':
        await sell(this.t, customer, action, this.productIds);
        return;
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
      case 'usage':
        await this.t.sandbox('marketplace', 'POST', '/usage', {
          subscriptionId,
          productId: this.productId(action.goods),
          periodStart: action.from,
          periodEnd: action.to,
          quantity: action.quantity,
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
      const open = (await this.openTasks()).filter(({ id }) => !given.has(id));
      const next = open.filter(({ waitsFor }) => !waitsFor);
      if (next.length === 0) break;
      const bulk = this.inTurn(open, ({ id, state }) => state === 'ready' && !rounds.has(id));
      const tried = bulk.length > 0 ? bulk : this.oneEach(next);
      for (const { id } of tried) rounds.set(id, (rounds.get(id) ?? 0) + 1);
      const tired = tried.find(({ id }) => rounds.get(id)! > ROUNDS);
      if (tired)
        this.giveUp(tired, given, `${tired.state} after ${ROUNDS} rounds: ${JSON.stringify(tired.requiredActions)}`);
      else if (bulk.length > 0) await this.timed('bulk', async () => await this.syncReady(bulk));
      else await this.timed('answer', async () => await this.answerAll(tried, given));
    }
    for (const task of (await this.openTasks()).filter(({ id }) => !given.has(id)))
      this.stuck.push(`${task.type} ${task.orderNumber ?? task.subscriptionId}: waits`);
  }

  /**
   * What can be synced at once without overtaking anything of the same customer: which of two subscriptions gets a day of
   * their line depends on who comes first.
   */
  private inTurn(open: readonly TaskRow[], isEasy: (task: TaskRow) => boolean): TaskRow[] {
    const behind = new Set<string>();
    return open.filter((task) => {
      const { customerId } = this.ownerOf(task.subscriptionId).customer;
      if (task.waitsFor || !isEasy(task)) behind.add(customerId);
      return !behind.has(customerId);
    });
  }

  /** Approves and posts everything up to a day. */
  async post(upTo: string): Promise<void> {
    await this.timed('post', async () => {
      await this.t.sandbox('autotask', 'POST', '/approve-and-post', { upTo });
    });
  }

  /** Both sides as they stand. */
  async books(): Promise<Books & { autotask: Autotask }> {
    const { orders, subscriptions, usage } = await this.t.sandbox<Books>('marketplace', 'GET', '/state');
    const autotask = await this.t.sandbox<Autotask>(
      'autotask',
      'GET',
      '/state?collections=contracts,contractCharges,billingItems',
    );
    return { orders, subscriptions, usage, autotask };
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

  /** The first task of each customer. */
  private oneEach(tasks: readonly TaskRow[]): TaskRow[] {
    const customers = new Set<string>();
    return tasks.filter((task) => {
      const { customerId } = this.ownerOf(task.subscriptionId).customer;
      return !customers.has(customerId) && customers.add(customerId);
    });
  }

  /** Confirms what can be confirmed and waits for all of it. */
  private async answerAll(tasks: readonly TaskRow[], given: Set<string>): Promise<void> {
    const jobs: string[] = [];
    await this.inHands(tasks, async (task) => {
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
      const isByHand = sale?.does === 'sale' && sale.early?.byHand !== undefined;
      if (!('of' in wish) && !isByHand) return { contract: { create: wish.start ? { startDate: wish.start } : {} } };
      const { items } = await this.call<{ items: { id: number; number: string | null; suitable: boolean }[] }>(
        'GET',
        `/tasks/${task.id}/contracts`,
      );
      const number = customer.subscriptions.get('of' in wish ? wish.of : ref);
      const shared = items.find((one) => one.number === number);
      return shared && { contract: { id: shared.id } };
    }
    const early = earlyOf(this.ownerOf(task.subscriptionId));
    if (action.code === 'INITIAL_BILLED') return { alreadyBilled: early?.billed ?? true };
    // The first option of a question is what the product recommends.
    const answer = action.options?.find(({ choices }) => choices !== undefined)?.choices;
    if (action.code !== 'FIRST_CONTACT') return answer;
    // What was said once is never asked again.
    const asked = `${task.subscriptionId}|${action.subject?.id}`;
    const before = this.contacts.get(asked);
    if (before !== undefined && before !== task.id) return undefined;
    this.contacts.set(asked, task.id);
    const lines = (answer?.['lines'] ?? []) as Record<string, unknown>[];
    return { lines: lines.map((line) => ({ ...line, alreadyCounted: early?.byHand?.counted ?? 0 })) };
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

  /** Makes a contract with units as people did before there was a sync; its number is the subscription's id. */
  private async keepByHand(customer: Customer, byHand: ByHand, order: SoldOrder): Promise<void> {
    const [item] = order.products;
    const product = item!.id;
    const charged = order.details.find(({ productId, type }) => productId === product && type === 'recurring')!;
    const sale = customer.history.actions[0]!;
    const cycle = sale.does === 'sale' ? sale.items[0]!.goods.cycle : 1;
    const units = byHand.counted + byHand.foreign;
    const unitPrice = byHand.price === 'service' ? SERVICE_PRICE : charged.salesUnitPrice.amount;
    const end = dayBefore(yearsLater(byHand.start, 2));
    const contractID = await this.autotask('Contracts', {
      companyID: customer.companyId,
      contractName: `Kept by hand for ${customer.customerId}`,
      contractNumber: order.subscriptionId,
      contractType: 7,
      contractPeriodType: PERIOD_TYPES[cycle],
      status: 1,
      startDate: byHand.start,
      endDate: end,
      timeReportingRequiresStartAndStopTimes: 0,
    });
    const services = await this.productOfService();
    const [serviceID] = [...services].find(([, productId]) => productId === product)!;
    if (units > 0)
      await this.autotask('ContractServiceAdjustments', {
        contractID,
        serviceID,
        effectiveDate: byHand.start,
        unitChange: units,
        ...(byHand.price === 'service' ? {} : { adjustedUnitPrice: Number(unitPrice) }),
      });
    customer.standing = { product, units, unitPrice, start: byHand.start, end };
  }

  /** Somebody works in Autotask itself. */
  private async autotask(entity: string, body: Record<string, unknown>): Promise<number> {
    const { credentials } = await this.t.sandbox<{ credentials: Record<string, string> }>(
      'autotask',
      'GET',
      '/state?collections=currencies',
    );
    const response = await fetch(`${this.t.sandboxes.autotask.origin}/ATServicesRest/V1.0/${entity}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        UserName: credentials['userName']!,
        Secret: credentials['secret']!,
        ApiIntegrationCode: credentials['integrationCode']!,
      },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${entity}: ${response.status} ${text}`);
    return (JSON.parse(text) as { itemId: number }).itemId;
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
      if (isCharged(goods)) continue;
      const found = rows.find(
        ({ product }) =>
          product.plan === goods.plan &&
          product.name === goods.name &&
          product.subscriptionPeriod.count * (product.subscriptionPeriod.unit === 'year' ? 12 : 1) === goods.term,
      );
      if (!found) throw new Error(`The product list has no ${nameOf(goods)}.`);
      await this.call('POST', `${this.c}/services`, {
        productKey: found.product.key,
        name: nameOf(goods),
        periodType: found.product.cycle.periodType,
        unitPrice: SERVICE_PRICE,
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

type Sale = Extract<Action, { does: 'sale' }>;

/** Places a sale; a subscription gets its id by it. */
async function sell(
  t: TestApp,
  customer: Customer,
  sale: Sale,
  productIds: ReadonlyMap<string, string>,
): Promise<SoldOrder> {
  const placed = await t.sandbox<SoldOrder>('marketplace', 'POST', '/orders', {
    type: 'sales',
    customerId: customer.customerId,
    items: sale.items.map(({ goods, quantity, unitPrice }) => ({
      productId: idOf(productIds, goods),
      quantity,
      ...(unitPrice ? { unitPrice } : {}),
    })),
    ...(sale.alignTo ? { alignTo: sale.alignTo } : {}),
  });
  customer.subscriptions.set(sale.ref, placed.subscriptionId);
  return placed;
}

/** Sells what runs already when the reseller connects, each sale on its day. */
async function sellEarly(
  t: TestApp,
  customers: readonly Customer[],
  productIds: ReadonlyMap<string, string>,
): Promise<{ customer: Customer; byHand: ByHand | undefined; order: SoldOrder }[]> {
  const sold: { customer: Customer; byHand: ByHand | undefined; order: SoldOrder }[] = [];
  const sales = customers.flatMap((customer) =>
    customer.history.actions.flatMap((action) =>
      action.does === 'sale' && action.early ? [{ customer, sale: action, byHand: action.early.byHand }] : [],
    ),
  );
  sales.sort((a, b) => (a.sale.day < b.sale.day ? -1 : a.sale.day > b.sale.day ? 1 : 0));
  for (const { customer, sale, byHand } of sales) {
    await t.sandbox('marketplace', 'PUT', '/clock', { now: `${sale.day}T10:00:00Z` });
    sold.push({ customer, byHand, order: await sell(t, customer, sale, productIds) });
  }
  return sold;
}

/** The marketplace's ids of everything that is sold here. */
async function productIdsOf(t: TestApp): Promise<Map<string, string>> {
  const { products } = await t.sandbox<{
    products: {
      id: string;
      name: string;
      serviceName: string;
      subscriptionPeriod: { type: string; duration: number };
    }[];
  }>('marketplace', 'GET', '/state');
  const months = ({ type, duration }: { type: string; duration: number }) => duration * (type === 'year' ? 12 : 1);
  return new Map(
    GOODS.map((goods) => {
      const found = products.find(
        ({ name, serviceName, subscriptionPeriod }) =>
          name === goods.name && serviceName === goods.plan && months(subscriptionPeriod) === goods.term,
      );
      if (!found) throw new Error(`The catalogue has no ${nameOf(goods)}.`);
      return [nameOf(goods), found.id];
    }),
  );
}

function idOf(productIds: ReadonlyMap<string, string>, goods: Goods): string {
  const id = productIds.get(nameOf(goods));
  if (id === undefined) throw new Error(`The catalogue has no ${nameOf(goods)}.`);
  return id;
}

function earlyOf({ customer, ref }: { customer: Customer; ref: string }): Sale['early'] {
  const sale = customer.history.actions.find((one) => one.does === 'sale' && one.ref === ref);
  return sale?.does === 'sale' ? sale.early : undefined;
}

function yearsLater(day: string, years: number): string {
  const moved = `${Number(day.slice(0, 4)) + years}${day.slice(4)}`;
  return moved.endsWith('-02-29') ? `${moved.slice(0, 8)}28` : moved;
}

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
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
