import { Injectable } from '@nestjs/common';
import type { Service } from '../../../domain/autotask/entities.js';
import type { KnownUsage } from '../../../domain/change-check/usage-tasks.js';
import type { ProductKey } from '../../../domain/marketplace/product.js';
import type { Subscription } from '../../../domain/marketplace/subscription.js';
import type {
  FeeMappingFacts,
  LedgerStep,
  LinePriceStep,
  OwnAdjustment,
} from '../../../domain/sync-plan/sync-facts.js';
import { OPEN_STATES, type SyncTaskState } from '../../../domain/sync-task/sync-task-state.js';
import type { Unit } from '../../../platform/database/database.js';
import type { Connection } from '../../installation/connection.entity.js';
import { CustomerMapping, ProductMapping, SubscriptionMapping } from '../../mapping/mapping.entities.js';
import { MappingService } from '../../mapping/mapping.service.js';
import { CustomerMirror, ProductMirror, ServiceMirror, SubscriptionMirror } from '../../mapping/mirror.entities.js';
import { contractsOfShares, markTakenOver, stepsOfContracts } from '../ledger-steps.js';
import { SyncOperation } from '../sync-operation.entity.js';
import { SyncTask } from '../sync-task.entity.js';
import { knownUsage } from '../usage-tasks.js';
import { contractIdOf } from './assemble-facts.js';
import type { PlanRequest } from './plan-facts.service.js';

/** Our own rows about a set of tasks. */
export class LoadedRecords {
  /** Company ids by customer; a customer without any is missing. */
  readonly companies = new Map<string, number[]>();
  /** Names of mapped companies when they were mapped, by customer and company. */
  readonly mappedNames = new Map<string, { customer: string | null; company: string | null }>();
  /** Customers as mirrored. */
  readonly customers = new Map<string, { name: string; isActive: boolean; status: string }>();
  /** Names of product and service when they were mapped, by product key, and the product as mirrored. */
  readonly productNames = new Map<
    ProductKey,
    { product: string | null; service: string | null; now: { name: string; isActive: boolean } | undefined }
  >();
  /** What mapped contracts were called when they were mapped, by subscription. */
  readonly contractNames = new Map<string, string | null>();
  /** Mapped service by product key. */
  readonly services = new Map<ProductKey, number>();
  /** Services as mirrored, for customers without a company. */
  readonly mirroredServices = new Map<number, Service>();
  /** Mapped contract by subscription. */
  readonly contracts = new Map<string, number>();
  /** Contracts on which a subscription has a share. */
  shareContracts = new Map<string, number[]>();
  /** Steps by contract. */
  steps = new Map<number, { ledger: LedgerStep[]; prices: LinePriceStep[] }>();
  fees: FeeMappingFacts[] = [];
  /** Operations with a proven outcome, by task. */
  readonly proven = new Map<string, SyncOperation[]>();
  /** Adjustments of ours, by contract. */
  readonly adjustments = new Map<number, OwnAdjustment[]>();
  /** Open tasks by subscription. */
  readonly openTasks = new Map<string, SyncTask[]>();
  /** Subscriptions whose newest finished task was ignored. */
  readonly ignoredLast = new Set<string>();
  /** Usage tasks of these subscriptions, by subscription. */
  usage = new Map<string, (KnownUsage & { id: string })[]>();
  /** Usage and fees that were charged, by subscription: the contract each went to and our key. */
  readonly charged = new Map<string, { contractId: number; key: string }[]>();
  /** Stored subscriptions that take over from another one. */
  readonly targets = new Map<string, Subscription>();

  /** The mapped services of the products a task is about. */
  servicesOf(request: PlanRequest): Map<ProductKey, number> {
    const found = new Map<ProductKey, number>();
    for (const key of this.productKeysOf(request)) {
      const id = this.services.get(key);
      if (id !== undefined) found.set(key, id);
    }
    return found;
  }

  /** Products of the order, of the subscription, and those on which it still has a share. */
  productKeysOf({ task }: PlanRequest): Set<ProductKey> {
    const keys = namedProducts(task);
    for (const contractId of this.shareContracts.get(task.subscriptionId) ?? [])
      for (const step of this.steps.get(contractId)?.ledger ?? [])
        if (step.kind === 'share' && step.subscriptionId === task.subscriptionId && step.productKey)
          keys.add(step.productKey);
    return keys;
  }
}

/** Loads our own rows for plans, a fixed number of queries however many tasks there are. */
@Injectable()
export class PlanRecords {
  constructor(private readonly mappings: MappingService) {}

  /** Everything that `assembleFacts` asks of the database about these tasks of one connection. */
  async load(em: Unit, connection: Connection, requests: readonly PlanRequest[]): Promise<LoadedRecords> {
    const records = new LoadedRecords();
    const tenant = { installationId: connection.installationId, connectionId: connection.id };
    const tasks = requests.map(({ task }) => task);
    const subscriptionIds = unique(tasks.map((task) => task.subscriptionId));

    for (const row of await em.find(
      CustomerMapping,
      { ...tenant, customerId: { $in: unique(tasks.map((task) => task.customerId)) } },
      { orderBy: { companyId: 'asc' } },
    )) {
      records.companies.set(row.customerId, [...(records.companies.get(row.customerId) ?? []), row.companyId]);
      records.mappedNames.set(`${row.customerId} ${row.companyId}`, {
        customer: row.customerName ?? null,
        company: row.companyName ?? null,
      });
    }
    for (const row of await em.find(
      CustomerMirror,
      { ...tenant, customerId: { $in: [...records.companies.keys()] } },
      { fields: ['customerId', 'name', 'isActive', 'data'] },
    ))
      records.customers.set(row.customerId, { name: row.name, isActive: row.isActive, status: row.data.status });
    for (const row of await em.find(SubscriptionMapping, { ...tenant, subscriptionId: { $in: subscriptionIds } })) {
      records.contracts.set(row.subscriptionId, row.contractId);
      records.contractNames.set(row.subscriptionId, row.contractName ?? null);
    }
    for (const row of await em.find(SyncOperation, {
      ...tenant,
      taskId: { $in: tasks.map((task) => task.id) },
      state: 'applied',
    }))
      records.proven.set(row.taskId, [...(records.proven.get(row.taskId) ?? []), row]);

    records.shareContracts = await contractsOfShares(em, connection, subscriptionIds);
    const contractIds = unique([
      ...requests.flatMap((request) => contractIdOf(request, records) ?? []),
      ...[...records.shareContracts.values()].flat(),
    ]);
    records.steps = await stepsOfContracts(em, connection, contractIds);
    await markTakenOver(
      em,
      connection,
      [...records.steps.values()].flatMap(({ ledger }) => ledger),
    );
    await this.loadAdjustments(em, tenant, contractIds, records);
    await this.loadNeighbours(em, tenant, subscriptionIds, records);
    await this.loadServices(em, tenant, requests, records);
    await this.loadTargets(em, tenant, tasks, records);
    const metered = unique(tasks.filter(({ source }) => source === 'usage').map((task) => task.subscriptionId));
    if (metered.length > 0) records.usage = await knownUsage(em, tenant, metered);
    await this.loadCharged(em, tenant, tasks, records);
    records.fees = await this.mappings.feesOf(em, connection);
    return records;
  }

  /** Usage is charged once whichever contract it went to, and Autotask is asked about the present one only. */
  private async loadCharged(
    em: Unit,
    tenant: Tenant,
    tasks: readonly SyncTask[],
    records: LoadedRecords,
  ): Promise<void> {
    const ids = unique(tasks.filter(({ type }) => type === 'billing').map((task) => task.subscriptionId));
    if (ids.length === 0) return;
    // By task, because that is what the journal is indexed by.
    const rows = await em.execute<{ subscription_id: string; contract_id: number; key: string }[]>(
      `select t.subscription_id, o.contract_id, o.operation ->> 'chargeKey' as key
       from sync_task t
       join sync_operation o on o.installation_id = t.installation_id and o.connection_id = t.connection_id and o.task_id = t.id
       where t.installation_id = ? and t.connection_id = ? and t.subscription_id in (${ids.map(() => '?').join(', ')})
         and o.kind = 'addCharge' and o.state = 'applied' and o.contract_id is not null`,
      [tenant.installationId, tenant.connectionId, ...ids],
    );
    for (const { subscription_id: id, contract_id: contractId, key } of rows)
      records.charged.set(id, [...(records.charged.get(id) ?? []), { contractId, key }]);
  }

  private async loadAdjustments(
    em: Unit,
    tenant: Tenant,
    contractIds: number[],
    records: LoadedRecords,
  ): Promise<void> {
    if (contractIds.length === 0) return;
    const rows = await em.find(
      SyncOperation,
      { ...tenant, contractId: { $in: contractIds }, contractServiceId: { $ne: null }, state: 'applied' },
      { fields: ['contractId', 'contractServiceId', 'effectiveDate', 'taskId', 'subscriptionId'] },
    );
    for (const row of rows) {
      if (row.contractId == null || row.contractServiceId == null || row.effectiveDate == null) continue;
      const list = records.adjustments.get(row.contractId) ?? [];
      list.push({
        contractServiceId: row.contractServiceId,
        date: row.effectiveDate.slice(0, 10),
        taskId: row.taskId,
        subscriptionId: row.subscriptionId,
      });
      records.adjustments.set(row.contractId, list);
    }
  }

  private async loadNeighbours(
    em: Unit,
    tenant: Tenant,
    subscriptionIds: string[],
    records: LoadedRecords,
  ): Promise<void> {
    for (const row of await em.find(SyncTask, {
      ...tenant,
      subscriptionId: { $in: subscriptionIds },
      state: { $in: [...OPEN_STATES] },
    }))
      records.openTasks.set(row.subscriptionId, [...(records.openTasks.get(row.subscriptionId) ?? []), row]);
    if (subscriptionIds.length === 0) return;
    const newest = await em.execute<{ subscription_id: string; state: SyncTaskState }[]>(
      `select distinct on (subscription_id) subscription_id, state from sync_task
       where installation_id = ? and connection_id = ? and state in ('synced', 'ignored')
         and subscription_id in (${subscriptionIds.map(() => '?').join(', ')})
       order by subscription_id, effective_date desc, order_created_at desc, id desc`,
      [tenant.installationId, tenant.connectionId, ...subscriptionIds],
    );
    for (const row of newest) if (row.state === 'ignored') records.ignoredLast.add(row.subscription_id);
  }

  private async loadServices(
    em: Unit,
    tenant: Tenant,
    requests: readonly PlanRequest[],
    records: LoadedRecords,
  ): Promise<void> {
    const keys = unique(requests.flatMap((request) => [...records.productKeysOf(request)]));
    for (const row of await em.find(ProductMapping, { ...tenant, productKey: { $in: keys } })) {
      records.services.set(row.productKey, row.serviceId);
      records.productNames.set(row.productKey, {
        product: row.productName ?? null,
        service: row.serviceName ?? null,
        now: undefined,
      });
    }
    for (const { productKey, name, isActive } of await em.find(
      ProductMirror,
      { ...tenant, productKey: { $in: [...records.services.keys()] } },
      { fields: ['productKey', 'name', 'isActive'] },
    ))
      records.productNames.get(productKey)!.now = { name, isActive };
    const ids = unique([...records.services.values()]);
    for (const row of await em.find(ServiceMirror, { ...tenant, serviceId: { $in: ids } }))
      records.mirroredServices.set(row.serviceId, row.data);
  }

  private async loadTargets(
    em: Unit,
    tenant: Tenant,
    tasks: readonly SyncTask[],
    records: LoadedRecords,
  ): Promise<void> {
    const ids = unique(tasks.flatMap((task) => task.order?.targetSubscriptionId ?? []));
    if (ids.length === 0) return;
    for (const row of await em.find(SubscriptionMirror, { ...tenant, subscriptionId: { $in: ids } }))
      records.targets.set(row.subscriptionId, row.data);
  }
}

interface Tenant {
  installationId: string;
  connectionId: string;
}

function namedProducts(task: SyncTask): Set<ProductKey> {
  return new Set([
    ...(task.order?.items ?? []).map((item) => item.productKey),
    ...task.subscription.items.map((item) => item.productKey),
  ]);
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
