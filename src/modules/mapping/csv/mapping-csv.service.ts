import { parse, CsvError } from 'csv-parse/sync';
import { Injectable } from '@nestjs/common';
import { FEE_KINDS, type FeeKind } from '../../../domain/sync-plan/sync-facts.js';
import { Database } from '../../../platform/database/database.js';
import { Problem } from '../../../platform/http/problem.js';
import type { Connection } from '../../installation/connection.entity.js';
import { ActionLog } from '../../notification/action-log.service.js';
import { csvLine } from '../../notification/csv.js';
import type { ConnectionRef } from '../connection-ref.js';
import { CustomerMappings } from '../customers/customer-mappings.service.js';
import { FeeMappings } from '../fees/fee-mappings.service.js';
import { tenant } from '../list-query.js';
import { SubscriptionMirror } from '../mirror.entities.js';
import { ProductMappings } from '../products/product-mappings.service.js';
import type { RefusedRow } from '../save/refused-rows.js';
import { SubscriptionContracts } from '../subscriptions/subscription-contracts.service.js';
import type { CsvImportReport, CsvProblem } from './mapping-csv.dto.js';

const COLUMNS = ['kind', 'marketplaceKey', 'autotaskId'] as const;
const KINDS = ['customer', 'product', 'fee', 'subscription'] as const;
type Kind = (typeof KINDS)[number];

/** One line of the file; `row` counts lines as a spreadsheet does, the heading is 1. */
interface CsvRow {
  row: number;
  kind: string;
  marketplaceKey: string;
  autotaskId: string;
}

/** A row that was understood, as the change it asks for. */
interface Wanted<T> {
  source: CsvRow;
  change: T;
}

/** How one kind's rows are judged and saved. */
interface Target<T> {
  refusals(rows: readonly T[]): Promise<RefusedRow[]>;
  /** @returns how many rows changed something. */
  save(rows: readonly T[]): Promise<number>;
}

/**
 * All mappings as CSV (FEATURES MAP-11): columns kind, marketplaceKey, autotaskId. A fee's key is its kind, with
 * `:{product key}` when it holds for one product only; its id is `billingCode:{id}` or `product:{id}`.
 */
@Injectable()
export class MappingCsv {
  constructor(
    private readonly database: Database,
    private readonly customers: CustomerMappings,
    private readonly products: ProductMappings,
    private readonly fees: FeeMappings,
    private readonly contracts: SubscriptionContracts,
    private readonly log: ActionLog,
  ) {}

  /** Every mapping of the connection, in a stable order. */
  async export(connection: ConnectionRef): Promise<string> {
    const rows = await this.database.sql<{ kind: string; key: string; id: string }>(
      `select 'customer' as kind, customer_id as key, company_id::text as id, 1 as place from customer_mapping
         where installation_id = ? and connection_id = ?
       union all select 'product', product_key, service_id::text, 2 from product_mapping
         where installation_id = ? and connection_id = ?
       union all select 'fee', fee_kind || coalesce(':' || product_key, ''),
           coalesce('billingCode:' || billing_code_id, 'product:' || autotask_product_id), 3 from fee_mapping
         where installation_id = ? and connection_id = ? and coalesce(billing_code_id, autotask_product_id) is not null
       union all select 'subscription', subscription_id, contract_id::text, 4 from subscription_mapping
         where installation_id = ? and connection_id = ?
       order by place, key, id`,
      tenant(connection, 4),
    );
    return csvLine(COLUMNS) + rows.map(({ kind, key, id }) => csvLine([kind, key, id])).join('');
  }

  /**
   * Tries a file, lists every problem by row, and unless `dryRun` applies the good rows. A row that is already so is no
   * problem. Nothing is unmapped: a customer that has another company than the file says is a problem of its row.
   *
   * @param by host user id. @throws Problem CSV_MALFORMED when the file as a whole cannot be read.
   */
  async import(connection: Connection, text: unknown, dryRun: boolean, by: string): Promise<CsvImportReport> {
    const rows = readCsv(text);
    const problems: CsvProblem[] = [];
    const problem = (source: CsvRow, code: string, message: string): void => {
      problems.push({ ...source, code, message });
    };
    const of = (kind: Kind): CsvRow[] => rows.filter((row) => row.kind === kind);
    for (const row of rows)
      if (!KINDS.includes(row.kind as Kind))
        problem(row, 'KIND_UNKNOWN', `"${row.kind}" is none of ${KINDS.join(', ')}.`);

    let applied = 0;
    const settle = async <T>(wanted: Wanted<T>[], target: Target<T>): Promise<void> => {
      let left = wanted;
      // A refusal may be another row's fault, so what is left is judged again until nothing is refused.
      for (let round = 0; left.length > 0 && round < 50; round++) {
        const refused = await target.refusals(left.map(({ change }) => change));
        for (const { index, code, message } of refused) problem(left[index]!.source, code, message);
        const indexes = new Set(refused.map(({ index }) => index));
        left = left.filter((_, index) => !indexes.has(index));
        if (refused.length > 0) continue;
        if (dryRun) return;
        try {
          applied += await target.save(left.map(({ change }) => change));
          return;
        } catch (error) {
          // Somebody else saved in between; what is refused now is listed, the rest tried again.
          if (!(error instanceof Problem) || !('rows' in error.details)) throw error;
        }
      }
    };

    const customers = await this.customerRows(connection, of('customer'), problem);
    await settle(customers, {
      refusals: async (list) => await this.customers.refusals(connection, list),
      save: async (list) => await this.customers.saveAll(connection, list, by),
    });
    const products = of('product').flatMap((source) => {
      const serviceId = idOf(source, problem);
      return serviceId === undefined
        ? []
        : [{ source, change: { productKey: source.marketplaceKey, action: 'map' as const, serviceId } }];
    });
    await settle(products, {
      refusals: async (list) => await this.products.refusals(connection, list),
      save: async (list) => (await this.products.save(connection, [...list], by)).changed,
    });
    const fees = of('fee').flatMap((source) => {
      const change = feeChange(source, problem);
      return change ? [{ source, change }] : [];
    });
    await settle(fees, {
      refusals: async (list) => await this.fees.refusals(connection, list),
      save: async (list) => (await this.fees.save(connection, [...list], by)).changed,
    });
    for (const source of of('subscription'))
      applied += await this.subscription(connection, source, dryRun, by, problem);

    problems.sort((a, b) => a.row - b.row);
    if (!dryRun && applied > 0)
      await this.log.record({
        installationId: connection.installationId,
        connectionId: connection.id,
        actor: by,
        category: 'mapping',
        action: 'mappings.imported',
        outcome: problems.length > 0 ? 'action_required' : 'ok',
        message: `${applied} mappings were imported from a file; ${problems.length} rows were not.`,
        details: { rows: rows.length, applied, problems: problems.slice(0, 200) },
      });
    const good = rows.length - new Set(problems.map(({ row }) => row)).size;
    return { dryRun, rows: rows.length, good, applied, problems };
  }

  /** Rows of customers whose present companies the file does not contradict. */
  private async customerRows(
    connection: Connection,
    rows: readonly CsvRow[],
    problem: (source: CsvRow, code: string, message: string) => void,
  ): Promise<Wanted<{ customerId: string; companyId: number; action: 'map' }>[]> {
    const present = await this.database.sql<{ customer_id: string; company_id: number; name: string | null }>(
      `select m.customer_id, m.company_id, k.name from customer_mapping m
       left join company_mirror k on k.installation_id = m.installation_id and k.connection_id = m.connection_id
        and k.company_id = m.company_id
       where m.installation_id = ? and m.connection_id = ?`,
      tenant(connection),
    );
    const inFile = new Set(rows.map((row) => `${row.autotaskId} ${row.marketplaceKey}`));
    const other = new Map(
      present
        .filter((pair) => !inFile.has(`${pair.company_id} ${pair.customer_id}`))
        .map((pair) => [pair.customer_id, pair.name ?? String(pair.company_id)]),
    );
    return rows.flatMap((source) => {
      const companyId = idOf(source, problem);
      if (companyId === undefined) return [];
      const already = other.get(source.marketplaceKey);
      if (already !== undefined) {
        problem(
          source,
          'MAPPING_DIFFERS',
          `This customer is mapped to ${already}, which the file does not name. Unmap it first, or add a row for it.`,
        );
        return [];
      }
      return [{ source, change: { customerId: source.marketplaceKey, companyId, action: 'map' as const } }];
    });
  }

  /** One subscription's contract, judged as by hand. @returns 1 when it changed something. */
  private async subscription(
    connection: Connection,
    source: CsvRow,
    dryRun: boolean,
    by: string,
    problem: (source: CsvRow, code: string, message: string) => void,
  ): Promise<number> {
    const contractId = idOf(source, problem);
    if (contractId === undefined) return 0;
    const { installationId, id: connectionId } = connection;
    const mirror = await this.database
      .unit()
      .findOne(SubscriptionMirror, { installationId, connectionId, subscriptionId: source.marketplaceKey });
    if (!mirror) {
      problem(source, 'SUBSCRIPTION_UNKNOWN', 'There is no such subscription here. Check changes and try again.');
      return 0;
    }
    const [present] = await this.database.sql<{ contract_id: number }>(
      `select contract_id from subscription_mapping where installation_id = ? and connection_id = ? and subscription_id = ?`,
      [...tenant(connection), mirror.subscriptionId],
    );
    if (present?.contract_id === contractId) return 0;
    try {
      if (dryRun) await this.contracts.assertMappable(connection, mirror, contractId);
      else await this.contracts.map(connection, mirror, contractId, by);
      return dryRun ? 0 : 1;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem(source, error.code, error.message);
      return 0;
    }
  }
}

/** @throws Problem CSV_MALFORMED saying where. */
function readCsv(text: unknown): CsvRow[] {
  const malformed = (why: string): Problem =>
    new Problem('invalid', 'CSV_MALFORMED', `The file cannot be read: ${why} Nothing was changed.`);
  if (typeof text !== 'string' || text.trim() === '') throw malformed('it is empty, or was not sent as text/csv.');
  let records: { record: Record<string, string>; info: { lines: number } }[];
  try {
    records = parse(text, {
      bom: true,
      columns: (heading: string[]) => heading.map((name) => name.trim()),
      // Spreadsheets separate by what their country's decimal comma leaves free.
      delimiter: [',', ';', '\t'],
      info: true,
      relax_column_count_more: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as typeof records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw malformed(error.message.replace(/\.?$/, '.'));
  }
  const heading = Object.keys(records[0]?.record ?? {});
  const missing = COLUMNS.filter((name) => !heading.includes(name));
  if (records.length > 0 && missing.length > 0)
    throw malformed(`its first line lacks ${missing.join(', ')}; it must name ${COLUMNS.join(', ')}.`);
  // Our own export puts an apostrophe before what a spreadsheet would run.
  const plain = (value: string | undefined): string => (value ?? '').replace(/^'(?=[=+\-@])/, '');
  return records.map(({ record, info }) => ({
    row: info.lines,
    kind: plain(record['kind']),
    marketplaceKey: plain(record['marketplaceKey']),
    autotaskId: plain(record['autotaskId']),
  }));
}

function idOf(source: CsvRow, problem: (source: CsvRow, code: string, message: string) => void): number | undefined {
  if (source.marketplaceKey === '') problem(source, 'KEY_MISSING', 'marketplaceKey is empty.');
  else if (!/^\d{1,9}$/.test(source.autotaskId))
    problem(source, 'ID_UNREADABLE', `autotaskId must be a whole number, not "${source.autotaskId}".`);
  else return Number(source.autotaskId);
  return undefined;
}

function feeChange(
  source: CsvRow,
  problem: (source: CsvRow, code: string, message: string) => void,
): { feeKind: FeeKind; productKey?: string; billingCodeId?: number; autotaskProductId?: number } | undefined {
  const at = source.marketplaceKey.indexOf(':');
  const feeKind = at < 0 ? source.marketplaceKey : source.marketplaceKey.slice(0, at);
  const target = /^(billingCode|product):(\d{1,9})$/.exec(source.autotaskId);
  if (!FEE_KINDS.includes(feeKind as FeeKind))
    problem(source, 'FEE_KIND_UNKNOWN', `"${feeKind}" is none of ${FEE_KINDS.join(', ')}.`);
  else if (!target) problem(source, 'ID_UNREADABLE', 'autotaskId of a fee is billingCode:<id> or product:<id>.');
  else
    return {
      feeKind: feeKind as FeeKind,
      ...(at < 0 ? {} : { productKey: source.marketplaceKey.slice(at + 1) }),
      ...(target[1] === 'product' ? { autotaskProductId: Number(target[2]) } : { billingCodeId: Number(target[2]) }),
    };
  return undefined;
}
