import { compareTasks } from '../sync-task/task-order.js';
import { hasEnded } from '../marketplace/subscription.js';
import { taskPlaceOf } from './effective-date.js';
import type { PlanEvent } from './plan-event.js';
import type { PlanRun } from './plan-run.js';
import { quantityOf, type WantedProduct } from './wanted-quantity.js';

/**
 * When the newest open task's quantity differs from the subscription as read, a person says which one counts
 * (DESIGN §6 Order). Older tasks differ rightly: the subscription already shows what came after them.
 */
export function settledQuantities(run: PlanRun, event: PlanEvent, products: WantedProduct[]): WantedProduct[] {
  const { order, subscription } = event;
  const comparable = event.kind === 'sale' || event.kind === 'change' || event.kind === 'renewal';
  if (!order || !comparable || !isNewest(run, event)) return products;
  // What takes effect later than the state was read is not in it yet.
  if (event.effective > run.facts.task.readOn) return products;
  return products.map((wanted) => {
    if (wanted.role !== 'plain' || wanted.subscriptionId !== subscription.id || !wanted.item) return wanted;
    const shown = hasEnded(subscription)
      ? 0
      : wanted.stored === undefined
        ? 0
        : quantityOf(wanted.stored.quantity, wanted.name, run.findings);
    if (shown === undefined || shown === wanted.quantity) return wanted;
    if (event.choices.quantityFrom === 'subscription') return { ...wanted, quantity: shown };
    if (event.choices.quantityFrom === undefined) ask(run, event, wanted, shown);
    return wanted;
  });
}

function ask(run: PlanRun, event: PlanEvent, wanted: WantedProduct, shown: number): void {
  run.findings.require(
    'QUANTITY_MISMATCH',
    `Order ${event.reference} says ${wanted.quantity} of ${wanted.name}, the subscription says ${shown}. Say which is right.`,
    {
      subject: { kind: 'subscription', id: event.subscription.id, name: event.subscription.name },
      options: [
        { value: 'order', label: `${wanted.quantity}, from the order`, choices: { quantityFrom: 'order' } },
        { value: 'subscription', label: `${shown}, from the subscription`, choices: { quantityFrom: 'subscription' } },
      ],
    },
  );
}

/** True when no open task of the subscription comes after the event's. */
function isNewest(run: PlanRun, event: PlanEvent): boolean {
  const { facts } = run;
  if (facts.openTasks.length === 0) return true;
  const own = taskPlaceOf(
    { ...facts.task, id: event.taskId, order: event.order, subscription: event.subscription },
    facts.timeZone,
  );
  return facts.openTasks.every(
    (task) => task.id === event.taskId || compareTasks(taskPlaceOf(task, facts.timeZone), own) < 0,
  );
}
