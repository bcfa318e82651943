import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { create } from 'axios';
import type { AppConfig } from '../../config/app-config.js';
import { startMarketplaceSandbox } from '../../sandbox/marketplace/marketplace-sandbox.js';
import { SandboxClock } from '../../src/adapters/clock/sandbox-clock.js';
import { SimpleApiMarketplace } from '../../src/adapters/marketplace/simple-api.adapter.js';
import { DatabaseTaskQueue } from '../../src/adapters/queue/database-task-queue.js';
import type { Order } from '../../src/domain/marketplace/order.js';
import type { Subscription } from '../../src/domain/marketplace/subscription.js';
import type { ConnectionAccess } from '../../src/modules/installation/connection-access.service.js';
import { DEFAULT_SETTINGS, type ConnectionSettings } from '../../src/modules/installation/connection-settings.js';
import { Connection } from '../../src/modules/installation/connection.entity.js';
import { Installation } from '../../src/modules/installation/installation.entity.js';
import { MarketplaceMirror } from '../../src/modules/mapping/marketplace-mirror.service.js';
import { ActionLog } from '../../src/modules/notification/action-log.service.js';
import { ActionLogEntry } from '../../src/modules/notification/notification.entities.js';
import type { AfterCheck } from '../../src/modules/sync-task/change-check/after-check.js';
import { ChangeCheckService } from '../../src/modules/sync-task/change-check/change-check.service.js';
import { CheckReport } from '../../src/modules/sync-task/change-check/check-report.service.js';
import { CheckRequests } from '../../src/modules/sync-task/change-check/check-requests.service.js';
import { CheckScheduler } from '../../src/modules/sync-task/change-check/check-scheduler.service.js';
import { CustomerNames } from '../../src/modules/sync-task/change-check/customer-names.service.js';
import { Dashboard } from '../../src/modules/sync-task/change-check/dashboard.service.js';
import { OrderIntake } from '../../src/modules/sync-task/change-check/order-intake.service.js';
import { OrderNotes } from '../../src/modules/sync-task/change-check/order-notes.service.js';
import { OrderReader } from '../../src/modules/sync-task/change-check/order-reader.service.js';
import { SubscriptionMemory } from '../../src/modules/sync-task/change-check/subscription-memory.service.js';
import { SubscriptionSweep } from '../../src/modules/sync-task/change-check/subscription-sweep.service.js';
import { TaskWriter } from '../../src/modules/sync-task/change-check/task-writer.service.js';
import { UsageIntake } from '../../src/modules/sync-task/change-check/usage-intake.service.js';
import { SyncTaskStates } from '../../src/modules/sync-task/sync-task-states.js';
import { SyncTask } from '../../src/modules/sync-task/sync-task.entity.js';
import { dueEnvelopes } from '../../src/platform/jobs/due-envelopes.js';
import { DueJobs } from '../../src/platform/jobs/due-jobs.service.js';
import type { Job } from '../../src/platform/jobs/job.entities.js';
import { JobRuns } from '../../src/platform/jobs/job-runs.service.js';
import { WorkerLoop } from '../../src/platform/jobs/worker-loop.js';
import type { MarketplaceAccess, OrderHeader } from '../../src/ports/marketplace.port.js';
import { openTestDatabase, type TestDatabase } from './test-database.js';

/** A Wednesday with clear distance to any month's end. */
export const START = '2027-03-10T09:00:00.000Z';

/** Buys in USD, as few of the seed do: checks of a USD connection are quick. */
export const CUSTOMER = '1000010';

/** The real adapter, with places where a test makes something happen or break in between. */
export class HookedMarketplace extends SimpleApiMarketplace {
  /** Calls by method, in order. */
  readonly calls: string[] = [];
  beforeOrder: (id: string) => Promise<void> | void = () => {};
  afterList: (headers: OrderHeader[]) => Promise<void> | void = () => {};
  beforeSubscription: (id: string) => Promise<void> | void = () => {};

  override async ordersSince(access: MarketplaceAccess, from: string): Promise<OrderHeader[]> {
    this.calls.push('ordersSince');
    const headers = await super.ordersSince(access, from);
    await this.afterList(headers);
    return headers;
  }

  override async order(access: MarketplaceAccess, id: string): Promise<Order | undefined> {
    this.calls.push(`order ${id}`);
    await this.beforeOrder(id);
    return await super.order(access, id);
  }

  override async subscription(access: MarketplaceAccess, id: string): Promise<Subscription | undefined> {
    this.calls.push(`subscription ${id}`);
    await this.beforeSubscription(id);
    return await super.subscription(access, id);
  }

  unhook(): void {
    this.calls.length = 0;
    this.beforeOrder = () => {};
    this.afterList = () => {};
    this.beforeSubscription = () => {};
  }
}

/** No kept connections: while the embedded database starts, this process is too busy to see that one was closed. */
const controls = create({
  httpAgent: new Agent({ keepAlive: false }),
  proxy: false,
  validateStatus: () => true,
});

/** One process that checks. */
export interface CheckProcess {
  loop: WorkerLoop;
  jobs: JobRuns;
  due: DueJobs;
  requests: CheckRequests;
  scheduler: CheckScheduler;
  dashboard: Dashboard;
  /** Subscriptions handed on for planning, in order. */
  replanned: string[][];
  /** Set to make planning fail. */
  breakReplan: Error | undefined;
}

/** The change check on a real database and the real sandbox marketplace; only planning is recorded instead of done. */
export class CheckBench {
  /** Id of the product that `sell` sells; the seed is always the same. */
  private product: string | undefined;

  private constructor(
    readonly db: TestDatabase,
    private readonly sandbox: Awaited<ReturnType<typeof startMarketplaceSandbox>>,
    readonly marketplace: HookedMarketplace,
    readonly clock: SandboxClock,
  ) {}

  static async open(): Promise<CheckBench> {
    const sandbox = await startMarketplaceSandbox({ port: 0, now: START });
    const marketplace = new HookedMarketplace({ allowedHosts: ['127.0.0.1'], timeoutMs: 5000 });
    return new CheckBench(await openTestDatabase(), sandbox, marketplace, new SandboxClock(sandbox.origin));
  }

  async close(): Promise<void> {
    await this.db.close();
    await this.sandbox.close();
  }

  /** A control call of the sandbox. */
  async control<T = any>(method: string, path: string, body?: unknown): Promise<T> {
    const { data, status } = await controls.request<T>({
      method,
      url: `${this.sandbox.origin}/_sandbox${path}`,
      data: body,
    });
    if (status >= 300) throw new Error(`sandbox ${method} ${path}: ${status} ${JSON.stringify(data)}`);
    return data;
  }

  /** The seed again, the clock at START, nothing hooked, and an empty database. */
  async reset(): Promise<void> {
    this.marketplace.unhook();
    await this.control('PUT', '/clock', { now: START });
    await this.control('PUT', '/behaviour', { expiryMakesOrder: 'off', orderListing: 'newest' });
    await this.control('POST', '/reset', {});
    for (const table of ['sync_task', 'order_watch', 'job', 'due_job', 'action_log_entry', 'notification'])
      await this.db.database.sql(`delete from ${table}`);
    for (const table of ['subscription_mirror', 'customer_mirror', 'product_mirror', 'connection', 'installation'])
      await this.db.database.sql(`delete from ${table}`);
  }

  async setClock(now: string): Promise<void> {
    await this.control('PUT', '/clock', { now });
  }

  /** An order; complete at once unless told otherwise. */
  async place(order: Record<string, unknown>): Promise<any> {
    return await this.control('POST', '/orders', order);
  }

  /** A running monthly subscription in USD bought now, with its sales order. */
  async sell(quantity = 5, more: Record<string, unknown> = {}): Promise<any> {
    this.product ??= await this.monthlyProduct();
    return await this.place({
      type: 'sales',
      customerId: CUSTOMER,
      items: [{ productId: this.product, quantity }],
      ...more,
    });
  }

  private async monthlyProduct(): Promise<string> {
    const { products } = await this.control('GET', '/state');
    const found = products.find(
      ({ name, subscriptionPeriod, billingPeriod }: any) =>
        name === 'Example Office Basic' && subscriptionPeriod.duration === 1 && billingPeriod.duration === 1,
    );
    return found.id;
  }

  /** Changes the quantity of a subscription with one product. */
  async change(subscriptionId: string, quantity: number, more: Record<string, unknown> = {}): Promise<any> {
    return await this.place({ type: 'change', subscriptionId, items: [{ quantity }], ...more });
  }

  async patch(subscriptionId: string, patch: Record<string, unknown>): Promise<any> {
    return await this.control('POST', `/subscriptions/${subscriptionId}`, { patch });
  }

  /** Requests the marketplace saw since the last call: method and path. */
  async takeRequests(): Promise<string[]> {
    const { items } = await this.control<{ items: { method: string; path: string }[] }>('GET', '/requests');
    await this.control('DELETE', '/requests');
    return items.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`);
  }

  /** Another process on the same data. */
  process(options: { leaseMs?: number; role?: AppConfig['role'] } = {}): CheckProcess {
    const { database } = this.db;
    const queue = new DatabaseTaskQueue(() => dueEnvelopes(database), { concurrency: 4, pollMs: 3_600_000 });
    const due = new DueJobs(database, queue);
    const jobs = new JobRuns(database, due);
    const config = { role: options.role ?? 'all', leaseMs: options.leaseMs ?? 60_000 } as AppConfig;
    const loop = new WorkerLoop(due, queue, config);
    const log = new ActionLog(database);
    const access = {
      marketplace: ({ id, installationId, timeZone }: Connection): MarketplaceAccess => ({
        installationId,
        connectionId: id,
        baseUrl: `${this.sandbox.origin}/marketplace`,
        user: 'demo-reseller.API',
        password: 'Sandbox-Password-1',
        subscriptionKey: '5a4d8b0e6f7142c39a1b2c3d4e5f6071',
        marketplace: 'demo',
        timeZone,
      }),
    } as ConnectionAccess;
    const mirror = new MarketplaceMirror(database, this.marketplace, access, this.clock);
    const names = new CustomerNames(database, mirror);
    const memory = new SubscriptionMemory(mirror);
    const writer = new TaskWriter(new SyncTaskStates(), log);
    const reader = new OrderReader(this.marketplace, database);
    const intake = new OrderIntake(database, this.marketplace, reader, writer, names, memory, new OrderNotes(log));
    const usage = new UsageIntake(database, this.marketplace, this.clock, writer, names, log);
    const sweep = new SubscriptionSweep(
      database,
      this.marketplace,
      this.clock,
      intake,
      usage,
      writer,
      names,
      memory,
      log,
    );
    const report = new CheckReport(database, jobs, this.marketplace, log);
    const made: CheckProcess = {
      loop,
      jobs,
      due,
      requests: new CheckRequests(jobs),
      scheduler: new CheckScheduler(database, this.clock, due, jobs, config),
      dashboard: new Dashboard(database, jobs),
      replanned: [],
      breakReplan: undefined,
    };
    const after: AfterCheck = {
      replan: async (connection, ids) => {
        if (made.breakReplan) throw made.breakReplan;
        made.replanned.push([...ids].sort());
        // Planning leaves a trace in the rows, as the real one does.
        await database.sql(
          `update sync_task set plan_summary = '{}' where connection_id = ? and plan_summary is null`,
          [connection.id],
        );
      },
      swept: async () => {},
    };
    const checks = new ChangeCheckService(database, this.clock, jobs, access, intake, sweep, after, report);
    loop.handle('check', async (job, context) => await checks.run(job, context));
    return made;
  }

  /**
   * A reseller with one connection that has never checked.
   *
   * @param options.settled as if its first check were through and no sweep were ever due: only new orders count.
   */
  async tenant(
    options: {
      installationId?: string;
      currency?: string;
      settings?: Partial<ConnectionSettings>;
      settled?: boolean;
    } = {},
  ): Promise<Tenant> {
    const installationId = options.installationId ?? `inst-${randomUUID().slice(0, 8)}`;
    const em = this.db.database.unit();
    if (!(await em.findOne(Installation, { id: installationId })))
      em.create(Installation, {
        id: installationId,
        accountId: 'acc-1',
        accountName: 'Teacup Reselling',
        marketplaceCode: 'demo',
        apiBaseUrl: `${this.sandbox.origin}/marketplace`,
        hostOrigin: this.sandbox.origin,
        status: 'enabled',
        installedAt: new Date(),
      });
    const connection = em.create(Connection, {
      id: randomUUID(),
      installationId,
      alias: `Main ${options.currency ?? 'USD'}`,
      currency: options.currency ?? 'USD',
      timeZone: 'Europe/Berlin',
      autotaskUserName: 'api@teacup.example',
      autotaskCredentials: 'sealed',
      marketplaceAccess: 'sealed',
      settings: { ...DEFAULT_SETTINGS, ...options.settings },
      capabilities: {},
      ...(options.settled ? { highWaterMark: new Date(START), lastSweepAt: new Date('2099-01-01T00:00:00Z') } : {}),
    });
    await em.flush();
    return new Tenant(this, connection.id, installationId, this.process());
  }
}

/** A connection under test and the process that checks it. */
export class Tenant {
  constructor(
    private readonly bench: CheckBench,
    readonly id: string,
    readonly installationId: string,
    readonly worker: CheckProcess,
  ) {}

  get envelope() {
    return { name: 'check' as const, installationId: this.installationId, connectionId: this.id };
  }

  async connection(): Promise<Connection> {
    return await this.bench.db.database
      .unit()
      .findOneOrFail(Connection, { installationId: this.installationId, id: this.id });
  }

  /** A check as a person starts it: with a sweep. Returns its job once it has ended. */
  async check(): Promise<Job> {
    const job = await this.worker.requests.byPerson(await this.connection(), 'user-1');
    await this.worker.loop.run(this.envelope);
    return await this.worker.jobs.get(job.id, this.installationId);
  }

  /** A check as the scheduler starts it: sweeps once a day. */
  async scheduledCheck(): Promise<Job> {
    const job = await this.worker.jobs.request('check', await this.connection(), 'automatic', {});
    await this.worker.loop.run(this.envelope);
    return await this.worker.jobs.get(job.id, this.installationId);
  }

  async tasks(subscriptionId?: string): Promise<SyncTask[]> {
    return await this.bench.db.database.unit().find(
      SyncTask,
      {
        installationId: this.installationId,
        connectionId: this.id,
        ...(subscriptionId === undefined ? {} : { subscriptionId }),
      },
      { orderBy: { effectiveDate: 'asc', orderCreatedAt: 'asc', createdAt: 'asc' } },
    );
  }

  /** Tasks in short: `source type state effective-date`. */
  async told(subscriptionId: string): Promise<string[]> {
    const tasks = await this.tasks(subscriptionId);
    return tasks.map(({ source, type, state, effectiveDate }) => `${source} ${type} ${state} ${effectiveDate}`);
  }

  async log(action?: string): Promise<ActionLogEntry[]> {
    return await this.bench.db.database
      .unit()
      .find(
        ActionLogEntry,
        { installationId: this.installationId, connectionId: this.id, ...(action === undefined ? {} : { action }) },
        { orderBy: { at: 'asc' } },
      );
  }
}
