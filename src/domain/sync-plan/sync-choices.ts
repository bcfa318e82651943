import type { PeriodType } from '../autotask/entities.js';
import type { CalendarDate } from '../calendar/calendar-date.js';
import type { ProductKey } from '../marketplace/product.js';
import type { Decimal } from '../money/money.js';

/** A contract a person asked for (FEATURES WIZ-2). Missing parts take the planner's defaults. */
export interface NewContractChoice {
  companyId?: number;
  name?: string;
  contractNumber?: string;
  startDate?: CalendarDate;
  endDate?: CalendarDate;
  periodType?: PeriodType;
}

/** What a person decided for one product's row (FEATURES WIZ-3, WIZ-5). */
export interface LineChoice {
  productKey: ProductKey;
  /** False = unticked: a unit row becomes a standing deduction. */
  include: boolean;
  /** The subscription's absolute share, set by hand. */
  quantity?: number;
  date?: CalendarDate;
  price?: Decimal;
  cost?: Decimal;
  description?: string;
  /** How many of the line's untracked units are this subscription's. */
  alreadyCounted?: number;
  /** The line to use where several lines of the contract hold the product's service. */
  contractServiceId?: number;
  /** A different price while other shares are on the line (DESIGN §6 Money). */
  priceConflict?: 'keep' | 'repriceAll' | 'secondLine';
}

/** Everything a person can decide about a task; unknown keys are refused at the edge (DESIGN §10). */
export interface SyncChoices {
  contract?: { id: number } | { create: NewContractChoice };
  lines?: LineChoice[];
  priceSource?: 'autotask' | 'marketplace';
  /** Extend the contract so that it covers the change. */
  extend?: boolean;
  late?: 'fromEffective' | 'fromNow' | 'fromNowWithCharge';
  /** Initial tasks: the running marketplace period is already billed elsewhere. */
  alreadyBilled?: boolean;
  drift?: { lineId: number; action: 'adopt' | 'overwrite' | 'leave' }[];
  /** A negative amount that Autotask refuses as a charge was credited by hand. */
  creditedByHand?: boolean;
  /** The order and the subscription name different quantities: which one counts. */
  quantityFrom?: 'order' | 'subscription';
}
