import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { AppConfig } from '../../../../config/app-config.js';
import type { PlannedOperation } from '../../../domain/sync-plan/sync-plan.js';
import { Database, type Unit } from '../../../platform/database/database.js';
import { SyncOperation, type OperationState } from '../sync-operation.entity.js';
import type { SyncTask } from '../sync-task.entity.js';
import type { HeldLease, LeaseSubject } from './connection-lease.service.js';
import type { Lane } from './lanes.js';
import type { OperationImage } from './operation-image.js';

/** Everything that is written down before a write is sent. */
export interface NewAttempt {
  task: Pick<SyncTask, 'id'>;
  operation: PlannedOperation;
  sequence: number;
  lane: Lane;
  call: { method: string; path: string; body: Record<string, unknown> };
  preImage: OperationImage | undefined;
  postImage: OperationImage | undefined;
  contractId: number | undefined;
  contractServiceId: number | undefined;
}

/** Why a write may not be sent now. */
export type Refusal = 'lease_lost' | 'lane_closed' | 'already_applied' | 'task_moved';

/** An attempt that may be sent until `sendBefore`, on this process's clock. */
export interface BegunAttempt {
  id: string;
  sendBefore: Date;
}

/** A lane that takes no write, and because of what. */
export interface ClosedLane {
  lane: Lane;
  operationId: string;
  taskId: string;
  state: Extract<OperationState, 'sending' | 'uncertain'>;
  sentAt: Date;
}

/** The journal (DESIGN §7): a row is written before each write is sent, and gets its outcome afterwards. */
@Injectable()
export class OperationJournal {
  constructor(
    private readonly database: Database,
    private readonly config: AppConfig,
  ) {}

  /**
   * Writes the `sending` row in one statement that also checks that the lease is this run's for longer than a request
   * may take, that the task is this run's, that the lane is open and that the operation is not proven already. The
   * statement commits by itself; only then may be sent.
   */
  async begin(lease: HeldLease, attempt: NewAttempt): Promise<BegunAttempt | Refusal> {
    const { operation } = attempt;
    const askedAt = Date.now();
    const id = randomUUID();
    const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
    try {
      const rows = await this.database.sql(
        `insert into sync_operation (id, installation_id, connection_id, task_id, subscription_id, operation_key, kind,
           sequence, attempt, lane, state, operation, call, pre_image, post_image, contract_id, contract_service_id,
           effective_date, sent_at)
         select ?, c.installation_id, c.id, t.id, t.subscription_id, ?, ?, ?,
           1 + coalesce((select max(o.attempt) from sync_operation o
                         where o.installation_id = t.installation_id and o.task_id = t.id and o.operation_key = ?), 0),
           ?, 'sending', ?::jsonb, ?::jsonb, ?::jsonb, ?::jsonb, ?, ?, ?, clock_timestamp()
         from connection c
         join sync_task t on t.installation_id = c.installation_id and t.connection_id = c.id
         where c.installation_id = ? and c.id = ? and c.lease_owner = ?
           and c.lease_until > clock_timestamp() + ? * interval '1 millisecond'
           and t.id = ? and t.state in ('running') and t.run_owner = ?
           and not exists (select 1 from sync_operation o
             where o.installation_id = c.installation_id and o.connection_id = c.id
               and ((o.lane = ? and o.state in ('sending', 'uncertain'))
                 or (o.task_id = t.id and o.operation_key = ? and o.state = 'applied')))
         returning id`,
        [
          id,
          operation.key,
          operation.kind,
          attempt.sequence,
          operation.key,
          attempt.lane,
          json(operation),
          json(attempt.call),
          json(attempt.preImage),
          json(attempt.postImage),
          attempt.contractId ?? null,
          attempt.contractServiceId ?? null,
          'date' in operation ? operation.date : null,
          lease.connection.installationId,
          lease.connection.id,
          lease.owner,
          this.config.autotask.timeoutMs + this.slackMs,
          attempt.task.id,
          lease.owner,
          attempt.lane,
          operation.key,
        ],
      );
      if (rows.length > 0) return { id, sendBefore: new Date(askedAt + this.slackMs) };
    } catch (error) {
      if (error instanceof UniqueConstraintViolationException) return 'lane_closed';
      throw error;
    }
    return await this.refusal(lease, attempt);
  }

  /** Attempts without outcome, oldest first. */
  async open(connection: LeaseSubject): Promise<SyncOperation[]> {
    return await this.database
      .unit()
      .find(
        SyncOperation,
        { installationId: connection.installationId, connectionId: connection.id, state: 'sending' },
        { orderBy: { sentAt: 'asc' } },
      );
  }

  /** Lanes that take no write, with what closes each. */
  async closedLanes(connection: LeaseSubject): Promise<Map<Lane, ClosedLane>> {
    const rows = await this.database.unit().find(
      SyncOperation,
      {
        installationId: connection.installationId,
        connectionId: connection.id,
        state: { $in: ['sending', 'uncertain'] },
      },
      { fields: ['id', 'lane', 'taskId', 'state', 'sentAt'], orderBy: { sentAt: 'desc' } },
    );
    return new Map(
      rows.map((row) => [
        row.lane,
        {
          lane: row.lane,
          operationId: row.id,
          taskId: row.taskId,
          state: row.state === 'sending' ? 'sending' : 'uncertain',
          sentAt: row.sentAt,
        },
      ]),
    );
  }

  /** Every attempt of a task, in the order of the plan and then of time. */
  async ofTask(
    task: { id: string; installationId: string },
    em: Unit = this.database.unit(),
  ): Promise<SyncOperation[]> {
    return await em.find(
      SyncOperation,
      { installationId: task.installationId, taskId: task.id },
      { orderBy: { sequence: 'asc', attempt: 'asc', sentAt: 'asc' } },
    );
  }

  /**
   * Gives an attempt its outcome, in the caller's transaction. Only an attempt that still waits for one takes it, so of
   * two runs that come to a verdict the first wins.
   *
   * @param from states it may be in: `sending`, or `uncertain` when a person decides.
   * @returns false when somebody was faster; nothing was changed.
   */
  async settle(
    em: Unit,
    attempt: Pick<SyncOperation, 'id' | 'installationId'>,
    to: Exclude<OperationState, 'sending'>,
    outcome: {
      resultId?: number | undefined;
      evidence?: Record<string, unknown> | undefined;
      resolvedBy?: string | undefined;
      note?: string | undefined;
    } = {},
    from: OperationState[] = ['sending'],
  ): Promise<boolean> {
    const changed = await em.nativeUpdate(
      SyncOperation,
      { id: attempt.id, installationId: attempt.installationId, state: { $in: from } },
      {
        state: to,
        settledAt: new Date(),
        ...(outcome.resultId === undefined ? {} : { resultId: outcome.resultId }),
        ...(outcome.evidence === undefined ? {} : { evidence: outcome.evidence }),
        ...(outcome.resolvedBy === undefined ? {} : { resolvedBy: outcome.resolvedBy }),
        ...(outcome.note === undefined ? {} : { note: outcome.note }),
      },
    );
    return changed > 0;
  }

  /** Milliseconds until an unanswered attempt can no longer land (DESIGN §4 settle time); 0 = it cannot. */
  async unsettledMs(attempt: Pick<SyncOperation, 'sentAt'>): Promise<number> {
    const now = await this.database.now();
    return Math.max(0, attempt.sentAt.getTime() + this.config.autotask.settleMs - now.getTime());
  }

  /** How long a write may wait for its turn between the row and the wire, within the lease. */
  private get slackMs(): number {
    return Math.floor((this.config.leaseMs - this.config.autotask.timeoutMs) / 4);
  }

  private async refusal(lease: HeldLease, attempt: NewAttempt): Promise<Refusal> {
    const [row] = await this.database.sql<{ applied: boolean; closed: boolean; mine: boolean }>(
      `select
         exists (select 1 from sync_operation o where o.installation_id = ? and o.connection_id = ? and o.task_id = ?
           and o.operation_key = ? and o.state = 'applied') as applied,
         exists (select 1 from sync_operation o where o.installation_id = ? and o.connection_id = ? and o.lane = ?
           and o.state in ('sending', 'uncertain')) as closed,
         exists (select 1 from sync_task t where t.installation_id = ? and t.id = ? and t.state in ('running')
           and t.run_owner = ?) as mine`,
      [
        lease.connection.installationId,
        lease.connection.id,
        attempt.task.id,
        attempt.operation.key,
        lease.connection.installationId,
        lease.connection.id,
        attempt.lane,
        lease.connection.installationId,
        attempt.task.id,
        lease.owner,
      ],
    );
    if (row?.applied) return 'already_applied';
    if (row?.closed) return 'lane_closed';
    return row?.mine ? 'lease_lost' : 'task_moved';
  }
}
