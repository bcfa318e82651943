import { Injectable } from '@nestjs/common';
import type { AutotaskAdapter } from '../../../adapters/autotask/autotask.adapter.js';
import { profileOf, type CustomerProfile, type ProfileInput } from '../../../domain/mapping/customer-profile.js';
import type { Company, CompanyContact } from '../../../domain/autotask/entities.js';
import { Database } from '../../../platform/database/database.js';
import type { Connection } from '../../installation/connection.entity.js';
import { AutotaskCalls } from '../autotask-calls.service.js';
import type { ConnectionRef } from '../connection-ref.js';
import { groupBy } from '../group-by.js';
import { leading, tenant, window } from '../list-query.js';
import type { ImportableCompany, ImportablePage, ImportableQuery } from './import.dto.js';

/** A company as Autotask has it now, with its profile. */
export interface FreshProfile {
  company: Company;
  profile: CustomerProfile;
}

/** Customers of the reseller that may become customers of the marketplace: active, of that type, and not mapped. */
const IMPORTABLE = `
  from company_mirror k
  where k.installation_id = ? and k.connection_id = ? and k.is_active and k.company_id > 0
    and (k.data->>'companyType')::int = 1
    and not exists (
      select 1 from customer_mapping m
      where m.installation_id = k.installation_id and m.connection_id = k.connection_id and m.company_id = k.company_id)`;

/** Companies with what Autotask knows of them and their contacts (FEATURES MAP-5). */
@Injectable()
export class CompanyProfiles {
  constructor(
    private readonly database: Database,
    private readonly calls: AutotaskCalls,
  ) {}

  /** A page of importable companies with their profiles. Contacts are read live. @throws Problem as `AutotaskCalls.run`. */
  async page(connection: Connection, query: ImportableQuery): Promise<ImportablePage> {
    const pattern = leading(query.search ?? '');
    const from = `${IMPORTABLE} and (lower(k.name) like ? or lower(k.data->>'companyNumber') like ?)`;
    const bindings = [...tenant(connection), pattern, pattern];
    const [count] = await this.database.sql<{ total: number }>(`select count(*)::int as total ${from}`, bindings);
    const rows = await this.database.sql<{ data: Company }>(
      `select k.data ${from} order by lower(k.name), k.company_id limit ? offset ?`,
      [...bindings, ...window(query)],
    );
    const companies = rows.map(({ data }) => data);
    const profiles = await this.calls.run(connection, async (autotask) => await this.of(autotask, companies));
    const ids = companies.map(({ id }) => id);
    const last = ids.length === 0 ? [] : await this.lastImports(connection, ids);
    return {
      items: profiles.map(({ company, profile: { complete, missing, ...profile } }): ImportableCompany => {
        const row = last.find(({ companyId }) => companyId === company.id);
        return {
          companyId: company.id,
          name: company.name,
          number: company.companyNumber ?? null,
          profile,
          complete,
          missing,
          lastImport: row ? { state: row.state, code: row.code, message: row.message } : null,
        };
      }),
      total: count!.total,
      page: query.page,
      pageSize: query.pageSize,
    };
  }

  /** Ids and names of every importable company, by name. */
  async all(connection: ConnectionRef): Promise<{ id: number; name: string }[]> {
    return await this.database.sql(`select k.company_id as id, k.name ${IMPORTABLE} order by lower(k.name)`, [
      ...tenant(connection),
    ]);
  }

  /** Profiles from live contacts and countries. @throws AutotaskError. */
  async of(
    autotask: AutotaskAdapter,
    companies: readonly Company[],
    inputs: ReadonlyMap<number, ProfileInput> = new Map(),
  ): Promise<FreshProfile[]> {
    if (companies.length === 0) return [];
    const countries = new Map((await autotask.countries()).map(({ id, code }) => [id, code]));
    const contacts: Map<number, CompanyContact[]> = groupBy(
      await autotask.contactsByCompanies(companies.map(({ id }) => id)),
      ({ companyId }) => companyId,
    );
    return companies.map((company) => ({
      company,
      profile: profileOf(company, contacts.get(company.id) ?? [], (id) => countries.get(id), inputs.get(company.id)),
    }));
  }

  private async lastImports(connection: ConnectionRef, companyIds: number[]) {
    return await this.database.sql<{ companyId: number; state: string; code: string | null; message: string | null }>(
      `select company_id as "companyId", state, code, message from customer_import
       where installation_id = ? and connection_id = ? and company_id in (?)`,
      [...tenant(connection), companyIds],
    );
  }
}
