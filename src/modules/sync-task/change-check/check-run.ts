import type { CalendarDate, Instant } from '../../../domain/calendar/calendar-date.js';
import type { Subscription } from '../../../domain/marketplace/subscription.js';
import type { TaskType } from '../../../domain/sync-plan/sync-facts.js';
import type { JobProgress, JobRuns } from '../../../platform/jobs/job-runs.service.js';
import type { MarketplaceAccess } from '../../../ports/marketplace.port.js';
import type { Connection } from '../../installation/connection.entity.js';

/** What a check found; the job's result and the Action Log's details. */
export interface CheckCounts {
  /** Orders the marketplace listed. */
  orders: number;
  /** Of these, those dealt with before. */
  knownOrders: number;
  newTasks: number;
  /** New tasks by type. */
  byType: Partial<Record<TaskType, number>>;
  /** Tasks that another one replaced. */
  superseded: number;
  /** Orders that have not ended and are read again. */
  unfinished: number;
  cancelled: number;
  /** Orders in a currency of another connection, or of none. */
  otherCurrency: number;
  gaveUp: number;
  /** Subscriptions whose details were read by the sweep; 0 without one. */
  subscriptionsRead: number;
  /** Rows of usage reports that were looked at by the sweep; 0 without one. */
  usageRows: number;
  /** True when subscriptions were swept. */
  swept: boolean;
}

/** Somebody stopped the job. */
export class CheckStopped extends Error {
  constructor() {
    super('The check was stopped.');
  }
}

/** The process is stopping or lost its claim; another one goes on with the same job. */
export class CheckHandedBack extends Error {
  constructor() {
    super('The check goes on in another process.');
  }
}

/** Everything that belongs to one run of a check, handed from step to step. */
export class CheckRun {
  readonly counts: CheckCounts = {
    orders: 0,
    knownOrders: 0,
    newTasks: 0,
    byType: {},
    superseded: 0,
    unfinished: 0,
    cancelled: 0,
    otherCurrency: 0,
    gaveUp: 0,
    subscriptionsRead: 0,
    usageRows: 0,
    swept: false,
  };
  /** Subscriptions with new or replaced tasks: what has to be planned. */
  readonly changed = new Set<string>();
  /** Orders read in this run; none is read twice by the watch list. */
  readonly ordersRead = new Set<string>();
  /** Subscriptions that got an order's task and whose mirror is older than that. */
  readonly untold = new Set<string>();
  /** True once the customers were read again for a name that was missing. */
  customersRead = false;

  constructor(
    readonly connection: Connection,
    readonly access: MarketplaceAccess,
    readonly job: { id: string; actor: string },
    /** Business time at which the check began, and its day in the connection's zone. */
    readonly now: Instant,
    readonly today: CalendarDate,
    private readonly jobs: JobRuns,
    private readonly signal: AbortSignal,
  ) {}

  get installationId(): string {
    return this.connection.installationId;
  }

  /**
   * Tells how far it is (counts are added) and looks whether to go on.
   *
   * @throws CheckStopped, CheckHandedBack
   */
  async tell(progress: JobProgress): Promise<void> {
    const state = await this.jobs.advance(this.job.id, this.installationId, progress);
    if (this.signal.aborted) throw new CheckHandedBack();
    if (state !== 'running') throw new CheckStopped();
  }

  /** Notes what one transaction made. */
  count(made: { type: TaskType; subscriptionId: string }[], superseded: number): void {
    for (const { type, subscriptionId } of made) {
      this.counts.byType[type] = (this.counts.byType[type] ?? 0) + 1;
      this.changed.add(subscriptionId);
    }
    this.counts.newTasks += made.length;
    this.counts.superseded += superseded;
  }
}

/** A subscription that its marketplace does not know any more, as somebody last read it. */
export function asRemoved(subscription: Subscription): Subscription {
  return { ...subscription, status: 'removed' };
}
