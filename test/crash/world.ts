import { Refused, type Person } from './person.js';
import { pause } from './child.js';
import type { Random } from './random.js';

/** Where time begins in every world. */
const BEGIN = '2027-03-10T09:00:00Z';
const CUSTOMERS = 12;
/** Every tenth customer of the seed buys in dollars, for which there is no connection here. */
const DOLLARS = 10;
/** Monthly products with an annual commitment; the first has a setup fee. */
const ARTICLES = ['EX-OFF-B', 'EX-OFF-S', 'EX-OFF-P'];
const FEE = '15.00';
/** No world lasts longer, with the days ahead that its changes are about. */
const LONGEST_DAYS = 150;

/** A customer's product: one subscription, one line on the customer's contract. */
export interface Line {
  customerId: string;
  companyId: number;
  productId: string;
  serviceId: number;
  subscriptionId?: string;
  /** Units that the marketplace has sold. */
  quantity: number;
  /** What each order changes, in the order in which they were placed. */
  changes: number[];
  /** Charges that must be there, by the order that caused them, as decimal text. */
  charges: { orderNumber: string; amount: string }[];
  /** Units that a person put there by hand, and from which day. */
  byHand: { date: string; units: number }[];
  /** The last change was a decrease: it takes effect later and ends this line's part. */
  isOver: boolean;
}

/** An order that was placed; its task is the product's business. */
export interface Placed {
  line: Line;
  orderNumber: string;
}

/** Days after the beginning. */
function dayAt(days: number): string {
  return new Date(Date.parse(BEGIN) + days * 86_400_000).toISOString();
}

/** What happens in both systems, made by hand of the harness: nothing here asks the product what is right. */
export class World {
  readonly lines: Line[] = [];
  connectionId = '';
  /** Contracts up to this id were there before. */
  lastContractId = 0;
  private days = 0;

  constructor(
    private readonly person: Person,
    private readonly random: Random,
    /** Where the product is, once it is there. */
    private readonly url: () => string,
  ) {}

  get c(): string {
    return `/connections/${this.connectionId}`;
  }

  /** The day so many days from today. */
  dayIn(days: number): string {
    return dayAt(this.days + days).slice(0, 10);
  }

  /**
   * Installs, connects, maps customers, products and fees.
   *
   * @param part which of several resellers this is: they share both systems, and each has customers of its own.
   * @param everything every customer buys every product; else about half of them.
   */
  async begin(part = 0, parts = 1, everything = false): Promise<void> {
    const { person } = this;
    if (part === 0) {
      await person.sandbox('marketplace', 'PUT', '/clock', { now: BEGIN });
      await person.sandbox('marketplace', 'POST', '/reset', {});
      await person.sandbox('autotask', 'POST', '/reset', {});
      await person.sandbox('marketplace', 'PUT', '/clock', { now: BEGIN });
    }
    const account = { accountId: `ACC-${part}`, accountName: `Reseller ${part}` };
    person.installationId = (
      await person.sandbox('marketplace', 'POST', '/install', { baseUrl: this.url(), ...account })
    ).installationId as string;
    const { credentials, contracts } = await person.sandbox('autotask', 'GET', '/state?collections=contracts');
    this.lastContractId = Math.max(0, ...(contracts as { id: number }[]).map(({ id }) => id));
    const connection = await person.call('POST', '/connections', {
      alias: 'Crash',
      currency: 'EUR',
      timeZone: 'Europe/Berlin',
      autotask: { userName: credentials.userName, secret: credentials.secret },
    });
    this.connectionId = connection.id as string;
    await person.job((await person.call('POST', `${this.c}/refresh`)).jobId as string);
    const products = await this.mapProducts(part);
    const customers = (await this.mapCustomers(part, parts)).slice(0, CUSTOMERS);
    for (const [at, customer] of customers.entries())
      for (const [which, product] of products.entries())
        if (everything || (at + which) % 2 === 0 || which === 0)
          this.lines.push({
            ...customer,
            ...product,
            quantity: 0,
            changes: [],
            charges: [],
            byHand: [],
            isOver: false,
          });
    await this.check();
  }

  /** Lets days pass in both systems. */
  async pass(days: number): Promise<void> {
    this.days += days;
    await this.person.sandbox('marketplace', 'PUT', '/clock', { now: dayAt(this.days) });
  }

  /**
   * Places so many orders, each for a line of its own. A customer's first sale stands alone: of two that are previewed
   * together each would ask for a new contract, and two are what a person would then have accepted.
   */
  async trade(count: number, only: readonly Line[] = this.lines): Promise<Placed[]> {
    const beginners = new Set<number>();
    const lines = this.random.shuffled(only.filter(({ isOver }) => !isOver)).filter((line) => {
      if (this.hasBegun(line.companyId)) return true;
      if (beginners.has(line.companyId)) return false;
      beginners.add(line.companyId);
      return true;
    });
    const placed: Placed[] = [];
    for (const line of lines.slice(0, count)) placed.push(await this.order(line));
    return placed;
  }

  /**
   * The same for lines that may have been sold this very day. Such a sale is not taken back at once: the contract it asks
   * for would end with the subscription, before any decrease takes effect, and no units would be left to change.
   */
  async tradeAgain(count: number, only: readonly Line[]): Promise<Placed[]> {
    const placed: Placed[] = [];
    for (const line of this.random.shuffled(only.filter(({ isOver }) => !isOver)).slice(0, count))
      placed.push(await (line.changes.length === 1 ? this.raise(line) : this.order(line)));
    return placed;
  }

  private hasBegun(companyId: number): boolean {
    return this.lines.some((line) => line.companyId === companyId && line.changes.length > 0);
  }

  /** *Check Changes*, to its end. */
  async check(seconds = 300): Promise<void> {
    for (;;) {
      const job = await this.person.job((await this.person.call('POST', `${this.c}/check`)).jobId as string, seconds);
      if (job.state === 'done') return;
      await pause(200);
    }
  }

  /** The tasks of these orders. @throws Error when a check that is over has made none. */
  async tasksOf(placed: readonly Placed[]): Promise<any[]> {
    const wanted = new Set(placed.map(({ orderNumber }) => orderNumber));
    const tasks = (await this.person.all(`${this.c}/tasks`)).filter(({ orderNumber }) => wanted.has(orderNumber));
    if (tasks.length !== wanted.size)
      throw new Error(`${wanted.size} orders, ${tasks.length} tasks: ${await this.missing(wanted, tasks)}`);
    return tasks;
  }

  /** The same tasks as they are now. */
  async again(tasks: readonly any[]): Promise<any[]> {
    const wanted = new Set(tasks.map(({ id }) => id as string));
    return (await this.person.all(`${this.c}/tasks`)).filter(({ id }) => wanted.has(id as string));
  }

  /** What the marketplace says of the orders without a task, and the product's last check. */
  private async missing(wanted: ReadonlySet<string>, tasks: readonly any[]): Promise<string> {
    const { orders } = await this.person.sandbox('marketplace', 'GET', '/state');
    const checks = await this.person.call('GET', `${this.c}/checks?pageSize=2`);
    const without = (orders as any[]).filter(
      ({ orderNumber }) => wanted.has(orderNumber as string) && !tasks.some((task) => task.orderNumber === orderNumber),
    );
    return `${JSON.stringify(without)}\n${JSON.stringify(checks)}`;
  }

  /** Somebody changes units in Autotask; adopted later, they stay. */
  async changeByHand(line: Line, contract: { id: number; lineId: number }, units: number, date: string): Promise<void> {
    // By a route that the product does not use: the faults are meant for it.
    await this.person.byHand('ContractServiceAdjustments', {
      contractID: contract.id,
      contractServiceID: contract.lineId,
      effectiveDate: date,
      unitChange: units,
    });
    line.byHand.push({ date, units });
  }

  /** More of a line that is sold already. */
  async raise(line: Line): Promise<Placed> {
    const { subscriptionId, productId } = line;
    const wanted = line.quantity + this.random.whole(1, 3);
    const items = [{ productId, quantity: wanted }];
    return this.changed(line, await this.place({ type: 'change', subscriptionId, items }), wanted);
  }

  private async order(line: Line): Promise<Placed> {
    const { subscriptionId, productId, customerId, quantity } = line;
    if (subscriptionId === undefined) {
      const wanted = this.random.whole(3, 20);
      const order = await this.place({ type: 'sales', customerId, items: [{ productId, quantity: wanted }] });
      line.subscriptionId = order.subscriptionId as string;
      return this.changed(line, order, wanted);
    }
    const chance = this.random.next();
    if (chance < 0.7) {
      const wanted = quantity + this.random.whole(1, 6);
      return this.changed(
        line,
        await this.place({ type: 'change', subscriptionId, items: [{ productId, quantity: wanted }] }),
        wanted,
      );
    }
    line.isOver = true;
    if (chance < 0.85 && quantity > 1) {
      const wanted = this.random.whole(1, quantity - 1);
      return this.changed(
        line,
        await this.place({ type: 'change', subscriptionId, items: [{ productId, quantity: wanted }] }),
        wanted,
      );
    }
    return this.changed(line, await this.place({ type: 'cancellation', subscriptionId, refund: 'none', fee: FEE }), 0);
  }

  private async place(body: Record<string, unknown>): Promise<any> {
    return await this.person.sandbox('marketplace', 'POST', '/orders', body);
  }

  /** Books what the marketplace says: quantity, and the one-off lines of the order as charges. */
  private changed(line: Line, order: any, quantity: number): Placed {
    line.changes.push(quantity - line.quantity);
    line.quantity = quantity;
    for (const detail of order.details as any[])
      if (['setup', 'cancellation'].includes(detail.type as string))
        line.charges.push({
          orderNumber: order.orderNumber as string,
          amount: (detail.salesExtendedPrice ?? detail.extendedPrice).amount as string,
        });
    return { line, orderNumber: order.orderNumber as string };
  }

  private async mapCustomers(part: number, parts: number): Promise<{ customerId: string; companyId: number }[]> {
    const rows = await this.person.all(`${this.c}/customers?status=all`);
    const { companies, contracts } = await this.person.sandbox(
      'autotask',
      'GET',
      '/state?collections=companies,contracts',
    );
    // A decrease behind a contract's end is no write at all; these worlds are about writes.
    const ending = new Set<number>(
      contracts
        .filter(({ endDate }: any) => endDate > BEGIN && endDate.slice(0, 10) < this.dayIn(LONGEST_DAYS))
        .map(({ companyID }: any) => companyID as number),
    );
    const state = await this.person.sandbox('marketplace', 'GET', '/state');
    const free = new Set<string>(
      state.customers
        .filter(({ id, status }: any) => status === 'active' && Number(id) % DOLLARS !== 0)
        .map(({ id }: any) => id as string),
    );
    const pairs = rows
      .filter(({ customer }) => free.has(customer.id as string))
      .map(({ customer }) => ({
        customerId: customer.id as string,
        companyId: companies.find((one: any) => one.companyName === customer.name && one.companyType === 1)
          ?.id as number,
      }))
      .filter(({ companyId }) => companyId !== undefined && !ending.has(companyId))
      .sort((a, b) => Number(a.customerId) - Number(b.customerId))
      .filter((_, index) => index % parts === part);
    if (pairs.length < 4) throw new Error(`Only ${pairs.length} customers are free to trade.`);
    await this.person.call(
      'PUT',
      `${this.c}/customers/mappings`,
      pairs.map((pair) => ({ ...pair, action: 'map' })),
    );
    return pairs;
  }

  private async mapProducts(part: number): Promise<{ productId: string; serviceId: number }[]> {
    const { person } = this;
    const rows = await person.all(`${this.c}/products`);
    const codes = (await person.call('GET', `${this.c}/billing-codes?useType=5`)).items;
    const fees = (await person.call('GET', `${this.c}/autotask-products?pageSize=200`)).items;
    const fee = (name: string) => ({ autotaskProductId: fees.find((one: any) => one.name === name).id as number });
    await person.call('PUT', `${this.c}/fees/mappings`, [
      { feeKind: 'setup', ...fee('Example Setup Fee') },
      { feeKind: 'cancellation', ...fee('Example Cancellation Fee') },
      { feeKind: 'proration', ...fee('Example Proration Charge') },
      { feeKind: 'usage', ...fee('Example Usage Charge') },
    ]);
    const mapped = [];
    for (const mpn of ARTICLES) {
      const { product } = rows.find((row) => row.product.mpn === mpn && row.product.key.endsWith('|1m|12m'));
      const made = await person.call('POST', `${this.c}/services`, {
        productKey: product.key,
        // Of each reseller's own: an article that another one has made already would be a question.
        name: `Crash ${mpn} ${part}`,
        sku: `${mpn}-${part}`,
        externalId: `${product.id}-${part}`,
        periodType: product.cycle.periodType,
        unitPrice: '10.00',
        billingCodeId: codes[0].id,
        mapProduct: true,
      });
      mapped.push({
        productId: product.id as string,
        serviceId: (made.id ?? made.service?.id ?? made.serviceId) as number,
      });
    }
    return mapped;
  }
}

/** Rounds of questions and answers before a task counts as stuck. */
const ROUNDS = 12;

/**
 * Accepts the plan of a task as a person would on a fresh tenant: a new contract where there is none, the recommended
 * answer otherwise.
 *
 * @returns the job, or why nothing was accepted.
 */
export async function accept(
  person: Person,
  taskId: string,
  between: () => Promise<void> = async () => {},
): Promise<{ jobId?: string; reason?: string }> {
  let choices: Record<string, any> = {};
  let acted = false;
  for (let round = 0; round < ROUNDS; round += 1) {
    const plan = await person.call('POST', `/tasks/${taskId}/plan`, { choices });
    const [action] = plan.requiredActions;
    if (action) {
      const answer = await answerTo(person, taskId, action);
      if (!answer) return { reason: `${action.code}: ${action.message}` };
      choices = { ...choices, ...answer };
      continue;
    }
    if (!acted) await between();
    acted = true;
    try {
      const { jobId } = await person.call('POST', `/tasks/${taskId}/sync`, { choices, planHash: plan.hash });
      return { jobId: jobId as string };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // It changed since the preview, so the person looks again; what is held or closed has its own time.
      if (['PLAN_CHANGED', 'ACTION_REQUIRED'].includes(error.body.code as string)) continue;
      return { reason: String(error.body.code) };
    }
  }
  return { reason: 'not settled' };
}

async function answerTo(person: Person, taskId: string, action: any): Promise<Record<string, any> | undefined> {
  if (action.code === 'CONTRACT_MISSING') {
    const { items } = await person.call('GET', `/tasks/${taskId}/contracts`);
    const chosen = items.find((one: any) => one.suitable);
    return { contract: chosen ? { id: chosen.id } : { create: {} } };
  }
  return action.options?.find(({ choices }: any) => choices !== undefined)?.choices as Record<string, any> | undefined;
}
