import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { AppConfig } from '../../../../config/app-config.js';
import type { NewService } from '../../../adapters/autotask/autotask-writes.js';
import { Database } from '../../../platform/database/database.js';
import { SyncOperation, type OperationState } from '../../sync-task/sync-operation.entity.js';
import type { ConnectionRef } from '../connection-ref.js';

/**
 * The journal of services that are created outside a task (DESIGN §7, lane = the service itself). The rows stand beside
 * the tasks' own; since there is no task, `task_id` is an id of their own and `subscription_id` is empty. The unique
 * index on a `sending` lane keeps two people from creating one name at once, so no lease is needed.
 */
@Injectable()
export class ServiceJournal {
  constructor(
    private readonly database: Database,
    private readonly config: AppConfig,
  ) {}

  /** The attempt of that name that still has no outcome. */
  async open(connection: ConnectionRef, name: string): Promise<SyncOperation | undefined> {
    const found = await this.database.unit().findOne(SyncOperation, {
      installationId: connection.installationId,
      connectionId: connection.id,
      lane: laneOf(name),
      state: 'sending',
    });
    return found ?? undefined;
  }

  /**
   * Writes the `sending` row.
   *
   * @param highestBefore highest id of a service with the same key before the write.
   * @returns its id; undefined when somebody else is creating a service of that name right now.
   */
  async begin(connection: ConnectionRef, service: NewService, highestBefore: number): Promise<string | undefined> {
    const id = randomUUID();
    const unit = this.database.unit();
    unit.create(SyncOperation, {
      id,
      installationId: connection.installationId,
      connectionId: connection.id,
      taskId: randomUUID(),
      subscriptionId: '',
      operationKey: 'createService',
      kind: 'createService',
      sequence: 0,
      attempt: 1,
      lane: laneOf(service.name),
      state: 'sending',
      operation: {
        key: 'createService',
        kind: 'createService',
        title: `Create service "${service.name}"`,
        dependsOn: [],
        name: service.name,
        periodType: service.periodType,
        unitPrice: service.unitPrice,
        billingCodeId: service.billingCodeId,
        ...(service.unitCost === undefined ? {} : { unitCost: service.unitCost }),
        ...(service.sku === undefined ? {} : { sku: service.sku }),
        ...(service.externalId === undefined ? {} : { externalId: service.externalId }),
      },
      call: { method: 'POST', path: 'Services', body: { ...service } },
      preImage: { kind: 'highest', id: highestBefore },
      postImage: null,
      sentAt: await this.database.now(),
    });
    try {
      await unit.flush();
      return id;
    } catch (error) {
      if (error instanceof UniqueConstraintViolationException) return undefined;
      throw error;
    }
  }

  /** Gives an attempt its outcome; false when somebody else was faster. */
  async settle(
    connection: ConnectionRef,
    id: string,
    state: Exclude<OperationState, 'sending'>,
    outcome: { resultId?: number; evidence?: Record<string, unknown> } = {},
  ): Promise<boolean> {
    const changed = await this.database
      .unit()
      .nativeUpdate(SyncOperation, unanswered(connection, id), { state, settledAt: new Date(), ...outcome });
    return changed > 0;
  }

  /** Notes that the reply of an attempt was lost: nobody waits for it any more, and what became of it is to be proven. */
  async replyLost(connection: ConnectionRef, id: string, evidence: Record<string, unknown>): Promise<void> {
    await this.database.unit().nativeUpdate(SyncOperation, unanswered(connection, id), { evidence });
  }

  /** True while the request of an attempt may still be waiting for its reply. */
  async isUnderway({ sentAt, evidence }: Pick<SyncOperation, 'sentAt' | 'evidence'>): Promise<boolean> {
    if (evidence != null) return false;
    const now = await this.database.now();
    return sentAt.getTime() + this.config.autotask.timeoutMs > now.getTime();
  }

  /** Milliseconds until an unanswered attempt can no longer land (DESIGN §4 settle time); 0 = it cannot. */
  async unsettledMs({ sentAt }: Pick<SyncOperation, 'sentAt'>): Promise<number> {
    const now = await this.database.now();
    return Math.max(0, sentAt.getTime() + this.config.autotask.settleMs - now.getTime());
  }
}

/** An attempt that has no outcome yet. */
function unanswered(connection: ConnectionRef, id: string) {
  return { id, installationId: connection.installationId, connectionId: connection.id, state: 'sending' as const };
}

/** The same lane that a task's new service would use. */
function laneOf(name: string): string {
  return `service:${name}`.slice(0, 200);
}
