import type { Connection } from '../../installation/connection.entity.js';

/** What follows a check: its new tasks are planned, so that people see what each of them needs. */
export abstract class AfterCheck {
  /** @param subscriptionIds those with new or replaced tasks; never empty. */
  abstract replan(connection: Connection, subscriptionIds: string[]): Promise<void>;
}
