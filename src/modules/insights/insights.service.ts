import { Injectable } from '@nestjs/common';
import { dayIn, type CalendarDate } from '../../domain/calendar/calendar-date.js';
import { daysUpTo, monthsUpTo, recurringAmounts } from '../../domain/insights/recurring-amounts.js';
import type { Subscription } from '../../domain/marketplace/subscription.js';
import { cents, sum, type Decimal } from '../../domain/money/money.js';
import { chargingOf } from '../../domain/sync-plan/charging.js';
import { SYNC_TASK_STATES, type SyncTaskState } from '../../domain/sync-task/sync-task-state.js';
import { Database } from '../../platform/database/database.js';
import { Clock } from '../../ports/clock.port.js';
import type { Connection } from '../installation/connection.entity.js';
import { contractsOfShares, stepsOfContracts } from '../sync-task/ledger-steps.js';
import { SyncTask } from '../sync-task/sync-task.entity.js';
import { tellingOf } from '../sync-task/telling-task.js';
import type { InsightsQuery, InsightsView, ProductUnitsView, TasksOfDayView, UnitsView } from './insights.view.js';

/** More than anybody compares by eye. */
const SHOWN_PRODUCTS = 100;
/** Subscriptions whose tasks are in memory at a time. */
const BATCH = 500;

/** A product as running subscriptions have it. */
type SoldProduct = Pick<Subscription, 'billingModel' | 'billingPeriod' | 'subscriptionPeriod'> & {
  productKey: string;
  name: string;
  units: number;
};

/** Numbers for the pictures (reference/page-design §4.16), from stored rows only: no call leaves the process. */
@Injectable()
export class Insights {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async of(connection: Connection, { days, months }: InsightsQuery): Promise<InsightsView> {
    const asOf = dayIn(connection.timeZone, await this.clock.businessNow());
    const tasks = await this.tasks(connection, daysUpTo(asOf, days));
    const occurring = new Set(tasks.flatMap(({ states }) => Object.keys(states)));
    return {
      asOf,
      states: SYNC_TASK_STATES.filter((state) => occurring.has(state)),
      tasks,
      units: await this.units(connection, asOf),
      recurring: await this.recurring(connection, monthsUpTo(asOf, months)),
    };
  }

  private async tasks({ id, installationId }: Connection, days: CalendarDate[]): Promise<TasksOfDayView[]> {
    const rows = await this.database.sql<{ day: string; state: SyncTaskState; count: number }>(
      `select effective_date::text as day, state, count(*)::int as count from sync_task
       where installation_id = ? and connection_id = ? and effective_date between ? and ?
       group by effective_date, state`,
      [installationId, id, days[0], days.at(-1)],
    );
    return days.map((date) => ({
      date,
      states: Object.fromEntries(rows.filter(({ day }) => day === date).map(({ state, count }) => [state, count])),
    }));
  }

  private async units(connection: Connection, asOf: CalendarDate): Promise<UnitsView> {
    const { id, installationId } = connection;
    const tracked = await this.database.sql<{ productKey: string; units: number }>(
      `select product_key as "productKey", sum(case kind when 'deduction' then -quantity else quantity end)::int as units
       from (select distinct on (contract_service_id, kind, subscription_id, product_key) kind, product_key, quantity
             from line_ledger where installation_id = ? and connection_id = ? and kind in ('share', 'deduction')
               and product_key is not null and from_date <= ?
             order by contract_service_id, kind, subscription_id, product_key, from_date desc, seq desc) latest
       group by product_key`,
      [installationId, id, asOf],
    );
    const held = new Map(tracked.map(({ productKey, units }) => [productKey, units]));
    const products = new Map<string, ProductUnitsView>();
    for (const { productKey, name, units, ...terms } of await this.sold(connection)) {
      const charging = chargingOf({ ...terms, creationDate: asOf });
      // Post-paid products and cycles that Autotask does not know never become units.
      if (charging.kind !== 'units') continue;
      const known = products.get(productKey);
      products.set(productKey, {
        productKey,
        name,
        cycle: charging.word,
        marketplace: (known?.marketplace ?? 0) + units,
        autotask: held.get(productKey) ?? 0,
      });
    }
    for (const [productKey, units] of held)
      if (units !== 0 && !products.has(productKey))
        products.set(productKey, {
          productKey,
          name: await this.productName(connection, productKey),
          cycle: '',
          marketplace: 0,
          autotask: units,
        });
    const gap = (one: ProductUnitsView): number => Math.abs(one.marketplace - one.autotask);
    const items = [...products.values()].sort(
      (a, b) => gap(b) - gap(a) || b.marketplace - a.marketplace || (a.productKey < b.productKey ? -1 : 1),
    );
    return {
      items: items.slice(0, SHOWN_PRODUCTS),
      total: items.length,
      differing: items.filter((one) => gap(one) > 0).length,
    };
  }

  private async sold({ id, installationId }: Connection): Promise<SoldProduct[]> {
    return await this.database.sql<SoldProduct>(
      `select item->>'productKey' as "productKey", max(item->>'name') as name,
              m.data->>'billingModel' as "billingModel", m.data->'billingPeriod' as "billingPeriod",
              m.data->'subscriptionPeriod' as "subscriptionPeriod", sum((item->>'quantity')::numeric)::int as units
       from subscription_mirror m cross join lateral jsonb_array_elements(m.data->'items') item
       where m.installation_id = ? and m.connection_id = ? and m.status in ('active', 'hold')
       group by 1, 3, 4, 5`,
      [installationId, id],
    );
  }

  private async productName({ id, installationId }: Connection, productKey: string): Promise<string> {
    const [row] = await this.database.sql<{ name: string }>(
      `select name from product_mirror where installation_id = ? and connection_id = ? and product_key = ?`,
      [installationId, id, productKey],
    );
    return row?.name ?? productKey;
  }

  /** Every subscription's amounts, added up. The tasks pass through in batches: only the sums are kept. */
  private async recurring(connection: Connection, months: string[]): Promise<InsightsView['recurring']> {
    const { id: connectionId, installationId, timeZone } = connection;
    const rows = await this.database.sql<{ id: string }>(
      `select distinct subscription_id as id from sync_task where installation_id = ? and connection_id = ? order by 1`,
      [installationId, connectionId],
    );
    const listPrices = await this.listPrices(connection);
    const sums = new Map<string, { marketplace: Decimal[]; autotask: Decimal[] }>(
      months.map((month) => [month, { marketplace: [], autotask: [] }]),
    );
    for (let from = 0; from < rows.length; from += BATCH) {
      const em = this.database.unit();
      const ids = rows.slice(from, from + BATCH).map(({ id }) => id);
      const tasks = await em.find(
        SyncTask,
        { installationId, connectionId, subscriptionId: { $in: ids } },
        { orderBy: { effectiveDate: 'asc', orderCreatedAt: 'asc', orderNumber: 'asc', id: 'asc' } },
      );
      const contracts = await contractsOfShares(em, connection, ids);
      const steps = await stepsOfContracts(em, connection, [...new Set([...contracts.values()].flat())]);
      for (const subscriptionId of ids) {
        const books = (contracts.get(subscriptionId) ?? []).flatMap((contract) => steps.get(contract) ?? []);
        const facts = {
          tasks: tasks.filter((task) => task.subscriptionId === subscriptionId).map((task) => tellingOf(task)),
          ledger: books.flatMap(({ ledger }) => ledger),
          prices: books.flatMap(({ prices }) => prices),
          listPrices,
          timeZone,
        };
        for (const { month, marketplace, autotask } of recurringAmounts(facts, months)) {
          sums.get(month)!.marketplace.push(marketplace);
          sums.get(month)!.autotask.push(autotask);
        }
      }
    }
    return [...sums].map(([month, { marketplace, autotask }]) => ({
      month,
      marketplace: cents(sum(marketplace)),
      autotask: cents(sum(autotask)),
    }));
  }

  private async listPrices({ id, installationId }: Connection): Promise<Map<string, Decimal>> {
    const rows = await this.database.sql<{ productKey: string; price: string | null }>(
      `select p.product_key as "productKey", s.data->>'unitPrice' as price
       from product_mapping p join service_mirror s
         on s.installation_id = p.installation_id and s.connection_id = p.connection_id and s.service_id = p.service_id
       where p.installation_id = ? and p.connection_id = ?`,
      [installationId, id],
    );
    return new Map(rows.flatMap(({ productKey, price }) => (price === null ? [] : [[productKey, price]])));
  }
}
