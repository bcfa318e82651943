import { Injectable } from '@nestjs/common';
import { contractProblem, type MappingProblem } from '../../../domain/mapping/mapping-health.js';
import { Database } from '../../../platform/database/database.js';
import { ConnectionAccess } from '../../installation/connection-access.service.js';
import type { Connection } from '../../installation/connection.entity.js';

/** Looks after the contracts that subscriptions are mapped to: they have no mirror (FEATURES MAP-4, MAP-9). */
@Injectable()
export class ContractHealth {
  constructor(
    private readonly database: Database,
    private readonly access: ConnectionAccess,
  ) {}

  /**
   * Reads every mapped contract and notes which of them is gone, inactive or renamed. A contract whose name was never
   * known gets the one it has.
   *
   * @returns how many were read. @throws AutotaskError.
   */
  async refresh(connection: Connection): Promise<number> {
    const tenant = [connection.installationId, connection.id];
    const mapped = await this.database.sql<{
      id: string;
      contract_id: number;
      contract_name: string | null;
      broken_because: MappingProblem | null;
    }>(
      `select id, contract_id, contract_name, broken_because from subscription_mapping
       where installation_id = ? and connection_id = ?`,
      tenant,
    );
    if (mapped.length === 0) return 0;
    const autotask = (await this.access.autotask(connection)).forRefreshing();
    const contracts = await autotask.contractsByIds(mapped.map((row) => row.contract_id));
    const byId = new Map(contracts.map((contract) => [contract.id, contract]));
    const changed = mapped.flatMap((row) => {
      const contract = byId.get(row.contract_id);
      const problem =
        contractProblem({
          id: row.contract_id,
          nameThen: row.contract_name,
          now: contract && { name: contract.name.slice(0, 200), isActive: contract.isActive },
        }) ?? null;
      const name = row.contract_name ?? contract?.name.slice(0, 200) ?? null;
      const isSo = problem?.code === row.broken_because?.code && problem?.message === row.broken_because?.message;
      return isSo && name === row.contract_name ? [] : [{ id: row.id, contractId: row.contract_id, name, problem }];
    });
    if (changed.length > 0)
      await this.database.sql(
        `update subscription_mapping m set contract_name = r.name, broken_because = r.problem
         from jsonb_to_recordset(?::jsonb) as r(id uuid, "contractId" int, name text, problem jsonb)
         where m.installation_id = ? and m.connection_id = ? and m.id = r.id and m.contract_id = r."contractId"`,
        [JSON.stringify(changed), ...tenant],
      );
    return contracts.length;
  }
}
