import { Injectable } from '@nestjs/common';
import type { FeeKind, FeeMappingFacts } from '../../domain/sync-plan/sync-facts.js';
import type { Unit } from '../../platform/database/database.js';
import { ActionLog } from '../notification/action-log.service.js';
import type { ConnectionRef } from './connection-ref.js';

/**
 * What plans and pushes ask about mappings. Reads say what is mapped, not whether it is still usable: a push re-reads
 * the company, the service and the contract (DESIGN §5). Every method works in the caller's unit of work.
 */
@Injectable()
export class MappingService {
  constructor(private readonly log: ActionLog) {}

  /** Ids of the companies mapped to a customer, ascending; empty = unmapped. */
  async companiesOf(em: Unit, connection: ConnectionRef, customerId: string): Promise<number[]> {
    const rows = await em.execute<{ company_id: number }[]>(
      `select company_id from customer_mapping
       where installation_id = ? and connection_id = ? and customer_id = ? order by company_id`,
      [connection.installationId, connection.id, customerId],
    );
    return rows.map((row) => row.company_id);
  }

  /** The mapped service of each of these products; a product without one is missing from the map. */
  async servicesOf(em: Unit, connection: ConnectionRef, productKeys: string[]): Promise<Map<string, number>> {
    if (productKeys.length === 0) return new Map();
    const rows = await em.execute<{ product_key: string; service_id: number }[]>(
      `select product_key, service_id from product_mapping
       where installation_id = ? and connection_id = ? and product_key in (?)`,
      [connection.installationId, connection.id, productKeys],
    );
    return new Map(rows.map((row) => [row.product_key, row.service_id]));
  }

  /** Every fee mapping of the connection; one with a product key counts before the one without. */
  async feesOf(em: Unit, connection: ConnectionRef): Promise<FeeMappingFacts[]> {
    const rows = await em.execute<
      {
        fee_kind: FeeKind;
        product_key: string | null;
        billing_code_id: number | null;
        autotask_product_id: number | null;
        target_name: string | null;
      }[]
    >(
      `select fee_kind, product_key, billing_code_id, autotask_product_id, target_name from fee_mapping
       where installation_id = ? and connection_id = ?
         and (billing_code_id is not null or autotask_product_id is not null)
       order by fee_kind, product_key nulls last`,
      [connection.installationId, connection.id],
    );
    return rows.map((row) => ({
      feeKind: row.fee_kind,
      ...(row.product_key === null ? {} : { productKey: row.product_key }),
      ...(row.billing_code_id === null ? {} : { billingCodeId: row.billing_code_id }),
      ...(row.autotask_product_id === null ? {} : { autotaskProductId: row.autotask_product_id }),
      ...(row.target_name === null ? {} : { nameThen: row.target_name }),
    }));
  }

  /** The contract a subscription is mapped to. */
  async contractOf(em: Unit, connection: ConnectionRef, subscriptionId: string): Promise<number | undefined> {
    const [row] = await em.execute<{ contract_id: number }[]>(
      `select contract_id from subscription_mapping
       where installation_id = ? and connection_id = ? and subscription_id = ?`,
      [connection.installationId, connection.id, subscriptionId],
    );
    return row?.contract_id;
  }

  /**
   * Maps a subscription to its one contract, instead of whichever it had, and logs it in the same unit of work. Asking
   * for what is already so changes nothing, but that the contract's present name is taken for right (MAP-4). Whether the contract suits and whether units stand on another one is the
   * caller's question (FEATURES MAP-9).
   *
   * @param by host user id, or `automatic`. @param contractName for lists, where the caller knows it.
   */
  async setContract(
    em: Unit,
    connection: ConnectionRef,
    subscriptionId: string,
    contractId: number,
    by: string,
    contractName?: string,
  ): Promise<void> {
    const before = await this.contractOf(em, connection, subscriptionId);
    const name = contractName?.slice(0, 200) ?? null;
    if (before === contractId) {
      await em.execute(
        `update subscription_mapping set contract_name = ?, broken_because = null
         where installation_id = ? and connection_id = ? and subscription_id = ?
           and (broken_because is not null or contract_name is distinct from ?)`,
        [name, connection.installationId, connection.id, subscriptionId, name],
      );
      return;
    }
    await em.execute(
      `insert into subscription_mapping
         (id, installation_id, connection_id, subscription_id, contract_id, contract_name, mapped_by, mapped_at, version)
       values (gen_random_uuid(), ?, ?, ?, ?, ?, ?, clock_timestamp(), 1)
       on conflict (installation_id, connection_id, subscription_id) do update
         set contract_id = excluded.contract_id, contract_name = excluded.contract_name, broken_because = null,
             mapped_by = excluded.mapped_by, mapped_at = excluded.mapped_at, version = subscription_mapping.version + 1`,
      [connection.installationId, connection.id, subscriptionId, contractId, name, by],
    );
    await this.log.record(
      {
        installationId: connection.installationId,
        connectionId: connection.id,
        actor: by,
        category: 'mapping',
        action: 'subscription.contract.mapped',
        outcome: 'ok',
        message: `Subscription ${subscriptionId} is mapped to ${contractName ? `contract "${contractName}"` : `contract ${contractId}`}.`,
        subscriptionId,
        before: before === undefined ? null : { contractId: before },
        after: { contractId },
      },
      em,
    );
  }
}
