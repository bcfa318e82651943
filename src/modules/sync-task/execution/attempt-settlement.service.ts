import { Injectable } from '@nestjs/common';
import type { PlannedOperation } from '../../../domain/sync-plan/sync-plan.js';
import { Database, type Unit } from '../../../platform/database/database.js';
import { AUTOMATIC } from '../../../platform/tenancy/caller.js';
import { MappingService } from '../../mapping/mapping.service.js';
import { ActionLog } from '../../notification/action-log.service.js';
import type { LogOutcome } from '../../notification/notification.entities.js';
import { appendLedgerSteps, appendPriceSteps } from '../ledger-steps.js';
import { SyncOperation, type OperationState } from '../sync-operation.entity.js';
import { SyncTask, type TaskFailure } from '../sync-task.entity.js';
import { OperationJournal } from './operation-journal.service.js';

/** Who or what knows the outcome. `late`: it was seen only after the attempt had been given up as not applied. */
export type Witness =
  | { by: 'answer' }
  | { by: 'proof'; now: unknown; late?: boolean }
  | { by: 'person'; userId: string; note: string | undefined };

/** An attempt by its id. */
interface AttemptId {
  id: string;
  installationId: string;
}

/**
 * Gives attempts their outcomes. Everything an outcome entails – journal, ledger and price steps, the mapping of a new
 * contract, the log – is one transaction: whatever crashes, all of it is there or none (DESIGN §7, step 5).
 */
@Injectable()
export class AttemptSettlement {
  constructor(
    private readonly database: Database,
    private readonly journal: OperationJournal,
    private readonly mappings: MappingService,
    private readonly log: ActionLog,
  ) {}

  /**
   * Autotask holds it.
   *
   * @param resultId id of the row it created.
   * @returns false when the attempt already had an outcome.
   */
  async applied(attempt: AttemptId, resultId: number | undefined, witness: Witness): Promise<boolean> {
    return await this.settle(attempt, 'applied', witness, { resultId }, async (em, row, task) => {
      await this.writeSteps(em, row);
      if (row.kind === 'createContract' && resultId !== undefined && 'name' in row.operation)
        await this.mappings.setContract(
          em,
          { id: row.connectionId, installationId: row.installationId },
          row.subscriptionId,
          resultId,
          actorOf(task, witness),
          row.operation.name,
        );
    });
  }

  /** Autotask does not hold it and never will: it may be sent again. */
  async notApplied(attempt: AttemptId, why: { code: string; message: string }, witness: Witness): Promise<boolean> {
    return await this.settle(attempt, 'not_applied', witness, { evidence: why });
  }

  /** Autotask said no, in its own words. */
  async rejected(attempt: AttemptId, failure: TaskFailure): Promise<boolean> {
    return await this.settle(attempt, 'rejected', { by: 'answer' }, { evidence: { ...failure } });
  }

  /** Nobody can prove it either way: a person decides, with both pictures. */
  async uncertain(attempt: AttemptId, reason: string, now: unknown, late = false): Promise<boolean> {
    return await this.settle(attempt, 'uncertain', { by: 'proof', now, late }, { evidence: { reason, now } });
  }

  private async settle(
    attempt: AttemptId,
    to: Exclude<OperationState, 'sending'>,
    witness: Witness,
    outcome: { resultId?: number | undefined; evidence?: Record<string, unknown> },
    further: (em: Unit, row: SyncOperation, task: SyncTask) => Promise<void> = async () => {},
  ): Promise<boolean> {
    return await this.database.transaction(async (em) => {
      const person = witness.by === 'person' ? { resolvedBy: witness.userId, note: witness.note } : {};
      const from = statesBefore(witness);
      if (!(await this.journal.settle(em, attempt, to, { ...outcome, ...person }, from))) return false;
      const row = await em.findOneOrFail(SyncOperation, attempt);
      const task = await em.findOneOrFail(SyncTask, { id: row.taskId, installationId: row.installationId });
      await further(em, row, task);
      await this.record(em, row, task, witness);
      return true;
    });
  }

  private async writeSteps(em: Unit, row: SyncOperation): Promise<void> {
    const { operation } = row;
    if (operation.kind !== 'adjustUnits' && operation.kind !== 'adjustPrice') return;
    if (row.contractId == null || row.contractServiceId == null)
      throw new Error(`The attempt of ${operation.key} names no line.`);
    const line = { contractServiceId: row.contractServiceId };
    const connection = { id: row.connectionId, installationId: row.installationId };
    const origin = { taskId: row.taskId, operationId: row.id };
    const steps = operation.ledger.map((step) => ({ ...step, ...line }));
    await appendLedgerSteps(em, connection, row.contractId, steps, origin);
    if (operation.price)
      await appendPriceSteps(em, connection, row.contractId, [{ ...operation.price, ...line }], origin);
  }

  /** One entry per push step (FEATURES LOG-1): what was there, what is, Autotask's own words and ids. */
  private async record(em: Unit, row: SyncOperation, task: SyncTask, witness: Witness): Promise<void> {
    const { operation } = row;
    await this.log.record(
      {
        installationId: row.installationId,
        connectionId: row.connectionId,
        actor: actorOf(task, witness),
        category: 'push',
        action: `push.${row.kind}`,
        outcome: OUTCOMES[row.state],
        message: `${operation.title.replace(/\.$/, '')}: ${WORDS[row.state]}.`,
        taskId: row.taskId,
        subscriptionId: row.subscriptionId,
        customerId: task.customerId,
        before: row.preImage ?? null,
        after: row.state === 'applied' ? afterOf(row, operation) : null,
        details: {
          operationId: row.id,
          attempt: row.attempt,
          call: row.call,
          provenBy: witness.by,
          ...(row.contractId == null ? {} : { contractId: row.contractId }),
          ...(row.contractServiceId == null ? {} : { contractServiceId: row.contractServiceId }),
          ...(row.resultId == null ? {} : { createdId: row.resultId }),
          ...(row.evidence ? { evidence: row.evidence } : {}),
          ...(row.note ? { note: row.note } : {}),
        },
      },
      em,
    );
  }
}

const OUTCOMES: Record<OperationState, LogOutcome> = {
  sending: 'info',
  applied: 'ok',
  not_applied: 'info',
  rejected: 'failed',
  uncertain: 'uncertain',
};

const WORDS: Record<OperationState, string> = {
  sending: 'sent, no outcome yet',
  applied: 'done',
  not_applied: 'not applied, it will be sent again',
  rejected: 'refused by Autotask',
  uncertain: 'nobody can prove whether it was applied',
};

function statesBefore(witness: Witness): OperationState[] {
  if (witness.by === 'person') return ['sending', 'uncertain'];
  return witness.by === 'proof' && witness.late ? ['not_applied'] : ['sending'];
}

function actorOf(task: SyncTask, witness: Witness): string {
  return witness.by === 'person' ? witness.userId : (task.confirmedBy ?? AUTOMATIC);
}

function afterOf(row: SyncOperation, operation: PlannedOperation): unknown {
  if (row.postImage) return row.postImage;
  if (row.resultId != null) return { kind: 'row', id: row.resultId };
  return operation.kind === 'addCharge' ? { amount: operation.amount } : null;
}
