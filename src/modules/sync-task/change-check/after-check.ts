import type { Connection } from '../../installation/connection.entity.js';

/** What follows a check: its new tasks are planned, so that people see what each of them needs, and old lists are read. */
export abstract class AfterCheck {
  /** @param subscriptionIds those with new or replaced tasks; never empty. */
  abstract replan(connection: Connection, subscriptionIds: string[]): Promise<void>;

  /** After a sweep: mapping lists of another day are asked for again (FEATURES MAP-4). */
  abstract swept(connection: Connection): Promise<void>;
}
