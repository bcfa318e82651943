import type { Store } from '../kit/store.js';
import { Agenda, type Due } from './agenda.js';
import { boundary, chargingCycle, stretchAround } from './billing-cycle.js';
import { newItem, orderLines } from './order-money.js';
import type { PlaceOrder } from './order-request.js';
import { SandboxProblem } from './problem.js';
import type { CustomerRow, OrderRow, OrderStatus, OrderType, ProductRow, SubscriptionRow } from './simple-api.types.js';
import { endOf, subscriptionAfter } from './subscription-terms.js';

const PREFIX: Record<OrderType, string> = {
  sales: 'SO',
  change: 'CH',
  renewal: 'RN',
  cancellation: 'CL',
  migration: 'MG',
};

const STATUS_CODE: Record<OrderStatus, string> = {
  submitted: 'NW',
  processing: 'PR',
  error: 'ER',
  completed: 'CP',
  cancelled: 'CL',
};

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const startOf = (day: string): number => Date.parse(`${day}T00:00:00.000Z`);

/**
 * The life of orders and subscriptions. Nothing runs by a timer: `advanceTo` brings about everything due by an
 * instant, in order and each thing at its own instant, so that a clock that jumps a month leaves the same rows as one
 * that ran through it (DESIGN §9; reference/marketplace-platforms.md §3, §14). Instants are milliseconds.
 */
export class OrderEngine {
  private readonly agenda = new Agenda();
  /** Ids of the orders that have not ended, by subscription. */
  private readonly open = new Map<string, Set<string>>();

  /** @param expiryMakesOrder tells whether an end without renewal is announced by a cancellation order. */
  constructor(
    private readonly store: Store,
    private readonly expiryMakesOrder: () => boolean,
  ) {
    this.reload();
  }

  /** Reads everything that is due from the store again, after it was emptied or filled from elsewhere. */
  reload(): void {
    this.agenda.clear();
    this.open.clear();
    for (const order of this.store.all<OrderRow>('orders')) this.watchOrder(order);
    for (const subscription of this.store.all<SubscriptionRow>('subscriptions')) this.watchSubscription(subscription);
  }

  /** Brings about everything due by `now`: order progress, renewals, ends. */
  advanceTo(now: number): void {
    while (this.agenda.nextAt <= now) this.bringAbout(this.agenda.take()!);
  }

  /** @throws SandboxProblem 400 when there is no such product. */
  productOf = (id: string): ProductRow => {
    const product = this.store.get<ProductRow>('products', id);
    if (!product) throw new SandboxProblem(400, `There is no product "${id}".`);
    return product;
  };

  /**
   * Places an order and returns it; without `completeAfterMs` it is complete at once. A sales or migration order
   * makes its subscription, pending until the order completes.
   *
   * @throws SandboxProblem when the customer may not buy or the subscription cannot be changed.
   */
  place(request: PlaceOrder, at: number): OrderRow {
    const subscription = this.makesSubscription(request)
      ? this.putSubscription(this.draftSubscription(request, at, String(this.store.nextId('subscription', 1_200_001))))
      : this.subscriptionToChange(request);
    const schedule = this.scheduleFor(request, subscription, at);
    const order: OrderRow = {
      ...this.draftOrder(request, subscription, at),
      id: String(this.store.nextId('order', 500_001)),
      orderNumber: this.numberFor(request.type),
      schedule,
    };
    if (schedule.length === 0 && !request.failFirst) return this.complete(order, at);
    const priced = { ...order, lines: this.linesIfCompleted(order, subscription, at) };
    return this.putOrder(schedule.length === 0 ? withStatus(priced, 'error') : priced);
  }

  /** What an order would cost if it completed at `at`; nothing is stored. */
  estimate(request: PlaceOrder, at: number): OrderRow {
    const subscription = this.makesSubscription(request)
      ? this.draftSubscription(request, at, '')
      : this.subscriptionToChange(request);
    const order = this.draftOrder(request, subscription, at);
    return { ...order, lines: this.linesIfCompleted(order, subscription, at) };
  }

  /**
   * Moves an open order to a state now, dropping what was scheduled for it; `completeAfterMs` schedules its completion
   * instead. @throws SandboxProblem 404 unknown order, 409 when it has already ended.
   */
  steer(orderId: string, to: OrderStatus, at: number, completeAfterMs?: number): OrderRow {
    const order = this.store.get<OrderRow>('orders', orderId);
    if (!order) throw new SandboxProblem(404, `There is no order "${orderId}".`);
    if (order.status === 'completed' || order.status === 'cancelled')
      throw new SandboxProblem(409, `Order ${order.orderNumber} has already ended (${order.status}).`);
    const later =
      completeAfterMs === undefined ? [] : [{ at: at + completeAfterMs, to: 'completed' satisfies OrderStatus }];
    const steered = { ...order, schedule: later as OrderRow['schedule'] };
    if (to === 'completed' && completeAfterMs === undefined) return this.complete(steered, at);
    if (to === 'cancelled') return this.withdraw(steered, at);
    return this.putOrder(withStatus(steered, to === 'completed' ? 'processing' : to));
  }

  /** Stores a subscription and watches its next end or renewal. */
  putSubscription(subscription: SubscriptionRow): SubscriptionRow {
    this.store.put('subscriptions', subscription);
    this.watchSubscription(subscription);
    return subscription;
  }

  /** Stores an order and watches its next state. */
  putOrder(order: OrderRow): OrderRow {
    this.store.put('orders', order);
    this.watchOrder(order);
    return order;
  }

  private bringAbout(due: Due): void {
    if (due.kind === 'order') {
      const order = this.store.get<OrderRow>('orders', due.id);
      const step = order?.schedule[0];
      if (!order || step?.at !== due.at) return;
      const rest = { ...order, schedule: order.schedule.slice(1) };
      if (step.to === 'completed') this.complete(rest, due.at);
      else this.putOrder(withStatus(rest, step.to));
      return;
    }
    const subscription = this.store.get<SubscriptionRow>('subscriptions', due.id);
    if (!subscription || dueOf(subscription) !== due.at) return;
    if (subscription.renewalStatus) {
      this.place({ ...PLAIN, type: 'renewal', subscriptionId: subscription.id }, due.at);
      return;
    }
    if (this.expiryMakesOrder()) {
      this.place({ ...PLAIN, type: 'cancellation', subscriptionId: subscription.id, refund: 'none' }, due.at);
      return;
    }
    const ended: SubscriptionRow = { ...subscription, status: 'terminated', lastModifiedDate: dayOf(due.at) };
    this.cancelPendingOf(this.putSubscription(ended), undefined, due.at);
  }

  private complete(order: OrderRow, at: number): OrderRow {
    const subscription = this.store.get<SubscriptionRow>('subscriptions', order.subscriptionId)!;
    if (subscription.status === 'terminated' || subscription.status === 'removed') return this.withdraw(order, at);
    const day = dayOf(at);
    const after = this.putSubscription(subscriptionAfter(order, subscription, day, this.productOf));
    const completed = this.putOrder({
      ...withStatus(order, 'completed'),
      schedule: [],
      provisioningDate: new Date(at).toISOString(),
      lines: this.linesOf(order, subscription, after, day),
      ...migrationDates(order, after, day),
    });
    if (order.type === 'cancellation') this.cancelPendingOf(after, order.id, at);
    return completed;
  }

  private withdraw(order: OrderRow, at: number): OrderRow {
    const subscription = this.store.get<SubscriptionRow>('subscriptions', order.subscriptionId);
    if (subscription?.status === 'pending')
      this.putSubscription({ ...subscription, status: 'removed', lastModifiedDate: dayOf(at) });
    return this.putOrder({ ...withStatus(order, 'cancelled'), schedule: [] });
  }

  /** Cancelling a subscription cancels its pending change orders (reference §3). */
  private cancelPendingOf(subscription: SubscriptionRow, except: string | undefined, at: number): void {
    for (const id of this.open.get(subscription.id) ?? [])
      if (id !== except) this.withdraw(this.store.get<OrderRow>('orders', id)!, at);
  }

  private linesOf(order: OrderRow, before: SubscriptionRow, after: SubscriptionRow, day: string): OrderRow['lines'] {
    const against = order.type === 'sales' || order.type === 'renewal' ? after : before;
    return orderLines(order, against, day, this.productOf);
  }

  /** The lines as they would be if the order completed at once; completion calculates them again. */
  private linesIfCompleted(order: OrderRow, before: SubscriptionRow, at: number): OrderRow['lines'] {
    const day = dayOf(at);
    return this.linesOf(order, before, subscriptionAfter(order, before, day, this.productOf), day);
  }

  private makesSubscription(request: PlaceOrder): boolean {
    return request.type === 'sales' || request.type === 'migration';
  }

  private draftSubscription(request: PlaceOrder, at: number, id: string): SubscriptionRow {
    const customer = this.customerWhoMayBuy(request.customerId);
    const first = this.productOf(request.items[0]!.productId);
    const day = dayOf(at);
    const { billingModel, billingPeriod, subscriptionPeriod } = first;
    const end = boundary(day, subscriptionPeriod, 1);
    return {
      id,
      name: first.name,
      customerId: customer.id,
      status: 'pending',
      attributes: {},
      renewalStatus: request.renewalStatus ?? true,
      creationDate: day,
      renewalDate: end,
      lastModifiedDate: day,
      expirationDate: end,
      billingModel,
      billingPeriod,
      subscriptionPeriod,
      planId: Number(first.planId),
      currency: customer.currency,
      anchor: day,
      items: request.items.map((item, index) => ({
        ...newItem(item, this.productOf(item.productId), customer.currency),
        vendorSubscriptionId: `VS-${id}-${index + 1}`,
      })),
    };
  }

  private draftOrder(request: PlaceOrder, subscription: SubscriptionRow, at: number): OrderRow {
    const { type, poNumber, attributes, effective, fee, refund, alignTo, startDate } = request;
    const items =
      type === 'cancellation'
        ? subscription.items.map((item) => ({ productId: item.productId, quantity: 0 }))
        : type === 'renewal'
          ? subscription.items.map((held) => ({
              productId: held.productId,
              quantity: held.quantity,
              ...request.items.find((item) => item.productId === held.productId),
            }))
          : request.items;
    const order: OrderRow = {
      id: '',
      orderNumber: '',
      schedule: [],
      type,
      customerId: subscription.customerId,
      creationDate: new Date(at).toISOString(),
      status: 'submitted',
      statusCode: STATUS_CODE.submitted,
      attributes,
      currency: subscription.currency,
      subscriptionId: subscription.id,
      billingModel: subscription.billingModel,
      items,
      lines: [],
      effective,
      ...(poNumber === undefined ? {} : { poNumber }),
      ...(fee === undefined ? {} : { fee }),
      ...(refund === undefined ? {} : { refund }),
      ...(alignTo === undefined ? {} : { alignTo }),
      ...(startDate === undefined ? {} : { startDate }),
    };
    return order;
  }

  private scheduleFor(request: PlaceOrder, subscription: SubscriptionRow, at: number): OrderRow['schedule'] {
    const wait = request.completeAfterMs ?? 0;
    if (request.type === 'change' && request.effective !== 'now') {
      const due = Math.max(at + wait, startOf(endOf(request.effective, subscription, dayOf(at))));
      return [
        { at, to: 'processing' },
        { at: due, to: 'completed' },
      ];
    }
    const retry = request.retryAfterMs ?? wait;
    const first: OrderRow['schedule'] =
      wait > 0
        ? [
            { at: at + Math.floor(wait / 2), to: 'processing' },
            { at: at + wait, to: request.failFirst ? 'error' : 'completed' },
          ]
        : [];
    if (!request.failFirst || retry <= 0) return first;
    const again: OrderRow['schedule'] = [{ at: at + wait + retry, to: 'completed' }];
    return first.length > 0 ? [...first, ...again] : [{ at, to: 'error' }, ...again];
  }

  private subscriptionToChange(request: PlaceOrder): SubscriptionRow {
    const subscription = this.store.get<SubscriptionRow>('subscriptions', request.subscriptionId ?? '');
    if (!subscription) throw new SandboxProblem(400, `There is no subscription "${request.subscriptionId ?? ''}".`);
    if (request.customerId !== undefined && request.customerId !== subscription.customerId)
      throw new SandboxProblem(400, `Subscription ${subscription.id} belongs to another customer.`);
    if (subscription.status !== 'active' && subscription.status !== 'hold')
      throw new SandboxProblem(409, `Subscription ${subscription.id} is ${subscription.status}; it cannot be changed.`);
    return subscription;
  }

  private customerWhoMayBuy(id: string | undefined): CustomerRow {
    const customer = this.store.get<CustomerRow>('customers', id ?? '');
    if (!customer) throw new SandboxProblem(400, `There is no customer "${id ?? ''}".`);
    if (customer.status !== 'active')
      throw new SandboxProblem(409, `Customer ${customer.id} is ${customer.status}; only an active one can buy.`);
    return customer;
  }

  private numberFor(type: OrderType): string {
    const prefix = PREFIX[type];
    return `${prefix}${String(this.store.nextId(`number:${prefix}`)).padStart(6, '0')}`;
  }

  private watchOrder(order: OrderRow): void {
    const open = this.open.get(order.subscriptionId) ?? new Set();
    if (order.status === 'completed' || order.status === 'cancelled') open.delete(order.id);
    else open.add(order.id);
    if (open.size > 0) this.open.set(order.subscriptionId, open);
    else this.open.delete(order.subscriptionId);
    const step = order.schedule[0];
    if (step) this.agenda.add({ at: step.at, kind: 'order', id: order.id });
  }

  private watchSubscription(subscription: SubscriptionRow): void {
    const at = dueOf(subscription);
    if (at !== undefined && Number.isFinite(at)) this.agenda.add({ at, kind: 'subscription', id: subscription.id });
  }
}

/** A request with nothing special about it. */
const PLAIN = { items: [], attributes: {}, effective: 'now' } satisfies Partial<PlaceOrder>;

/** When the subscription renews or ends by itself: at the first instant of that day. */
function dueOf(subscription: SubscriptionRow): number | undefined {
  if (subscription.status !== 'active' && subscription.status !== 'hold') return undefined;
  return startOf(subscription.renewalStatus ? subscription.renewalDate : subscription.expirationDate);
}

function withStatus(order: OrderRow, status: OrderStatus): OrderRow {
  return { ...order, status, statusCode: STATUS_CODE[status] };
}

function migrationDates(order: OrderRow, after: SubscriptionRow, day: string): Partial<OrderRow> {
  if (order.type !== 'migration') return {};
  const { start, next } = stretchAround(after.anchor, chargingCycle(after), day);
  return { lastBillingDate: start, nextBillingDate: next };
}
