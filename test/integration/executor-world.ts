import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ConsoleLogger, Injectable } from '@nestjs/common';
import { MikroORM } from '@mikro-orm/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { loadConfig } from '../../config/app-config.js';
import { AppConfigModule } from '../../config/config.module.js';
import { TestClient } from '../../sandbox/autotask/test-client.js';
import { ClockModule } from '../../src/adapters/clock/clock.module.js';
import { QueueModule } from '../../src/adapters/queue/queue.module.js';
import { RemoteModule } from '../../src/adapters/remote.module.js';
import type { Subscription } from '../../src/domain/marketplace/subscription.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import type { PlannedOperation, RequiredAction, SyncPlan } from '../../src/domain/sync-plan/sync-plan.js';
import { ConnectionSecrets } from '../../src/modules/installation/connection-secrets.service.js';
import { DEFAULT_SETTINGS, type ConnectionSettings } from '../../src/modules/installation/connection-settings.js';
import { Connection } from '../../src/modules/installation/connection.entity.js';
import { InstallationModule } from '../../src/modules/installation/installation.module.js';
import { Installation } from '../../src/modules/installation/installation.entity.js';
import { CustomerMapping, SubscriptionMapping } from '../../src/modules/mapping/mapping.entities.js';
import { MappingModule } from '../../src/modules/mapping/mapping.module.js';
import { NotificationModule } from '../../src/modules/notification/notification.module.js';
import { ActionLogEntry } from '../../src/modules/notification/notification.entities.js';
import { CONFIRMED_BY_POLICY } from '../../src/modules/sync-task/confirmation.js';
import { SyncExecutor } from '../../src/modules/sync-task/execution/sync-executor.service.js';
import type { AutotaskReader } from '../../src/modules/sync-task/planning/autotask-reader.js';
import { PlanFacts, type PlanRequest } from '../../src/modules/sync-task/planning/plan-facts.service.js';
import { TaskPlanner, type PlannedTask } from '../../src/modules/sync-task/planning/task-planner.service.js';
import { LineLedger, SyncOperation } from '../../src/modules/sync-task/sync-operation.entity.js';
import { SyncTask } from '../../src/modules/sync-task/sync-task.entity.js';
import { SyncTaskModule } from '../../src/modules/sync-task/sync-task.module.js';
import { Database, type Unit } from '../../src/platform/database/database.js';
import { DatabaseModule } from '../../src/platform/database/database.module.js';
import { JobsModule } from '../../src/platform/jobs/jobs.module.js';
import type { RunOutcome } from '../../src/platform/jobs/worker-loop.js';
import { freshLocation } from '../support/test-database.js';

/** The sandbox's day when a world begins. */
export const TODAY = '2027-03-10';

/** The process of the test died: nothing it does from here on reaches the database. */
export class Killed extends Error {}

/** A database that can lose its process: after `kill` every use throws, until `revive` stands for the next start. */
export class MortalDatabase extends Database {
  private dead = false;

  /** Dies and throws, so that the caller's code goes no further either. */
  kill(): never {
    this.dead = true;
    throw new Killed('The process was killed.');
  }

  revive(): void {
    this.dead = false;
  }

  override unit(): Unit {
    if (this.dead) throw new Killed('The process is dead.');
    return super.unit();
  }
}

/** Set TEST_LOG_LEVEL to see what the services say. */
class SilentLogger extends ConsoleLogger {
  constructor() {
    super({ logLevels: process.env.TEST_LOG_LEVEL ? ['error', 'warn', 'log', 'debug'] : [] });
  }
}

/** What a scripted task wants to write. */
export type Script = (facts: SyncFacts) => {
  operations: PlannedOperation[];
  requiredActions?: RequiredAction[];
  warnings?: SyncPlan['warnings'];
  automatic?: boolean;
  notSupported?: string;
};

/** Plans by script instead of by rules: the executor is tested with operations of every kind, whatever is planned when. */
@Injectable()
export class ScriptedPlanner extends TaskPlanner {
  readonly scripts = new Map<string, Script>();

  constructor(private readonly gatherer: PlanFacts) {
    super(gatherer);
  }

  override async plan(
    connection: Connection,
    requests: readonly PlanRequest[],
    reader: AutotaskReader,
  ): Promise<Map<string, PlannedTask>> {
    const facts = await this.gatherer.gather(connection, requests, reader);
    return new Map([...facts].map(([id, each]) => [id, { facts: each, plan: this.planOf(each) }]));
  }

  private planOf(facts: SyncFacts): SyncPlan {
    const script = this.scripts.get(facts.task.id);
    if (!script) throw new Error(`Task ${facts.task.id} has no script.`);
    const { operations, requiredActions = [], warnings = [], automatic = true, notSupported } = script(facts);
    const proven = new Set(facts.proven.map(({ key }) => key));
    const none = { total: '0.00', rows: [] };
    return {
      operations: operations.filter(({ key }) => !proven.has(key)),
      lines: [],
      amounts: { setup: none, prorated: none, recurring: none, overuse: none, cancellation: none },
      invoiceImpact: [],
      folded: [],
      ledgerOnly: [],
      requiredActions,
      warnings,
      automatic,
      ...(notSupported === undefined ? {} : { notSupported }),
      hash: hashOf(operations),
    };
  }
}

/** The hash of a scripted plan. */
export function hashOf(operations: readonly PlannedOperation[]): string {
  return createHash('sha256').update(JSON.stringify(operations)).digest('hex');
}

/** Application services on a fresh database, and an Autotask sandbox on {@link TODAY}. */
export class World {
  readonly installationId = 'inst-1';
  connection!: Connection;
  private orders = 0;

  private constructor(
    readonly autotask: TestClient,
    readonly module: TestingModule,
    readonly database: MortalDatabase,
    private readonly remove: () => Promise<void>,
  ) {}

  static async open(): Promise<World> {
    const location = await freshLocation();
    const autotask = await TestClient.start({ now: `${TODAY}T09:00:00Z` });
    const config = loadConfig({
      SANDBOX_AUTOTASK_PORT: String(autotask.sandbox.port),
      AUTOTASK_TIMEOUT_SECONDS: '1',
      AUTOTASK_SETTLE_SECONDS: '3',
      LEASE_SECONDS: '10',
      LOG_LEVEL: 'silent',
      ...location.env,
    });
    const module = await Test.createTestingModule({
      imports: [
        AppConfigModule.forRoot(config),
        DatabaseModule.forRoot(),
        ClockModule,
        RemoteModule,
        QueueModule.forRoot({ redisUrl: undefined, databaseUrl: config.databaseUrl, dataDir: config.dataDir }),
        JobsModule,
        NotificationModule,
        InstallationModule,
        MappingModule,
        SyncTaskModule,
      ],
    })
      .overrideProvider(Database)
      .useFactory({ factory: (orm: MikroORM) => new MortalDatabase(orm), inject: [MikroORM] })
      .overrideProvider(TaskPlanner)
      .useFactory({ factory: (facts: PlanFacts) => new ScriptedPlanner(facts), inject: [PlanFacts] })
      .setLogger(new SilentLogger())
      .compile();
    const world = new World(autotask, module, module.get(Database), async () => await location.remove());
    world.connection = await world.connect('inst-1');
    await autotask.behaviour({ slowDown: 'off' });
    return world;
  }

  async close(): Promise<void> {
    this.database.revive();
    await this.module.close();
    await this.autotask.stop();
    await this.remove();
  }

  get planner(): ScriptedPlanner {
    return this.module.get(TaskPlanner);
  }

  /** A connection of an installation to the sandbox, which is created when it is new. */
  async connect(installationId: string, settings: Partial<ConnectionSettings> = {}): Promise<Connection> {
    const em = this.database.unit();
    if (!(await em.findOne(Installation, { id: installationId })))
      em.create(Installation, {
        id: installationId,
        accountId: 'A-1',
        accountName: 'Marmalade Cloud',
        marketplaceCode: 'DEMO',
        apiBaseUrl: 'http://127.0.0.1:1',
        hostOrigin: 'http://127.0.0.1:1',
        status: 'enabled',
        installedAt: new Date(),
      });
    const id = randomUUID();
    const { userName, secret } = this.autotask.sandbox.credentials;
    em.create(Connection, {
      id,
      installationId,
      alias: 'Rehearsal',
      currency: 'EUR',
      timeZone: 'Europe/Berlin',
      autotaskUserName: userName,
      autotaskCredentials: this.module
        .get(ConnectionSecrets)
        .sealAutotask({ id, installationId }, { userName, secret }),
      marketplaceAccess: '',
      settings: { ...DEFAULT_SETTINGS, apiBudgetShare: 1, ...settings },
      capabilities: { isInternalCurrency: true, costVisible: true, chargeType: 1 },
    });
    await em.flush();
    return await this.database.unit().findOneOrFail(Connection, { id });
  }

  /** A confirmed task of a subscription on a contract, with what it wants to write. */
  async task(script: Script, changes: Partial<TaskOptions> = {}): Promise<SyncTask> {
    this.orders += 1;
    const options: TaskOptions = {
      subscriptionId: `sub-${this.orders}`,
      contractId: undefined,
      confirmed: 'policy',
      effectiveDate: TODAY,
      connection: this.connection,
      state: 'ready',
      jobId: undefined,
      ...changes,
    };
    const { connection, subscriptionId } = options;
    const tenant = { installationId: connection.installationId, connectionId: connection.id };
    const em = this.database.unit();
    const stamps = { mappedBy: 'tester', mappedAt: new Date() };
    if (!(await em.findOne(CustomerMapping, { ...tenant, customerId: 'cust-1' })))
      em.create(CustomerMapping, { ...tenant, customerId: 'cust-1', companyId: 101, ...stamps });
    if (options.contractId !== undefined && !(await em.findOne(SubscriptionMapping, { ...tenant, subscriptionId })))
      em.create(SubscriptionMapping, { ...tenant, subscriptionId, contractId: options.contractId, ...stamps });
    const id = randomUUID();
    this.planner.scripts.set(id, script);
    const accepted = options.confirmed !== undefined;
    em.create(SyncTask, {
      id,
      ...tenant,
      sourceKey: `order:${id}`,
      source: 'order',
      type: 'change',
      state: options.state,
      customerId: 'cust-1',
      customerName: 'Marmalade Freight',
      subscriptionId,
      subscriptionName: 'Example Office Basic',
      orderNumber: `CH${String(this.orders).padStart(6, '0')}`,
      subscription: subscription(subscriptionId),
      effectiveDate: options.effectiveDate,
      orderCreatedAt: new Date(Date.parse('2027-03-01T00:00:00Z') + this.orders * 1000),
      readOn: TODAY,
      requiredActions: [],
      choices: {},
      confirmedHash: options.confirmed === 'policy' ? CONFIRMED_BY_POLICY : (options.confirmed ?? null),
      confirmedBy: accepted ? 'user-1' : null,
      confirmedAt: accepted ? new Date() : null,
      jobId: options.jobId ?? null,
    });
    await em.flush();
    return await this.reload({ id });
  }

  async reload({ id }: { id: string }): Promise<SyncTask> {
    return await this.database.unit().findOneOrFail(SyncTask, { id });
  }

  /** One run of the executor, as a worker process of this name. */
  async run(owner = 'worker-1', signal = new AbortController().signal): Promise<RunOutcome> {
    const { installationId, id } = this.connection;
    return await this.module.get(SyncExecutor).work({ installationId, connectionId: id }, { owner, signal });
  }

  /** Runs until nothing of the connection waits for its time any more. */
  async runToEnd(rounds = 30): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      const outcome = await this.run();
      if (outcome.kind === 'done') return;
      await this.letTimePass();
    }
    throw new Error('The executor does not come to an end.');
  }

  /** As `runToEnd`, but each run begins no sooner than the one before asked for. */
  async runInRealTime(): Promise<void> {
    for (let outcome = await this.run(); outcome.kind !== 'done'; outcome = await this.run())
      if (outcome.kind === 'again') await wait(Math.max(1, outcome.at.getTime() - Date.now()));
  }

  /** The settle time, back-offs and leases of whoever is dead are over. Nothing sleeps: the rows are made older. */
  async letTimePass(): Promise<void> {
    await this.database.sql(`update sync_operation set sent_at = sent_at - interval '1 hour' where state = 'sending'`);
    await this.database.sql(`update sync_task set run_after = run_after - interval '1 hour'`);
    await this.database.sql(`update connection set lease_until = lease_until - interval '1 hour'`);
  }

  /** A new process after a crash. */
  async restart(): Promise<void> {
    this.database.revive();
    await this.letTimePass();
  }

  async operations(task: { id: string }): Promise<SyncOperation[]> {
    return await this.database
      .unit()
      .find(SyncOperation, { taskId: task.id }, { orderBy: { sequence: 'asc', attempt: 'asc', sentAt: 'asc' } });
  }

  async ledger(contractServiceId: number): Promise<LineLedger[]> {
    return await this.database.unit().find(LineLedger, { contractServiceId }, { orderBy: { seq: 'asc' } });
  }

  async log(task: { id: string }): Promise<ActionLogEntry[]> {
    return await this.database.unit().find(ActionLogEntry, { taskId: task.id }, { orderBy: { at: 'asc' } });
  }

  /** Units on a day, by the sandbox's windows. */
  async unitsOn(line: number, day: string): Promise<number> {
    const rows = await this.autotask.rows('ContractServiceUnits', {
      op: 'eq',
      field: 'contractServiceID',
      value: line,
    });
    return rows.find((row) => row.startDate.slice(0, 10) <= day && day <= row.endDate.slice(0, 10))?.units ?? 0;
  }

  /** A fault of the next matching write. */
  async fault(fault: Record<string, unknown>): Promise<void> {
    const answer = await this.autotask.control('POST', '/faults', fault);
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
  }

  /** Requests since the last call of this, as `METHOD path`. */
  async requests(): Promise<string[]> {
    const { items } = (await this.autotask.control('GET', '/requests')).body;
    await this.autotask.control('DELETE', '/requests');
    return items
      .map((item) => `${item['method'] as string} ${(item['path'] as string).replace(/^.*\/V1\.0\//i, '')}`)
      .filter((line) => !line.includes('_sandbox'));
  }
}

interface TaskOptions {
  subscriptionId: string;
  contractId: number | undefined;
  /** `policy`, the hash of a plan, or undefined = nobody has accepted it. */
  confirmed: string | undefined;
  effectiveDate: string;
  connection: Connection;
  state: SyncTask['state'];
  jobId: string | undefined;
}

function subscription(id: string): Subscription {
  return {
    id,
    name: 'Example Office Basic',
    customerId: 'cust-1',
    status: 'active',
    autoRenew: true,
    billingModel: 'chargeBeforeBillingPeriod',
    billingPeriod: { unit: 'month', count: 1 },
    subscriptionPeriod: { unit: 'year', count: 1 },
    creationDate: '2027-01-01',
    attributes: {},
    items: [],
  };
}
