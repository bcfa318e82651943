import { Injectable, Logger } from '@nestjs/common';
import type { Connection } from '../installation/connection.entity.js';

/** What a mapping change touched; an absent list says nothing about that kind. */
export interface MappingChange {
  customerIds?: string[];
  productKeys?: string[];
  subscriptionIds?: string[];
  /** Fee mappings changed: every task with a charge may be affected. */
  fees?: boolean;
  /** Records of both sides were read again: what was missing, inactive or renamed may be right now (MAP-4). */
  records?: boolean;
}

/** Told after the change is committed. May be slow or fail; it must be safe to be told twice. */
export type MappingListener = (connection: Connection, change: MappingChange) => Promise<void>;

/**
 * Tells other modules that mappings changed, so that waiting tasks are planned again, without depending on them. A lost
 * call is no harm: a plan always reads the mappings afresh.
 */
@Injectable()
export class MappingChanges {
  private readonly logger = new Logger(MappingChanges.name);
  private readonly listeners: MappingListener[] = [];

  /** Adds a listener for the life of the process. */
  subscribe(listener: MappingListener): void {
    this.listeners.push(listener);
  }

  /** Tells every listener; resolves when all are done. A listener's failure is logged and stays here: the change stands. */
  async changed(connection: Connection, change: MappingChange): Promise<void> {
    const results = await Promise.allSettled(this.listeners.map((listener) => listener(connection, change)));
    for (const result of results)
      if (result.status === 'rejected')
        this.logger.error(
          { err: result.reason as unknown, connectionId: connection.id },
          'tasks were not planned again',
        );
  }
}
