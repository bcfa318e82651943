import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Company } from '../../../domain/autotask/entities.js';
import { CompanyMatcher, type MatchCandidate, type MatchDoubt } from '../../../domain/mapping/company-match.js';
import { resolveSuggestions, type Ambiguity } from '../../../domain/mapping/customer-suggestions.js';
import type { Customer } from '../../../domain/marketplace/customer.js';
import { Database, type Unit } from '../../../platform/database/database.js';
import type { ConnectionRef } from '../connection-ref.js';
import { noteSize } from '../mirror-writer.js';
import { lockMappings } from '../save/change-lock.js';
import { noteStandings } from './customer-standings.js';

/** A refresh of many customers must not keep the process from answering: so many are compared at a time. */
const COMPARED_AT_A_TIME = 25;
/** Rows of one insert, as in the mirrors. */
const ROWS_PER_STATEMENT = 400;

/** A stored candidate, as far as choosing what to show needs it. */
interface StoredCandidate {
  customerId: string;
  companyId: number;
  strength: number;
  exact: boolean;
  doubts: MatchDoubt[];
  shown: boolean;
  ambiguousBecause: Ambiguity[];
}

/**
 * Keeps the stored suggestions of a connection (FEATURES MAP-2): `recompute` compares all names after a refresh,
 * `resolve` decides what is shown after each change of a mapping.
 */
@Injectable()
export class CustomerSuggestions {
  constructor(private readonly database: Database) {}

  /** Compares every active customer with every active company and stores the outcome. Safe to repeat. */
  async recompute(connection: ConnectionRef): Promise<void> {
    const tenant = [connection.installationId, connection.id];
    const customers = await this.database.sql<{ data: Customer }>(
      `select data from customer_mirror where installation_id = ? and connection_id = ? and is_active order by customer_id`,
      tenant,
    );
    const companies = await this.database.sql<{ data: Company }>(
      `select data from company_mirror where installation_id = ? and connection_id = ? and is_active order by company_id`,
      tenant,
    );
    const candidates = await compare(customers, companies);
    await this.database.transaction(async (em) => {
      await lockMappings(em, connection);
      await replaceCandidates(em, connection, candidates);
      await this.resolve(em, connection);
      await noteStandings(em, connection);
    });
  }

  /**
   * Decides anew which candidates are shown. Call it with the lock of `lockMappings`.
   *
   * @returns the customers whose suggestions changed; their standing has to be noted.
   */
  async resolve(em: Unit, connection: ConnectionRef): Promise<string[]> {
    const tenant = [connection.installationId, connection.id];
    const stored = await em.execute<StoredCandidate[]>(
      `select s.customer_id as "customerId", s.company_id as "companyId", s.strength, s.exact, s.doubts, s.shown,
              s.ambiguous_because as "ambiguousBecause"
       from customer_suggestion s where s.installation_id = ? and s.connection_id = ?`,
      tenant,
    );
    if (stored.length === 0) return [];
    const pairs = async (table: 'customer_mapping' | 'suggestion_rejection') =>
      await em.execute<{ customerId: string; companyId: number }[]>(
        `select customer_id as "customerId", company_id as "companyId" from "${table}"
         where installation_id = ? and connection_id = ?`,
        tenant,
      );
    const shown = new Map(
      resolveSuggestions(
        stored.map((one) => ({ ...one, strength: one.strength / 10 })),
        await pairs('customer_mapping'),
        await pairs('suggestion_rejection'),
      ).map((one) => [`${one.companyId} ${one.customerId}`, one.ambiguousBecause]),
    );
    const changed = stored.flatMap((one) => {
      const ambiguousBecause = shown.get(`${one.companyId} ${one.customerId}`);
      const now = { shown: ambiguousBecause !== undefined, ambiguousBecause: ambiguousBecause ?? [] };
      return now.shown === one.shown && now.ambiguousBecause.join() === one.ambiguousBecause.join()
        ? []
        : [{ customerId: one.customerId, companyId: one.companyId, ...now }];
    });
    if (changed.length === 0) return [];
    await em.execute(
      `update customer_suggestion s set shown = r.shown, ambiguous_because = r."ambiguousBecause"
       from jsonb_to_recordset(?::jsonb) as r("customerId" text, "companyId" int, shown boolean, "ambiguousBecause" jsonb)
       where s.installation_id = ? and s.connection_id = ? and s.customer_id = r."customerId" and s.company_id = r."companyId"`,
      [JSON.stringify(changed), ...tenant],
    );
    return [...new Set(changed.map(({ customerId }) => customerId))];
  }
}

async function compare(
  customers: readonly { data: Customer }[],
  companies: readonly { data: Company }[],
): Promise<MatchCandidate[]> {
  const matcher = new CompanyMatcher(
    customers.map(({ data }) => data),
    companies.map(({ data }) => data),
  );
  const candidates: MatchCandidate[] = [];
  for (let at = 0; at < matcher.size; at++) {
    if (at % COMPARED_AT_A_TIME === 0) await setImmediate();
    candidates.push(...matcher.candidatesOf(at));
  }
  return candidates;
}

async function replaceCandidates(
  em: Unit,
  connection: ConnectionRef,
  candidates: readonly MatchCandidate[],
): Promise<void> {
  const tenant = [connection.installationId, connection.id];
  await em.execute('delete from customer_suggestion where installation_id = ? and connection_id = ?', tenant);
  for (let at = 0; at < candidates.length; at += ROWS_PER_STATEMENT)
    await em.execute(
      `insert into customer_suggestion
         (id, installation_id, connection_id, customer_id, company_id, score, strength, exact, reasons, doubts, ambiguous_because)
       select gen_random_uuid(), ?, ?, r."customerId", r."companyId", r.score, r.strength, r.exact, r.reasons, r.doubts, '[]'
       from jsonb_to_recordset(?::jsonb) as r("customerId" text, "companyId" int, score int, strength int, exact boolean,
         reasons jsonb, doubts jsonb)`,
      [
        ...tenant,
        JSON.stringify(
          candidates.slice(at, at + ROWS_PER_STATEMENT).map((one) => ({
            ...one,
            score: Math.round(one.score * 100),
            strength: Math.round(one.strength * 10),
          })),
        ),
      ],
    );
  await noteSize(em, 'customer_suggestion', candidates.length);
}
