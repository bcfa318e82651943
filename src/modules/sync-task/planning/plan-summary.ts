import type { CalendarDate } from '../../../domain/calendar/calendar-date.js';
import { minus, sum, times, type Decimal } from '../../../domain/money/money.js';
import { CHARGED_AS, type ChargeKind, type FeeKind } from '../../../domain/sync-plan/sync-facts.js';
import type { PlannedLine, SyncPlan } from '../../../domain/sync-plan/sync-plan.js';

/** What a list shows of the newest plan; stored with the task. */
export interface PlanSummary {
  /** Change of what is billed each period for this subscription, in the connection's currency. */
  recurringChange: Decimal;
  /** Length of that period; absent where the lines have several, and in plans from before it was told. */
  periodMonths?: number;
  /** Once: setup, prorated, overuse and cancellation amounts together. */
  oneOff: Decimal;
  /** One entry a product row. */
  changes: { productName: string; from: number; to: number; date: CalendarDate; detail: string }[];
  /** The fees whose mappings its charges need, each product once; absent in plans from before it was told. */
  fees?: { feeKind: FeeKind; productKey: string }[];
  /** How many writes the plan has. */
  operations: number;
  warnings: { code: string; message: string; money: boolean }[];
  /** False = a person must confirm it, for `manualReason`. */
  automatic: boolean;
  manualReason?: string;
  /** True when an older task of the subscription is still open: it is planned against the state before that one. */
  provisional: boolean;
  /** Instant (UTC) of the reading it was planned from. */
  plannedAt: string;
  /** What the last re-read found instead of what was expected (FEATURES PSH-12). */
  drift?: LineDrift[];
}

/** A line that does not hold what the ledger expects. */
export interface LineDrift {
  contractServiceId: number;
  from: CalendarDate;
  expected: number;
  actual: number;
}

/** Short words of a plan. @param plannedAt instant (UTC). */
export function summaryOf(plan: SyncPlan, provisional: boolean, plannedAt: string): PlanSummary {
  const { setup, prorated, overuse, cancellation } = plan.amounts;
  const [periodMonths, ...others] = new Set(plan.lines.map((line) => line.periodMonths));
  return {
    recurringChange: sum(plan.lines.map(recurringChange)),
    ...(periodMonths === undefined || others.length > 0 ? {} : { periodMonths }),
    oneOff: sum([setup.total, prorated.total, overuse.total, cancellation.total]),
    changes: plan.lines.map((line) => ({
      productName: line.productName,
      from: line.quantityNow,
      to: line.include ? line.quantityAfter : line.quantityNow,
      date: line.effectiveDate,
      detail: line.detail,
    })),
    fees: feesOf(plan),
    operations: plan.operations.length,
    warnings: plan.warnings.map(({ code, message, money }) => ({ code, message, money })),
    automatic: plan.automatic,
    ...(plan.manualReason === undefined ? {} : { manualReason: plan.manualReason }),
    provisional,
    plannedAt,
  };
}

function feesOf({ amounts }: SyncPlan): NonNullable<PlanSummary['fees']> {
  const charged = Object.values(amounts)
    .flatMap(({ rows }) => rows)
    .filter((row) => row.written && row.computedBy !== 'autotask' && row.feeKind in CHARGED_AS)
    .map(({ feeKind, productKey }) => ({ feeKind: CHARGED_AS[feeKind as ChargeKind], productKey: productKey ?? '' }));
  return charged.filter(
    (fee, index) =>
      charged.findIndex((one) => one.feeKind === fee.feeKind && one.productKey === fee.productKey) === index,
  );
}

function recurringChange(line: PlannedLine): Decimal {
  if (!line.include) return '0';
  const before = line.priceNow ?? line.priceAfter ?? '0';
  const after = line.priceAfter ?? line.priceNow ?? '0';
  return minus(times(after, line.quantityAfter), times(before, line.quantityNow));
}
