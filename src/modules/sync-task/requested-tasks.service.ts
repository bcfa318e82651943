import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { moveKey, reconcileKey } from '../../domain/change-check/source-keys.js';
import type { Subscription } from '../../domain/marketplace/subscription.js';
import { effectiveDateOf } from '../../domain/sync-plan/effective-date.js';
import type { SyncChoices } from '../../domain/sync-plan/sync-choices.js';
import type { SyncPlan } from '../../domain/sync-plan/sync-plan.js';
import { OPEN_STATES, type SyncTaskState } from '../../domain/sync-task/sync-task-state.js';
import { Database } from '../../platform/database/database.js';
import { notFound, Problem } from '../../platform/http/problem.js';
import { Clock } from '../../ports/clock.port.js';
import { MarketplaceError, MarketplacePort } from '../../ports/marketplace.port.js';
import { ConnectionAccess } from '../installation/connection-access.service.js';
import type { Connection } from '../installation/connection.entity.js';
import { MappingService } from '../mapping/mapping.service.js';
import { CustomerMirror, SubscriptionMirror } from '../mapping/mirror.entities.js';
import { lockMappings } from '../mapping/save/change-lock.js';
import { SubscriptionContracts } from '../mapping/subscriptions/subscription-contracts.service.js';
import { ActionLog } from '../notification/action-log.service.js';
import { asRemoved } from './change-check/check-run.js';
import { mapSome } from './change-check/in-batches.js';
import { PLANNED_STATES } from './planning/planned-state.js';
import { SyncTask } from './sync-task.entity.js';
import { TaskPlanning } from './task-planning.service.js';
import { TaskReplanner } from './task-replanner.service.js';

/** Subscriptions read from the marketplace at once. */
const READ_AT_ONCE = 4;

/** What reconciling came to for one subscription of a customer. */
export interface Reconciled {
  subscriptionId: string;
  subscriptionName: string;
  /** Both sides agree; a task waits for a person; or the subscription has no contract to compare with. */
  outcome: 'nothing_to_do' | 'task' | 'not_mapped';
  /** The task that brings both sides together. */
  taskId: string | null;
}

/** A task as asked for, not stored yet. */
interface Wanted {
  source: 'reconcile' | 'move';
  subscription: Subscription;
  choices: SyncChoices;
}

/**
 * Tasks that a person asks for rather than a check: reconciliations (FEATURES TSK-10) and moves to another contract
 * (FEATURES MAP-9). Both hold the subscription as the marketplace shows it at that moment and are never automatic.
 */
@Injectable()
export class RequestedTasks {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly marketplace: MarketplacePort,
    private readonly access: ConnectionAccess,
    private readonly mappings: MappingService,
    private readonly contracts: SubscriptionContracts,
    private readonly planning: TaskPlanning,
    private readonly replanner: TaskReplanner,
    private readonly log: ActionLog,
  ) {}

  /**
   * Compares every mapped subscription of a customer with its contract, both read freshly, and makes a task for each that
   * differs or cannot be compared without an answer. Asking again while such a task waits brings that one up to date.
   *
   * @param by host user id.
   * @throws Problem NOT_FOUND (customer), MAPPING_MISSING (no company), the marketplace's codes (503), and as
   * `TaskPlanning.plan`. Nothing is stored then.
   */
  async reconcile(connection: Connection, customerId: string, by: string): Promise<Reconciled[]> {
    const tenant = { installationId: connection.installationId, connectionId: connection.id };
    const unit = this.database.unit();
    const customer = await unit.findOne(CustomerMirror, { ...tenant, customerId });
    if (!customer) throw notFound('The customer');
    if ((await this.mappings.companiesOf(unit, connection, customerId)).length === 0)
      throw new Problem('conflict', 'MAPPING_MISSING', 'This customer has no company yet. Map the customer first.', {
        customerId,
      });
    const stored = await unit.find(
      SubscriptionMirror,
      { ...tenant, customerId },
      { orderBy: { subscriptionId: 'asc' } },
    );
    const results: Reconciled[] = [];
    const mapped: SubscriptionMirror[] = [];
    for (const one of stored)
      if ((await this.mappings.contractOf(unit, connection, one.subscriptionId)) !== undefined) mapped.push(one);
      else if (one.data.status === 'active')
        results.push({
          subscriptionId: one.subscriptionId,
          subscriptionName: one.data.name,
          outcome: 'not_mapped',
          taskId: null,
        });
    const fresh = await this.read(connection, mapped);
    const waiting = await this.open(connection, 'reconcile', mapped);
    const tasks = await Promise.all(
      fresh.map(async (subscription) => {
        const known = waiting.get(subscription.id);
        return (
          known ?? (await this.draft(connection, { source: 'reconcile', subscription, choices: {} }, customer.name))
        );
      }),
    );
    const unstored = tasks.filter(({ subscriptionId }) => !waiting.has(subscriptionId));
    const plans =
      unstored.length === 0
        ? new Map<string, { plan: SyncPlan }>()
        : await this.planning.planAll(
            connection,
            unstored.map((task) => ({ task, choices: task.choices })),
          );
    for (const task of tasks) {
      const { id, subscriptionId, subscriptionName } = task;
      const plan = plans.get(id)?.plan;
      if (plan && isNothing(plan)) {
        results.push({ subscriptionId, subscriptionName, outcome: 'nothing_to_do', taskId: null });
        continue;
      }
      const latest = fresh.find((one) => one.id === subscriptionId)!;
      const taskId = plan ? await this.store(connection, task, by) : await this.refresh(connection, task, latest);
      results.push({ subscriptionId, subscriptionName, outcome: 'task', taskId });
    }
    await this.record(connection, customer, results, by);
    await this.replanner.replanOpen(
      connection,
      results.filter(({ outcome }) => outcome === 'task').map(({ subscriptionId }) => subscriptionId),
    );
    return results;
  }

  /**
   * Maps a subscription to another contract. Where it has units on the one it leaves, that is a task of its own, which
   * takes them off there and puts them on here on the same day; nothing changes before somebody has confirmed it.
   *
   * @param by host user id.
   * @returns the task; undefined when there was nothing to move and the subscription is mapped at once.
   * @throws Problem as `SubscriptionContracts.map`; MOVE_OPEN while a move to another contract waits; the marketplace's
   * codes (503).
   */
  async move(
    connection: Connection,
    subscription: SubscriptionMirror,
    contractId: number,
    by: string,
  ): Promise<{ taskId: string; state: SyncTaskState } | undefined> {
    const { subscriptionId, customerId } = subscription;
    const unit = this.database.unit();
    if (!(await this.contracts.unitsElsewhere(unit, connection, subscriptionId, contractId))) {
      await this.contracts.map(connection, subscription, contractId, by);
      return undefined;
    }
    await this.contracts.judged(connection, subscription, contractId);
    const customer = await unit.findOne(CustomerMirror, {
      installationId: connection.installationId,
      connectionId: connection.id,
      customerId,
    });
    const known = (await this.open(connection, 'move', [subscription])).get(subscriptionId);
    const [fresh] = await this.read(connection, [subscription]);
    const wanted: Wanted = { source: 'move', subscription: fresh!, choices: { contract: { id: contractId } } };
    const taskId =
      known?.id ?? (await this.store(connection, await this.draft(connection, wanted, customer?.name ?? ''), by));
    const task = await this.database
      .unit()
      .findOneOrFail(SyncTask, { id: taskId, installationId: connection.installationId });
    const target = task.choices.contract && 'id' in task.choices.contract ? task.choices.contract.id : undefined;
    if (target !== contractId)
      throw new Problem(
        'conflict',
        'MOVE_OPEN',
        `A move of this subscription to contract ${target} is still open. Sync or ignore that one first.`,
        { taskId },
      );
    await this.replanner.replanOpen(connection, [subscriptionId]);
    const planned = await this.database
      .unit()
      .findOneOrFail(SyncTask, { id: taskId, installationId: connection.installationId });
    return { taskId, state: planned.state };
  }

  /** The subscriptions as the marketplace shows them now; one that it does not know any more is one that was removed. */
  private async read(connection: Connection, stored: readonly SubscriptionMirror[]): Promise<Subscription[]> {
    const access = this.access.marketplace(connection);
    try {
      return await mapSome(
        stored,
        READ_AT_ONCE,
        async ({ subscriptionId, data }) =>
          (await this.marketplace.subscription(access, subscriptionId)) ?? asRemoved(data),
      );
    } catch (error) {
      if (!(error instanceof MarketplaceError)) throw error;
      throw new Problem('unavailable', error.code, error.message, {}, { cause: error });
    }
  }

  /** Tasks of the kind that still wait for something, by subscription. */
  private async open(
    connection: Connection,
    source: 'reconcile' | 'move',
    subscriptions: readonly SubscriptionMirror[],
  ): Promise<Map<string, SyncTask>> {
    const rows = await this.database.unit().find(SyncTask, {
      installationId: connection.installationId,
      connectionId: connection.id,
      source,
      subscriptionId: { $in: subscriptions.map(({ subscriptionId }) => subscriptionId) },
      state: { $in: [...OPEN_STATES] },
    });
    return new Map(rows.map((row) => [row.subscriptionId, row]));
  }

  private async draft(
    connection: Connection,
    { source, subscription, choices }: Wanted,
    customerName: string,
  ): Promise<SyncTask> {
    const { installationId, id: connectionId, timeZone } = connection;
    const readOn = await this.clock.businessToday(timeZone);
    const unit = this.database.unit();
    const earlier = await unit.count(SyncTask, {
      installationId,
      connectionId,
      source,
      subscriptionId: subscription.id,
    });
    const request = `${readOn}-${earlier + 1}`;
    const sourceKey = source === 'move' ? moveKey(subscription.id, request) : reconcileKey(subscription.id, request);
    const about = { type: 'change' as const, source, sourceKey, subscription, readOn };
    return unit.create(
      SyncTask,
      {
        id: randomUUID(),
        installationId,
        connectionId,
        ...about,
        state: 'pending',
        customerId: subscription.customerId,
        customerName,
        subscriptionId: subscription.id,
        subscriptionName: subscription.name,
        effectiveDate: effectiveDateOf(about, timeZone).date ?? readOn,
        orderCreatedAt: new Date(await this.clock.businessNow()),
        requiredActions: [],
        choices,
        attempts: 0,
      },
      { persist: false },
    );
  }

  /** Stores a task once: of two people who ask at the same time, both get the same one. @returns its id. */
  private async store(connection: Connection, task: SyncTask, by: string): Promise<string> {
    const { installationId, connectionId, source, subscriptionId } = task;
    return await this.database.transaction(async (em) => {
      await lockMappings(em, connection);
      const open = await em.findOne(SyncTask, {
        installationId,
        connectionId,
        source,
        subscriptionId,
        state: { $in: [...OPEN_STATES] },
      });
      if (open) return open.id;
      await em.insert(SyncTask, task);
      await this.log.record(
        {
          installationId,
          connectionId,
          actor: by,
          category: 'task',
          action: 'task.created',
          outcome: 'info',
          message: `${task.customerName}, ${task.subscriptionName}: ${source === 'move' ? 'a move to another contract was asked for' : 'it was reconciled and both sides differ'}.`,
          taskId: task.id,
          subscriptionId,
          customerId: task.customerId,
          details: { type: task.type, source, choices: task.choices },
        },
        em,
      );
      return task.id;
    });
  }

  /** Brings a reconciliation that nobody has accepted yet up to what the marketplace shows now. @returns its id. */
  private async refresh(connection: Connection, task: SyncTask, subscription: Subscription): Promise<string> {
    await this.database.unit().nativeUpdate(
      SyncTask,
      {
        id: task.id,
        installationId: connection.installationId,
        state: { $in: [...PLANNED_STATES] },
        confirmedHash: null,
      },
      {
        subscription,
        subscriptionName: subscription.name,
        readOn: await this.clock.businessToday(connection.timeZone),
        updatedAt: new Date(),
      },
    );
    return task.id;
  }

  private async record(
    connection: Connection,
    customer: CustomerMirror,
    results: readonly Reconciled[],
    by: string,
  ): Promise<void> {
    const tasks = results.filter(({ outcome }) => outcome === 'task').length;
    const agree = results.filter(({ outcome }) => outcome === 'nothing_to_do').length;
    await this.log.record({
      installationId: connection.installationId,
      connectionId: connection.id,
      actor: by,
      category: 'task',
      action: 'customer.reconciled',
      outcome: tasks > 0 ? 'action_required' : 'ok',
      message:
        tasks === 0
          ? `${customer.name} was reconciled: both sides agree on ${agree} subscriptions, nothing to do.`
          : `${customer.name} was reconciled: ${tasks} subscriptions differ and wait as tasks, ${agree} agree.`,
      customerId: customer.customerId,
      details: { results },
    });
  }
}

function isNothing(plan: SyncPlan): boolean {
  return plan.operations.length === 0 && plan.ledgerOnly.length === 0 && plan.requiredActions.length === 0;
}
