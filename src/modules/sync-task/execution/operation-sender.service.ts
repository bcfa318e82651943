import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../../config/app-config.js';
import { AutotaskError } from '../../../adapters/autotask/autotask.errors.js';
import type { Applied } from '../../../adapters/autotask/autotask-writes.js';
import type { PlannedOperation } from '../../../domain/sync-plan/sync-plan.js';
import { Database } from '../../../platform/database/database.js';
import { ConnectionAccess } from '../../installation/connection-access.service.js';
import type { Connection } from '../../installation/connection.entity.js';
import { capabilitiesOf } from '../planning/assemble-facts.js';
import type { AutotaskReader } from '../planning/autotask-reader.js';
import { SyncOperation } from '../sync-operation.entity.js';
import type { SyncTask } from '../sync-task.entity.js';
import { AttemptSettlement } from './attempt-settlement.service.js';
import type { HeldLease } from './connection-lease.service.js';
import { laneOf } from './lanes.js';
import { createsRow, highest, idsWithNaturalKey, type CreateOperation } from './natural-keys.js';
import { adjustedImage, lineImage, type OperationImage } from './operation-image.js';
import { OperationJournal, type BegunAttempt, type NewAttempt, type Refusal } from './operation-journal.service.js';
import { proveCreated } from './operation-proof.js';
import { proveAttempt } from './operation-prover.js';
import { callOf, contractOf, lineOf, requestOf, send, type CreatedIds } from './operation-request.js';
import { afterWrite, type AfterWrite } from './write-outcome.js';

/** One operation of a task that is being run. */
export interface Step {
  task: SyncTask;
  operation: PlannedOperation;
  /** 1-based place in its plan. */
  sequence: number;
  created: CreatedIds;
}

/** What came of it. */
export type Sent =
  | { kind: 'applied' }
  /** Proven not to have happened: it may be planned and sent again. */
  | { kind: 'not applied' }
  | { kind: 'not provable yet'; waitMs: number }
  | { kind: 'uncertain'; reason: string; operationId: string }
  | { kind: 'later'; after: Extract<AfterWrite, { next: 'later' }> }
  | {
      kind: 'refusal';
      after: Extract<AfterWrite, { next: 'learn' | 'fail' }>;
      contractServiceId: number | undefined;
    }
  /** A row of that name was there before: a person's choice. */
  | { kind: 'exists already'; message: string }
  /** Nothing was written down, so nothing was sent. */
  | { kind: 'not begun'; because: Exclude<Refusal, 'already_applied'> };

/** What is known before a write, and what must be seen after it. */
interface Images {
  pre: OperationImage | undefined;
  post: OperationImage | undefined;
}

const NO_IMAGES: Images = { pre: undefined, post: undefined };

/** Sends one operation by steps 3 to 5 of DESIGN §7, and proves attempts whose answer is missing. */
@Injectable()
export class OperationSender {
  constructor(
    private readonly database: Database,
    private readonly config: AppConfig,
    private readonly journal: OperationJournal,
    private readonly settlement: AttemptSettlement,
    private readonly access: ConnectionAccess,
  ) {}

  /** @throws AutotaskError when a look-up before sending fails: nothing was written down or sent then. */
  async send(
    scope: { connection: Connection; lease: HeldLease; reader: AutotaskReader },
    { task, operation, sequence, created }: Step,
  ): Promise<Sent> {
    const { reader } = scope;
    const contractId = contractOf(operation, created);
    const contractServiceId = lineOf(operation, created);
    const givenUp = createsRow(operation) ? await this.givenUp(task, operation) : undefined;
    const rows = createsRow(operation) ? await this.rowsLike(reader, operation, contractId, givenUp) : undefined;
    const late = await this.landedLate(givenUp, rows ?? []);
    if (late) return late;
    if (operation.kind === 'createService' && rows && rows.length > 0)
      return {
        kind: 'exists already',
        message: 'A service of that name exists in Autotask already. Use it, or choose another name.',
      };
    const images: Images = rows
      ? { pre: { kind: 'highest', id: highest(rows) }, post: undefined }
      : await this.images(reader, operation, contractId, contractServiceId);
    const request = requestOf(operation, created, capabilitiesOf(scope.connection).costVisible);
    const begun = await this.begin(scope.lease, {
      task,
      operation,
      sequence,
      lane: laneOf(operation, contractId),
      call: callOf(request),
      preImage: images.pre,
      postImage: images.post,
      contractId,
      contractServiceId,
    });
    if (begun === 'already_applied') return { kind: 'applied' };
    if (typeof begun === 'string') return { kind: 'not begun', because: begun };

    const attempt = { id: begun.id, installationId: task.installationId };
    try {
      const applied = await send(reader.autotask.writes, request, { sendBefore: begun.sendBefore });
      return await this.afterApplied(attempt, operation, applied, reader);
    } catch (error) {
      if (!(error instanceof AutotaskError)) throw error;
      return await this.afterError(attempt, error, scope, contractServiceId);
    } finally {
      if (contractId !== undefined) reader.forgetContract(contractId);
    }
  }

  /** Judges an attempt without outcome by reading, and settles it when the judgement is final. */
  async prove(attempt: SyncOperation, reader: AutotaskReader): Promise<Sent> {
    const unsettledMs = await this.journal.unsettledMs(attempt);
    let proof;
    try {
      proof = await proveAttempt(attempt, reader, unsettledMs === 0);
    } catch (error) {
      if (!(error instanceof AutotaskError)) throw error;
      const after = afterWrite(error);
      const asked = after.next === 'later' ? after.waitMs : undefined;
      return { kind: 'not provable yet', waitMs: Math.max(asked ?? 0, this.lookAgainMs) };
    }
    const { verdict, now } = proof;
    switch (verdict.verdict) {
      case 'applied':
        await this.settlement.applied(attempt, verdict.resultId, { by: 'proof', now });
        return { kind: 'applied' };
      case 'not_applied':
        await this.settlement.notApplied(attempt, NEVER_ARRIVED, { by: 'proof', now });
        return { kind: 'not applied' };
      case 'wait':
        return { kind: 'not provable yet', waitMs: Math.min(unsettledMs, this.lookAgainMs) };
      case 'uncertain':
        await this.settlement.uncertain(attempt, verdict.reason, now);
        return { kind: 'uncertain', reason: verdict.reason, operationId: attempt.id };
    }
  }

  /** The sign-in was refused: all traffic of the connection rests (DESIGN §7). */
  async pause(connection: Connection, error: AutotaskError): Promise<void> {
    await this.access.pause(connection, error.code, error.message);
  }

  /** A lease that is too short after a stall, but still ours, is renewed and asked once more. */
  private async begin(lease: HeldLease, attempt: NewAttempt): Promise<BegunAttempt | Refusal> {
    const begun = await this.journal.begin(lease, attempt);
    return begun === 'lease_lost' && (await lease.renewNow()) ? await this.journal.begin(lease, attempt) : begun;
  }

  /** Several looks within the settle time: what did land should not be waited for to its end. */
  private get lookAgainMs(): number {
    return Math.max(1000, this.config.autotask.settleMs / 10);
  }

  /**
   * Ids of the rows that are there already under the natural key of what is to be created. A picture read before will do,
   * unless an earlier attempt may have landed since.
   */
  private async rowsLike(
    reader: AutotaskReader,
    operation: CreateOperation,
    contractId: number | undefined,
    givenUp: SyncOperation | undefined,
  ): Promise<number[]> {
    if (givenUp || operation.kind !== 'createLine' || contractId === undefined)
      return await idsWithNaturalKey(reader.autotask, operation, contractId);
    const lines = (await reader.freshContract(contractId))?.lines ?? [];
    return lines.filter((line) => line.serviceId === operation.serviceId).map(({ id }) => id);
  }

  /** An earlier attempt that nobody saw within its settle time. */
  private async givenUp(task: SyncTask, operation: PlannedOperation): Promise<SyncOperation | undefined> {
    return (await this.journal.ofTask(task)).find(
      ({ operationKey, state, evidence, resolvedBy }) =>
        operationKey === operation.key &&
        state === 'not_applied' &&
        (resolvedBy != null || evidence?.['code'] === NEVER_ARRIVED.code),
    );
  }

  /**
   * An attempt that was given up may have landed since. Autotask would make a second row without a word, so the look that
   * precedes every creation is taken as its proof, and nothing is sent again.
   */
  private async landedLate(attempt: SyncOperation | undefined, rows: readonly number[]): Promise<Sent | undefined> {
    const before = attempt?.preImage as OperationImage | null | undefined;
    if (!attempt || before?.kind !== 'highest') return undefined;
    const verdict = proveCreated(rows, before.id, true);
    const now = { kind: 'rows', ids: rows };
    if (verdict.verdict === 'applied') {
      await this.settlement.applied(attempt, verdict.resultId, { by: 'proof', now, late: true });
      return { kind: 'applied' };
    }
    if (verdict.verdict !== 'uncertain') return undefined;
    await this.settlement.uncertain(attempt, verdict.reason, now, true);
    return { kind: 'uncertain', reason: verdict.reason, operationId: attempt.id };
  }

  private async images(
    reader: AutotaskReader,
    operation: PlannedOperation,
    contractId: number | undefined,
    contractServiceId: number | undefined,
  ): Promise<Images> {
    if (createsRow(operation) || operation.kind === 'addCharge' || contractId === undefined) return NO_IMAGES;
    const picture = await reader.freshContract(contractId);
    if (!picture) return NO_IMAGES;
    switch (operation.kind) {
      case 'adjustUnits':
      case 'adjustPrice': {
        const pre = lineImage(picture, contractServiceId!, operation.date);
        return { pre, post: adjustedImage(pre, operation) };
      }
      case 'describeLine': {
        const text = picture.lines.find(({ id }) => id === contractServiceId)?.invoiceDescription ?? null;
        return fieldImages('invoiceDescription', text, operation.invoiceDescription);
      }
      case 'extendContract':
      case 'endContract':
        return fieldImages('endDate', picture.contract.endDate, operation.endDate);
    }
  }

  private async afterApplied(
    attempt: { id: string; installationId: string },
    operation: PlannedOperation,
    { itemId }: Applied,
    reader: AutotaskReader,
  ): Promise<Sent> {
    if (createsRow(operation) && itemId === null) {
      // Accepted without an id: later operations need it, so it is looked up like that of a lost answer.
      const row = await this.database.unit().findOneOrFail(SyncOperation, attempt);
      return await this.prove(row, reader);
    }
    const settled = await this.settlement.applied(attempt, itemId ?? undefined, { by: 'answer' });
    // Somebody else settled it first: another run holds the lease now.
    return settled ? { kind: 'applied' } : { kind: 'not begun', because: 'lease_lost' };
  }

  /**
   * A duplicate may be our own earlier attempt that landed after its settle time, while this one was on its way: then the
   * line holds exactly what this one should have made of it, and another date would double it.
   */
  private async landedAfterAll(
    attempt: { id: string; installationId: string },
    reader: AutotaskReader,
  ): Promise<boolean> {
    const row = await this.database.unit().findOneOrFail(SyncOperation, attempt);
    if (row.attempt === 1) return false;
    const { verdict, now } = await proveAttempt(row, reader, false);
    return verdict.verdict === 'applied' && (await this.settlement.applied(attempt, undefined, { by: 'proof', now }));
  }

  private async afterError(
    attempt: { id: string; installationId: string },
    error: AutotaskError,
    scope: { connection: Connection; reader: AutotaskReader },
    contractServiceId: number | undefined,
  ): Promise<Sent> {
    const after = afterWrite(error);
    switch (after.next) {
      case 'later':
        await this.settlement.notApplied(attempt, { code: after.code, message: after.message }, { by: 'answer' });
        if (after.pause) await this.pause(scope.connection, error);
        return { kind: 'later', after };
      case 'fail':
        if (after.rejected) await this.settlement.rejected(attempt, after.failure);
        else await this.settlement.notApplied(attempt, after.failure, { by: 'answer' });
        return { kind: 'refusal', after, contractServiceId };
      case 'learn': {
        if (after.lesson === 'refusedDate' && (await this.landedAfterAll(attempt, scope.reader)))
          return { kind: 'applied' };
        await this.settlement.rejected(attempt, after.failure);
        return { kind: 'refusal', after, contractServiceId };
      }
      case 'prove': {
        const row = await this.database.unit().findOneOrFail(SyncOperation, attempt);
        return await this.prove(row, scope.reader);
      }
    }
  }
}

const NEVER_ARRIVED = {
  code: 'AUTOTASK_OUTCOME_UNKNOWN',
  message: 'The answer was lost. Autotask shows nothing of the write after the settle time, so it never arrived.',
};

function fieldImages(field: string, before: string | null, after: string): Images {
  return { pre: { kind: 'field', field, value: before }, post: { kind: 'field', field, value: after } };
}
