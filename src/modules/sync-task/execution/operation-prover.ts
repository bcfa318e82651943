import type { SyncOperation } from '../sync-operation.entity.js';
import type { AutotaskReader } from '../planning/autotask-reader.js';
import { createsRow, idsWithNaturalKey } from './natural-keys.js';
import { lineImage, type OperationImage } from './operation-image.js';
import { proveCharge, proveCreated, proveField, provePrice, proveUnits, type Verdict } from './operation-proof.js';

/** A verdict with what was seen, for people. */
export interface Proof {
  verdict: Verdict;
  /** What Autotask shows now, in the shape of the pre- and post-image. */
  now: unknown;
}

/** Longest invoice text Autotask keeps; the adapter cuts there. */
const TEXT_LENGTH = 1000;

/**
 * Reads what an attempt without outcome would have changed, and judges it (DESIGN §7, one rule per kind of operation).
 *
 * @param settled the settle time since sending is over.
 * @throws AutotaskError when a look-up fails: then nothing is known, and it is tried again.
 */
export async function proveAttempt(
  attempt: Pick<SyncOperation, 'operation' | 'preImage' | 'postImage' | 'contractId' | 'contractServiceId'>,
  reader: AutotaskReader,
  settled: boolean,
): Promise<Proof> {
  const { operation } = attempt;
  const { autotask } = reader;
  const contractId = attempt.contractId ?? undefined;
  if (createsRow(operation)) {
    const ids = await idsWithNaturalKey(autotask, operation, contractId);
    const before = attempt.preImage as OperationImage | null;
    const verdict = proveCreated(ids, before?.kind === 'highest' ? before.id : 0, settled);
    return { verdict, now: { kind: 'rows', ids } };
  }
  if (contractId === undefined) throw new Error(`The attempt of ${operation.key} names no contract.`);
  switch (operation.kind) {
    case 'adjustUnits':
    case 'adjustPrice':
      return await proveAdjustment(attempt, reader, contractId, settled);
    case 'addCharge': {
      const rows = await autotask.chargesByKey(contractId, operation.chargeKey);
      return { verdict: proveCharge(rows, settled), now: { kind: 'rows', ids: rows.map(({ id }) => id) } };
    }
    case 'describeLine': {
      const lines = await autotask.contractServices([contractId]);
      const text = lines.find(({ id }) => id === attempt.contractServiceId)?.invoiceDescription ?? null;
      const verdict = proveField(text === operation.invoiceDescription.slice(0, TEXT_LENGTH), settled);
      return { verdict, now: { kind: 'field', field: 'invoiceDescription', value: text } };
    }
    case 'extendContract':
    case 'endContract': {
      const endDate = (await autotask.contract(contractId))?.endDate ?? null;
      const verdict = proveField(endDate === operation.endDate, settled);
      return { verdict, now: { kind: 'field', field: 'endDate', value: endDate } };
    }
  }
}

async function proveAdjustment(
  attempt: Pick<SyncOperation, 'operation' | 'preImage' | 'postImage'>,
  reader: AutotaskReader,
  contractId: number,
  settled: boolean,
): Promise<Proof> {
  const { operation } = attempt;
  const pre = attempt.preImage as OperationImage | null;
  const post = attempt.postImage as OperationImage | null;
  if (pre?.kind !== 'line' || post?.kind !== 'line') throw new Error(`The attempt of ${operation.key} has no images.`);
  reader.forgetContract(contractId);
  const picture = await reader.freshContract(contractId);
  if (!picture)
    return {
      verdict: settled
        ? { verdict: 'uncertain', reason: 'Autotask no longer shows the contract.' }
        : { verdict: 'wait' },
      now: null,
    };
  const now = lineImage(picture, pre.contractServiceId, pre.from);
  const line = picture.lines.find(({ id }) => id === pre.contractServiceId);
  const verdict =
    operation.kind === 'adjustPrice'
      ? provePrice(operation, { pre: pre.rows, post: post.rows, now: now.rows }, line, settled)
      : proveUnits(pre.rows, post.rows, now.rows, settled);
  return { verdict, now };
}
