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
      const shown = shownOf(candidates, await pairsOf(em, connection), await pairsOf(em, connection, 'rejected'));
      await replaceCandidates(em, connection, candidates, shown);
      await noteStandings(em, connection);
      // Only now do the rows look as lists find them.
      await noteSize(em, 'customer_suggestion', candidates.length);
      await noteSize(em, 'customer_mirror', customers.length);
    });
  }

  /**
   * Decides anew which candidates are shown. Call it with the lock of `lockMappings`.
   *
   * @param touched customers and companies whose mappings or rejections changed: only what they can have changed is
   * looked at, which is theirs, their rivals' and those rivals' other candidates.
   * @returns the customers whose suggestions changed; their standing has to be noted.
   */
  async resolve(em: Unit, connection: ConnectionRef, touched: Touched): Promise<string[]> {
    const own = [connection.installationId, connection.id];
    const { loaded, affected } = await around(em, connection, touched);
    const stored = loaded.filter(({ customerId }) => affected.has(customerId));
    if (stored.length === 0) return [];
    const of = {
      customerIds: [...new Set(loaded.map(({ customerId }) => customerId))],
      companyIds: [...new Set(loaded.map(({ companyId }) => companyId))],
    };
    const shown = shownOf(
      loaded.map((one) => ({ ...one, strength: one.strength / 10 })),
      await pairsOf(em, connection, 'mapped', of),
      await pairsOf(em, connection, 'rejected', of),
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
      [JSON.stringify(changed), ...own],
    );
    return [...new Set(changed.map(({ customerId }) => customerId))];
  }
}

/** Whose mappings or rejections changed. */
export interface Touched {
  customerIds: readonly string[];
  companyIds: readonly number[];
}

/**
 * The customers of whom some candidate may be shown otherwise now, and the candidates of all without whom theirs cannot
 * be judged: what is shown of a customer depends on the best of each of its companies, and that on the best of each
 * customer who wants it.
 *
 * Step by step, because nobody tells the database how few rows each step finds.
 */
async function around(
  em: Unit,
  connection: ConnectionRef,
  { customerIds, companyIds }: Touched,
): Promise<{ loaded: StoredCandidate[]; affected: Set<string> }> {
  const find = async <T>(columns: string, condition: string, ...lists: (readonly unknown[])[]): Promise<T[]> =>
    lists.every(({ length }) => length === 0)
      ? []
      : await em.execute<T[]>(
          `select ${columns} from customer_suggestion s where s.installation_id = ? and s.connection_id = ? and ${condition}`,
          [connection.installationId, connection.id, ...lists.map((list) => [...list])],
        );
  const customersOf = async (companies: readonly number[]): Promise<string[]> =>
    (await find<{ id: string }>('distinct s.customer_id as id', 's.company_id in (?)', companies)).map(({ id }) => id);
  const companiesOf = async (customers: readonly string[]): Promise<number[]> =>
    (await find<{ id: number }>('distinct s.company_id as id', 's.customer_id in (?)', customers)).map(({ id }) => id);

  const wanting = [...customerIds, ...(await customersOf(companyIds))];
  const affected = await customersOf(await companiesOf(wanting));
  const rivals = await customersOf(await companiesOf(affected));
  const loaded = await find<StoredCandidate>(
    `s.customer_id as "customerId", s.company_id as "companyId", s.strength, s.exact, s.doubts, s.shown,
     s.ambiguous_because as "ambiguousBecause"`,
    's.customer_id in (?)',
    rivals,
  );
  return { loaded, affected: new Set(affected) };
}

interface Pair {
  customerId: string;
  companyId: number;
}

/** Mapped or rejected pairs: all, or those of some customers and companies. */
async function pairsOf(
  em: Unit,
  connection: ConnectionRef,
  which: 'mapped' | 'rejected' = 'mapped',
  of?: Touched,
): Promise<Pair[]> {
  return await em.execute<Pair[]>(
    `select customer_id as "customerId", company_id as "companyId"
     from ${which === 'mapped' ? 'customer_mapping' : 'suggestion_rejection'}
     where installation_id = ? and connection_id = ? ${of ? 'and (customer_id in (?) or company_id in (?))' : ''}`,
    [connection.installationId, connection.id, ...(of ? [of.customerIds, of.companyIds] : [])],
  );
}

/** Why each shown candidate is ambiguous, by pair; a candidate that is not shown is missing. */
function shownOf(
  candidates: readonly Pick<MatchCandidate, 'customerId' | 'companyId' | 'strength' | 'exact' | 'doubts'>[],
  mapped: readonly Pair[],
  rejected: readonly Pair[],
): Map<string, Ambiguity[]> {
  return new Map(
    resolveSuggestions(candidates, mapped, rejected).map((one) => [
      `${one.companyId} ${one.customerId}`,
      one.ambiguousBecause,
    ]),
  );
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
  // As they are stored: what is shown must not depend on who decides it.
  return candidates.map((one) => ({ ...one, strength: Math.round(one.strength * 10) / 10 }));
}

async function replaceCandidates(
  em: Unit,
  connection: ConnectionRef,
  candidates: readonly MatchCandidate[],
  shown: ReadonlyMap<string, Ambiguity[]>,
): Promise<void> {
  const tenant = [connection.installationId, connection.id];
  await em.execute('delete from customer_suggestion where installation_id = ? and connection_id = ?', tenant);
  for (let at = 0; at < candidates.length; at += ROWS_PER_STATEMENT)
    await em.execute(
      `insert into customer_suggestion
         (id, installation_id, connection_id, customer_id, company_id, score, strength, exact, reasons, doubts, shown, ambiguous_because)
       select gen_random_uuid(), ?, ?, r."customerId", r."companyId", r.score, r.strength, r.exact, r.reasons, r.doubts,
              r.because is not null, coalesce(r.because, '[]')
       from jsonb_to_recordset(?::jsonb) as r("customerId" text, "companyId" int, score int, strength int, exact boolean,
         reasons jsonb, doubts jsonb, because jsonb)`,
      [
        ...tenant,
        JSON.stringify(
          candidates.slice(at, at + ROWS_PER_STATEMENT).map((one) => ({
            ...one,
            score: Math.round(one.score * 100),
            strength: Math.round(one.strength * 10),
            because: shown.get(`${one.companyId} ${one.customerId}`),
          })),
        ),
      ],
    );
}
