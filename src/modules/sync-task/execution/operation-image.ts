import type { CalendarDate } from '../../../domain/calendar/calendar-date.js';
import { imageOf, postImageOf, type ImageRow } from '../../../domain/autotask/unit-windows.js';
import type { AdjustPriceOperation, AdjustUnitsOperation } from '../../../domain/sync-plan/sync-plan.js';
import type { ContractPicture } from '../planning/autotask-reader.js';

/** What is kept before and after a write so that it can be proven by reading (DESIGN §7). */
export type OperationImage =
  /** A line's windows from the adjustment's day to the contract's end. */
  | { kind: 'line'; contractServiceId: number; from: CalendarDate; to: CalendarDate; rows: ImageRow[] }
  /** The highest id among rows with the natural key of the row to be created. */
  | { kind: 'highest'; id: number }
  /** A field's value. */
  | { kind: 'field'; field: string; value: string | null };

/** The image of one line, from a picture of its contract. */
export function lineImage(
  picture: ContractPicture,
  contractServiceId: number,
  from: CalendarDate,
): Extract<OperationImage, { kind: 'line' }> {
  const rows = picture.units.filter((row) => row.contractServiceId === contractServiceId);
  return { kind: 'line', contractServiceId, from, to: picture.contract.endDate, rows: imageOf(rows, from) };
}

/** The image an adjustment must leave behind. */
export function adjustedImage(
  before: Extract<OperationImage, { kind: 'line' }>,
  operation: AdjustUnitsOperation | AdjustPriceOperation,
): Extract<OperationImage, { kind: 'line' }> {
  const rows = postImageOf(before.rows, {
    from: operation.date,
    until: before.to,
    unitChange: operation.kind === 'adjustUnits' ? operation.unitChange : 0,
    unitPrice: operation.unitPrice,
    unitCost: operation.unitCost,
  });
  return { ...before, rows };
}
