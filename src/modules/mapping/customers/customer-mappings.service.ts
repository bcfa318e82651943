import { Injectable } from '@nestjs/common';
import {
  examineCustomerSave,
  type CustomerChange,
  type CustomerSaveVerdict,
  type PresentCustomers,
} from '../../../domain/mapping/customer-save.js';
import { OPEN_STATES } from '../../../domain/sync-task/sync-task-state.js';
import { Database, type Unit } from '../../../platform/database/database.js';
import { sqlList } from '../../../platform/database/sql-list.js';
import { notFound } from '../../../platform/http/problem.js';
import type { Connection } from '../../installation/connection.entity.js';
import { ActionLog } from '../../notification/action-log.service.js';
import type { ConnectionRef } from '../connection-ref.js';
import { groupBy } from '../group-by.js';
import { MappingChanges } from '../mapping-changes.js';
import { noteSize } from '../mirror-writer.js';
import { CustomerMirror } from '../mirror.entities.js';
import { lockMappings } from '../save/change-lock.js';
import { refusal, type RefusedRow } from '../save/refused-rows.js';
import { CustomerList } from './customer-list.service.js';
import { noteStandings } from './customer-standings.js';
import { CustomerSuggestions } from './customer-suggestions.service.js';
import type { CustomerMappingChange, CustomerRow, CustomerSaveEffect, CustomerSaveResult } from './customer.dto.js';

/** Saves customers' mappings: all rows or none (FEATURES MAP-1 to MAP-4). */
@Injectable()
export class CustomerMappings {
  constructor(
    private readonly database: Database,
    private readonly log: ActionLog,
    private readonly list: CustomerList,
    private readonly changes: MappingChanges,
    private readonly suggestions: CustomerSuggestions,
  ) {}

  /**
   * Applies the rows together. A row that is already so changes nothing and is never a conflict, so a save may be sent
   * again. To change a customer's company, unmap the old and map the new one in one save. Mapping a pair takes back its
   * rejection.
   *
   * @param by host user id.
   * @throws Problem naming every refused row (`rows`), and then nothing was changed. Codes: MAPPING_CONFLICT (changed
   * since the given version), CUSTOMER_UNKNOWN, COMPANY_UNKNOWN, CUSTOMER_INACTIVE, COMPANY_INACTIVE, MANY_TO_MANY,
   * ROW_TWICE, SUGGESTION_MAPPED; MAPPING_REFUSED when they differ.
   */
  async save(connection: Connection, rows: CustomerMappingChange[], by: string): Promise<CustomerSaveResult> {
    const changed = await this.database.transaction(async (em) => {
      await lockMappings(em, connection);
      return await this.saveIn(em, connection, rows, by);
    });
    await this.saved(connection, changed);
    return {
      changed: changed.length,
      unchanged: rows.length - changed.length,
      items: await this.list.rows(connection, [...new Set(rows.map(({ customerId }) => customerId))]),
      affected: await this.affected(connection, changed),
    };
  }

  /**
   * The same in the caller's transaction, which holds `lockMappings`. Call `saved` after the commit.
   *
   * @returns the rows that changed something. @throws as `save`.
   */
  async saveIn(
    em: Unit,
    connection: Connection,
    rows: readonly CustomerChange[],
    by: string,
  ): Promise<CustomerChange[]> {
    const present = await this.present(em, connection, rows);
    const verdict = examineCustomerSave(rows, present);
    if (verdict.refused.length > 0)
      throw refusal(
        verdict.refused.map((row) => ({ ...row })),
        rows.length,
      );
    if (verdict.effective.length === 0) return [];
    await this.apply(em, connection, verdict.effective, by);
    await this.record(em, connection, verdict, present, by);
    await noteSize(em, 'customer_mapping', verdict.effective.length);
    const moved = await this.suggestions.resolve(em, connection, {
      customerIds: verdict.effective.map(({ customerId }) => customerId),
      companyIds: verdict.effective.map(({ companyId }) => companyId),
    });
    await noteStandings(em, connection, [...new Set([...moved, ...verdict.effective.map((row) => row.customerId)])]);
    return verdict.effective;
  }

  /** The rows a save would refuse, and why. */
  async refusals(connection: Connection, rows: readonly CustomerChange[]): Promise<RefusedRow[]> {
    const present = await this.database.transaction(async (em) => await this.present(em, connection, rows));
    return examineCustomerSave(rows, present).refused.map((row) => ({ ...row }));
  }

  /** `save` without the rows in the answer, for thousands of them. @returns how many changed something. */
  async saveAll(connection: Connection, rows: readonly CustomerChange[], by: string): Promise<number> {
    const changed = await this.database.transaction(async (em) => {
      await lockMappings(em, connection);
      return await this.saveIn(em, connection, rows, by);
    });
    await this.saved(connection, changed);
    return changed.length;
  }

  /** Tells who waits for mappings; after the commit. */
  async saved(connection: Connection, changed: readonly CustomerChange[]): Promise<void> {
    const touched = changed.filter(changesMapping).map(({ customerId }) => customerId);
    if (touched.length > 0) await this.changes.changed(connection, { customerIds: [...new Set(touched)] });
  }

  /**
   * What a save would do, without doing it: the rows that would change something, and what depends on the customers that
   * would lose a company. @throws Problem as `save`.
   */
  async preview(connection: Connection, rows: CustomerMappingChange[]): Promise<CustomerSaveResult> {
    const { effective, refused } = await this.database.transaction(async (em) =>
      examineCustomerSave(rows, await this.present(em, connection, rows)),
    );
    if (refused.length > 0)
      throw refusal(
        refused.map((row) => ({ ...row })),
        rows.length,
      );
    return {
      changed: effective.length,
      unchanged: rows.length - effective.length,
      items: await this.list.rows(connection, [...new Set(rows.map(({ customerId }) => customerId))]),
      affected: await this.affected(connection, effective),
    };
  }

  /** Subscriptions and open tasks of customers that lose a company: what waits until they have one again. */
  private async affected(connection: Connection, changes: readonly CustomerChange[]): Promise<CustomerSaveEffect> {
    const customerIds = [...new Set(changes.filter(({ action }) => action === 'unmap').map((row) => row.customerId))];
    if (customerIds.length === 0) return { customers: 0, subscriptions: 0, openTasks: 0 };
    const tenant = [connection.installationId, connection.id, customerIds];
    const [row] = await this.database.sql<{ subscriptions: number; tasks: number }>(
      `select (select count(*) from subscription_mirror s
               where s.installation_id = ? and s.connection_id = ? and s.customer_id in (?) and s.is_active)::int as subscriptions,
              (select count(*) from sync_task t
               where t.installation_id = ? and t.connection_id = ? and t.customer_id in (?)
                 and t.state in (${sqlList(OPEN_STATES)}))::int as tasks`,
      [...tenant, ...tenant],
    );
    return { customers: customerIds.length, subscriptions: row!.subscriptions, openTasks: row!.tasks };
  }

  /** Switches automatic processing for one customer (FEATURES INS-5). @throws Problem NOT_FOUND. */
  async setAutoSync(connection: Connection, customerId: string, autoSync: boolean, by: string): Promise<CustomerRow> {
    const where = { installationId: connection.installationId, connectionId: connection.id, customerId };
    await this.database.transaction(async (em) => {
      const customer = await em.findOne(CustomerMirror, where);
      if (!customer) throw notFound('The customer');
      if (customer.autoSync === autoSync) return;
      customer.autoSync = autoSync;
      await this.log.record(
        {
          installationId: connection.installationId,
          connectionId: connection.id,
          actor: by,
          category: 'settings',
          action: 'customer.autoSync',
          outcome: 'ok',
          message: `Automatic processing of ${customer.name} is ${autoSync ? 'on' : 'off'}.`,
          customerId,
          before: { autoSync: !autoSync },
          after: { autoSync },
        },
        em,
      );
    });
    return await this.list.row(connection, customerId);
  }

  private async present(
    em: Unit,
    connection: ConnectionRef,
    rows: readonly CustomerChange[],
  ): Promise<PresentCustomers> {
    const tenant = [connection.installationId, connection.id];
    const customerIds = new Set(rows.map(({ customerId }) => customerId));
    const companyIds = new Set(rows.map(({ companyId }) => companyId));
    // Neighbours too: a refusal names the other customer or company that is in the way.
    const own = 'm.installation_id = ? and m.connection_id = ?';
    const pairs = (
      await em.execute<{ customer_id: string; company_id: number; renamed: boolean }[]>(
        `with near as (
           select m.customer_id, m.company_id from customer_mapping m
           where ${own} and (m.customer_id in (?) or m.company_id in (?)))
         select m.customer_id, m.company_id, m.renamed from customer_mapping m
         where ${own} and (m.customer_id in (select customer_id from near) or m.company_id in (select company_id from near))`,
        [...tenant, [...customerIds], [...companyIds], ...tenant],
      )
    ).map((row) => ({ customerId: row.customer_id, companyId: row.company_id, renamed: row.renamed }));
    for (const pair of pairs) {
      customerIds.add(pair.customerId);
      companyIds.add(pair.companyId);
    }
    const customers = await em.execute<{ id: string; name: string; active: boolean; version: number }[]>(
      `select customer_id as id, name, is_active as active, mapping_version as version from customer_mirror
       where installation_id = ? and connection_id = ? and customer_id in (?)`,
      [...tenant, [...customerIds]],
    );
    const companies = await em.execute<{ id: number; name: string; active: boolean }[]>(
      `select company_id as id, name, is_active as active from company_mirror
       where installation_id = ? and connection_id = ? and company_id in (?)`,
      [...tenant, [...companyIds]],
    );
    const rejected = await em.execute<{ customer_id: string; company_id: number }[]>(
      `select customer_id, company_id from suggestion_rejection
       where installation_id = ? and connection_id = ? and customer_id in (?)`,
      [...tenant, [...customerIds]],
    );
    return {
      customers: new Map(customers.map((row) => [row.id, row])),
      companies: new Map(companies.map((row) => [row.id, row])),
      pairs,
      rejected: rejected.map((row) => ({ customerId: row.customer_id, companyId: row.company_id })),
    };
  }

  private async apply(em: Unit, connection: ConnectionRef, changes: CustomerChange[], by: string): Promise<void> {
    const tenant = [connection.installationId, connection.id];
    const record = 'jsonb_to_recordset(?::jsonb) as r("customerId" text, "companyId" int, action text)';
    const list = JSON.stringify(changes);
    await em.execute(
      `delete from customer_mapping m using ${record}
       where m.installation_id = ? and m.connection_id = ? and r.action = 'unmap'
         and m.customer_id = r."customerId" and m.company_id = r."companyId"`,
      [list, ...tenant],
    );
    await em.execute(
      `insert into customer_mapping
         (id, installation_id, connection_id, customer_id, company_id, customer_name, company_name, mapped_by, mapped_at)
       select gen_random_uuid(), c.installation_id, c.connection_id, c.customer_id, k.company_id, c.name, k.name, ?,
              clock_timestamp()
       from ${record}
       join customer_mirror c on c.customer_id = r."customerId"
       join company_mirror k on k.installation_id = c.installation_id and k.connection_id = c.connection_id
        and k.company_id = r."companyId"
       where c.installation_id = ? and c.connection_id = ? and r.action = 'map'
       on conflict (installation_id, connection_id, customer_id, company_id) do update
         set customer_name = excluded.customer_name, company_name = excluded.company_name, renamed = false,
             mapped_by = excluded.mapped_by, mapped_at = excluded.mapped_at`,
      [by, list, ...tenant],
    );
    await em.execute(
      `insert into suggestion_rejection (id, installation_id, connection_id, customer_id, company_id, rejected_by, rejected_at)
       select gen_random_uuid(), ?, ?, r."customerId", r."companyId", ?, clock_timestamp() from ${record}
       where r.action = 'reject'`,
      [...tenant, by, list],
    );
    await em.execute(
      `delete from suggestion_rejection m using ${record}
       where m.installation_id = ? and m.connection_id = ? and r.action in ('map', 'restore')
         and m.customer_id = r."customerId" and m.company_id = r."companyId"`,
      [list, ...tenant],
    );
    await em.execute(
      `update customer_mirror c set mapping_version = c.mapping_version + 1
       where c.installation_id = ? and c.connection_id = ? and c.customer_id in (select r."customerId" from ${record} where r.action in ('map', 'unmap'))`,
      [...tenant, list],
    );
    await em.execute(
      `update customer_mapping m set version = c.mapping_version
       from customer_mirror c
       where m.installation_id = ? and m.connection_id = ? and c.installation_id = m.installation_id
         and c.connection_id = m.connection_id and c.customer_id = m.customer_id
         and c.customer_id in (select r."customerId" from ${record})`,
      [...tenant, list],
    );
  }

  /** One entry a customer: what it had and what it has (FEATURES LOG-1). */
  private async record(
    em: Unit,
    connection: ConnectionRef,
    { effective, after }: CustomerSaveVerdict,
    present: PresentCustomers,
    by: string,
  ): Promise<void> {
    const common = {
      installationId: connection.installationId,
      connectionId: connection.id,
      actor: by,
      category: 'mapping',
      outcome: 'ok',
    } as const;
    const companyName = (id: number) => present.companies.get(id)?.name ?? String(id);
    const before = companiesByCustomer(present.pairs);
    const now = companiesByCustomer(after);
    for (const [customerId, changes] of groupBy(effective, (change) => change.customerId)) {
      const name = present.customers.get(customerId)?.name ?? customerId;
      const companyIds = now.get(customerId) ?? [];
      if (changes.some(changesMapping))
        await this.log.record(
          {
            ...common,
            action: companyIds.length === 0 ? 'customer.unmapped' : 'customer.mapped',
            message:
              companyIds.length === 0
                ? `${name} is no longer mapped to any company.`
                : `${name} is mapped to ${companyIds.map(companyName).join(', ')}.`,
            customerId,
            before: { companyIds: before.get(customerId) ?? [] },
            after: { companyIds },
          },
          em,
        );
      for (const { action, companyId } of changes)
        if (action === 'reject' || action === 'restore')
          await this.log.record(
            {
              ...common,
              action: action === 'reject' ? 'customer.suggestion.rejected' : 'customer.suggestion.restored',
              message:
                action === 'reject'
                  ? `${companyName(companyId)} is not ${name}; it is not suggested again.`
                  : `${companyName(companyId)} may be suggested for ${name} again.`,
              customerId,
              after: { companyId },
            },
            em,
          );
    }
  }
}

const changesMapping = ({ action }: CustomerChange): boolean => action === 'map' || action === 'unmap';

function companiesByCustomer(pairs: readonly { customerId: string; companyId: number }[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const [customerId, own] of groupBy(pairs, (pair) => pair.customerId))
    found.set(
      customerId,
      own.map(({ companyId }) => companyId).sort((a, b) => a - b),
    );
  return found;
}
