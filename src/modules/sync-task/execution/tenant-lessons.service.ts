import { Injectable } from '@nestjs/common';
import type { PlannedOperation } from '../../../domain/sync-plan/sync-plan.js';
import { Database } from '../../../platform/database/database.js';
import type { Connection } from '../../installation/connection.entity.js';
import type { Lesson } from './write-outcome.js';

/** Remembers what a refusal says about the tenant, so that the next plan does otherwise (DESIGN §6 Not open, Money). */
@Injectable()
export class TenantLessons {
  constructor(private readonly database: Database) {}

  /**
   * Stores a lesson with the connection's capabilities and in the given entity.
   *
   * @returns false when it is known already: planning again would lead to the same refusal.
   */
  async learn(
    connection: Connection,
    lesson: Lesson,
    operation: PlannedOperation,
    contractServiceId: number | undefined,
  ): Promise<boolean> {
    const { capabilities } = connection;
    switch (lesson) {
      case 'adjustPosted':
      case 'negativeCharge':
        if (capabilities[lesson] === 'refuse') return false;
        await this.store(connection, `capabilities || ?::jsonb`, { [lesson]: 'refuse' });
        connection.capabilities = { ...capabilities, [lesson]: 'refuse' };
        return true;
      case 'refusedDate': {
        if (!('date' in operation) || contractServiceId === undefined) return false;
        const refused = { contractServiceId, date: operation.date };
        const known = capabilities.refusedDates ?? [];
        if (known.some((each) => each.contractServiceId === contractServiceId && each.date === refused.date))
          return false;
        await this.store(
          connection,
          `jsonb_set(capabilities, '{refusedDates}', coalesce(capabilities->'refusedDates', '[]'::jsonb) || ?::jsonb)`,
          refused,
        );
        connection.capabilities = { ...capabilities, refusedDates: [...known, refused] };
        return true;
      }
    }
  }

  /** In one statement, so that two lanes that learn at once lose nothing. */
  private async store(connection: Connection, expression: string, value: unknown): Promise<void> {
    await this.database.sql(`update connection set capabilities = ${expression} where installation_id = ? and id = ?`, [
      JSON.stringify(value),
      connection.installationId,
      connection.id,
    ]);
  }
}
