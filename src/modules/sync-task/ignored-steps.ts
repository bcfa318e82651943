import { lastValue, LineLedger } from '../../domain/sync-plan/ledger.js';
import { hasEnded, type Subscription } from '../../domain/marketplace/subscription.js';
import type { Order } from '../../domain/marketplace/order.js';
import type { ProductKey } from '../../domain/marketplace/product.js';
import type { LedgerStep, TaskType } from '../../domain/sync-plan/sync-facts.js';
import { isWhole } from '../../domain/money/money.js';
import type { NewLedgerStep } from './ledger-steps.js';

/** What of a task decides how ignoring it changes the ledger. */
export interface IgnoredTask {
  id: string;
  type: TaskType;
  subscriptionId: string;
  order?: Order | null | undefined;
  subscription: Subscription;
  effectiveDate: string;
}

/**
 * The ledger steps of ignoring a task (DESIGN §6 Ledger), on one contract's lines where the subscription has a share.
 * The share takes the quantity the task asked for. *Done by hand*: Autotask is expected to hold it, so a missing hand
 * shows as drift. *Not to be billed*: the difference stands as a deduction, so Autotask is expected to hold what it does.
 * Quantities that are not whole, and lines without a share, change nothing: the next task asks.
 *
 * @param ledger every step of the contract.
 */
export function ignoredSteps(
  task: IgnoredTask,
  kind: 'done_by_hand' | 'not_billed',
  ledger: readonly LedgerStep[],
): NewLedgerStep[] {
  const wanted = wantedQuantities(task);
  const steps: NewLedgerStep[] = [];
  for (const contractServiceId of new Set(ledger.map((step) => step.contractServiceId))) {
    const line = new LineLedger(
      ledger.filter((step) => step.contractServiceId === contractServiceId),
      task.id,
    );
    for (const productKey of line.productsOf(task.subscriptionId)) {
      const quantity = wanted(productKey);
      if (quantity === undefined) continue;
      const before = lastValue(line.share(task.subscriptionId, productKey));
      if (quantity === before) continue;
      const share = { contractServiceId, subscriptionId: task.subscriptionId, productKey };
      const from = task.effectiveDate.slice(0, 10);
      steps.push({ ...share, kind: 'share', from, quantity, effective: from });
      if (kind === 'not_billed') {
        const deducted = lastValue(line.deduction(task.subscriptionId, productKey));
        steps.push({ ...share, kind: 'deduction', from, quantity: deducted + quantity - before });
      }
    }
  }
  return steps;
}

/** The absolute quantity a task asks for, by product; undefined where it names none. */
function wantedQuantities({ type, order, subscription }: IgnoredTask): (productKey: ProductKey) => number | undefined {
  if (type === 'billing') return () => undefined;
  const ended = type === 'cancellation' || (!order && hasEnded(subscription));
  if (ended && !order?.items.length) return () => 0;
  const quantities = new Map<ProductKey, number | undefined>();
  for (const item of order?.items ?? subscription.items)
    quantities.set(item.productKey, ended || ('action' in item && item.action === 'CANCEL') ? 0 : whole(item.quantity));
  return (productKey) => quantities.get(productKey);
}

function whole(quantity: string): number | undefined {
  return isWhole(quantity) ? Number(quantity) : undefined;
}
