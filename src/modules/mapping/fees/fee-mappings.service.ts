import { Injectable } from '@nestjs/common';
import {
  examineFeeSave,
  feeKeyOf,
  type EffectiveFeeChange,
  type FeeTarget,
  type PresentFees,
} from '../../../domain/mapping/fee-save.js';
import { feeTargetProblem, isRenamed } from '../../../domain/mapping/mapping-health.js';
import { FEE_KINDS, type FeeKind } from '../../../domain/sync-plan/sync-facts.js';
import { OPEN_STATES } from '../../../domain/sync-task/sync-task-state.js';
import { Database, type Unit } from '../../../platform/database/database.js';
import { sqlList } from '../../../platform/database/sql-list.js';
import type { Connection } from '../../installation/connection.entity.js';
import { ActionLog } from '../../notification/action-log.service.js';
import type { ConnectionRef } from '../connection-ref.js';
import { asOf } from '../list-query.js';
import { MappingChanges } from '../mapping-changes.js';
import { mirrorAges } from '../mirror-writer.js';
import { lockMappings } from '../save/change-lock.js';
import { refusal, type RefusedRow } from '../save/refused-rows.js';
import type { FeeList, FeeMappingChange, FeeRow, FeeSaveResult } from './fee.dto.js';

interface FeeRecord {
  fee_kind: FeeKind;
  product_key: string | null;
  product_name: string | null;
  billing_code_id: number | null;
  autotask_product_id: number | null;
  target_name: string | null;
  /** Its name when it was mapped. */
  target_then: string | null;
  target_active: boolean | null;
  /** What Autotask said at the last reading; a target that vanished since still says true. */
  target_said_active: boolean | null;
  version: number;
  mapped_by: string;
  mapped_at: string;
}

const TARGETS = `
  left join billing_code_mirror b on b.installation_id = f.installation_id and b.connection_id = f.connection_id
   and b.billing_code_id = f.billing_code_id
  left join autotask_product_mirror a on a.installation_id = f.installation_id and a.connection_id = f.connection_id
   and a.product_id = f.autotask_product_id`;

/** Open tasks by the row that says where their charges go: the product's own where it is set, else the general one. */
const USES = `
  select fee->>'feeKind' as fee_kind, f.product_key, count(distinct t.id)::int as tasks
  from sync_task t
  cross join lateral jsonb_array_elements(t.plan_summary->'fees') fee
  left join fee_mapping f on f.installation_id = t.installation_id and f.connection_id = t.connection_id
   and f.fee_kind = fee->>'feeKind' and f.product_key = fee->>'productKey'
   and (f.billing_code_id is not null or f.autotask_product_id is not null)
  where t.installation_id = ? and t.connection_id = ? and t.state in (${sqlList(OPEN_STATES)})
  group by 1, 2`;

/** Fees and what they are charged as (FEATURES MAP-8). */
@Injectable()
export class FeeMappings {
  constructor(
    private readonly database: Database,
    private readonly log: ActionLog,
    private readonly changes: MappingChanges,
  ) {}

  /** The four kinds, mapped or not, each followed by the rows that hold for one product only. */
  async list(connection: ConnectionRef): Promise<FeeList> {
    const records = await this.database.sql<FeeRecord>(
      `select f.fee_kind, f.product_key, p.name as product_name, f.billing_code_id, f.autotask_product_id,
              f.target_name as target_then, coalesce(b.name, a.name) as target_name, coalesce(b.is_active, a.is_active) as target_active,
              coalesce((b.data->>'isActive')::boolean, (a.data->>'isActive')::boolean) as target_said_active,
              f.version, f.mapped_by, f.mapped_at
       from fee_mapping f
       left join product_mirror p on p.installation_id = f.installation_id and p.connection_id = f.connection_id
        and p.product_key = f.product_key
       ${TARGETS}
       where f.installation_id = ? and f.connection_id = ?
       order by lower(p.name), f.product_key`,
      [connection.installationId, connection.id],
    );
    const uses = await this.database.sql<Pick<FeeRecord, 'fee_kind' | 'product_key'> & { tasks: number }>(USES, [
      connection.installationId,
      connection.id,
    ]);
    return {
      items: FEE_KINDS.flatMap((feeKind) => {
        const own = records.filter((record) => record.fee_kind === feeKind);
        const general = own.find((record) => record.product_key === null);
        return [
          general ? feeRow(general) : unmappedRow(feeKind),
          ...own.filter((record) => record.product_key !== null && targetOf(record)).map(feeRow),
        ];
      }).map((row) => ({
        ...row,
        openTasks: uses.find((use) => use.fee_kind === row.feeKind && use.product_key === row.productKey)?.tasks ?? 0,
      })),
      asOf: asOf(await mirrorAges(this.database, connection), ['billingCodes', 'autotaskProducts']),
    };
  }

  /**
   * Saves rows together, all or none. A row that is already so changes nothing and is never a conflict.
   *
   * @param by host user id.
   * @throws Problem naming every refused row (`rows`), and then nothing was changed. Codes: MAPPING_CONFLICT,
   * FEE_TARGET_MISSING, FEE_TARGET_TWICE, BILLING_CODE_UNKNOWN, BILLING_CODE_INACTIVE, BILLING_CODE_NOT_MATERIAL,
   * AUTOTASK_PRODUCT_UNKNOWN, AUTOTASK_PRODUCT_INACTIVE, PRODUCT_UNKNOWN, ROW_TWICE; MAPPING_REFUSED when they differ.
   */
  async save(connection: Connection, rows: FeeMappingChange[], by: string): Promise<FeeSaveResult> {
    const changed = await this.database.transaction(async (em) => {
      await lockMappings(em, connection);
      const present = await this.present(em, connection, rows);
      const { effective, refused } = examineFeeSave(rows, present);
      if (refused.length > 0)
        throw refusal(
          refused.map((row) => ({ ...row })),
          rows.length,
        );
      for (const change of effective) {
        await this.apply(em, connection, change, present, by);
        await this.record(em, connection, change, present, by);
      }
      return effective.length;
    });
    if (changed > 0) await this.changes.changed(connection, { fees: true });
    const { items, asOf: ages } = await this.list(connection);
    return { changed, unchanged: rows.length - changed, items, asOf: ages };
  }

  /** The rows a save would refuse, and why. */
  async refusals(connection: Connection, rows: readonly FeeMappingChange[]): Promise<RefusedRow[]> {
    const present = await this.database.transaction(async (em) => await this.present(em, connection, rows));
    return examineFeeSave(rows, present).refused.map((row) => ({ ...row }));
  }

  private async present(em: Unit, connection: ConnectionRef, rows: readonly FeeMappingChange[]): Promise<PresentFees> {
    const tenant = [connection.installationId, connection.id];
    const mappings = await em.execute<
      (Pick<FeeRecord, 'fee_kind' | 'product_key' | 'version'> & {
        billing_code_id: number | null;
        autotask_product_id: number | null;
        target_then: string | null;
        target_name: string | null;
      })[]
    >(
      `select f.fee_kind, f.product_key, f.billing_code_id, f.autotask_product_id, f.version, f.target_name as target_then,
              coalesce(b.name, a.name) as target_name
       from fee_mapping f ${TARGETS} where f.installation_id = ? and f.connection_id = ?`,
      tenant,
    );
    const billingCodes = await em.execute<{ id: number; name: string; active: boolean; useType: number }[]>(
      `select billing_code_id as id, name, is_active as active, use_type as "useType" from billing_code_mirror
       where installation_id = ? and connection_id = ?`,
      tenant,
    );
    const autotaskProducts = await em.execute<{ id: number; name: string; active: boolean }[]>(
      `select product_id as id, name, is_active as active from autotask_product_mirror
       where installation_id = ? and connection_id = ? and product_id in (?)`,
      [...tenant, [-1, ...rows.map((row) => row.autotaskProductId ?? -1)]],
    );
    const products = await em.execute<{ key: string }[]>(
      `select product_key as key from product_mirror
       where installation_id = ? and connection_id = ? and product_key in (?)`,
      [...tenant, ['', ...rows.map((row) => row.productKey ?? '')]],
    );
    return {
      mappings: new Map(
        mappings.map((row) => [
          feeKeyOf({ feeKind: row.fee_kind, productKey: row.product_key ?? undefined }),
          {
            target: targetOf(row),
            version: row.version,
            renamed: row.target_name !== null && isRenamed(row.target_then, row.target_name),
          },
        ]),
      ),
      billingCodes: new Map(billingCodes.map((row) => [row.id, row])),
      autotaskProducts: new Map(autotaskProducts.map((row) => [row.id, row])),
      products: new Set(products.map(({ key }) => key)),
    };
  }

  /** A mapping that is taken away keeps its row, and with it a version that never starts again. */
  private async apply(
    em: Unit,
    connection: ConnectionRef,
    change: EffectiveFeeChange,
    present: PresentFees,
    by: string,
  ): Promise<void> {
    const identity = [connection.installationId, connection.id, change.feeKind, change.productKey ?? null];
    const billingCodeId = change.target && 'billingCodeId' in change.target ? change.target.billingCodeId : null;
    const productId = change.target && 'autotaskProductId' in change.target ? change.target.autotaskProductId : null;
    await em.execute(
      `insert into fee_mapping
         (id, installation_id, connection_id, fee_kind, product_key, billing_code_id, autotask_product_id, target_name,
          mapped_by, mapped_at, version)
       values (gen_random_uuid(), ?, ?, ?, ?, ?, ?, ?, ?, clock_timestamp(), 1)
       on conflict (installation_id, connection_id, fee_kind, coalesce(product_key, '')) do update
         set billing_code_id = excluded.billing_code_id, autotask_product_id = excluded.autotask_product_id,
             target_name = excluded.target_name, mapped_by = excluded.mapped_by, mapped_at = excluded.mapped_at, version = fee_mapping.version + 1`,
      [
        ...identity,
        billingCodeId,
        productId,
        change.target ? (recordOf(change.target, present)?.name ?? null) : null,
        by,
      ],
    );
  }

  private async record(
    em: Unit,
    connection: ConnectionRef,
    { feeKind, productKey, target }: EffectiveFeeChange,
    present: PresentFees,
    by: string,
  ): Promise<void> {
    const before = present.mappings.get(feeKeyOf({ feeKind, productKey }))?.target ?? null;
    const what = `The ${feeKind} fee${productKey === undefined ? '' : ` of ${productKey}`}`;
    const name = target && targetName(target, present);
    await this.log.record(
      {
        installationId: connection.installationId,
        connectionId: connection.id,
        actor: by,
        category: 'mapping',
        action: target ? 'fee.mapped' : 'fee.unmapped',
        outcome: 'ok',
        message: target ? `${what} is charged as ${name}.` : `${what} is no longer mapped.`,
        before: { feeKind, productKey: productKey ?? null, target: before },
        after: { feeKind, productKey: productKey ?? null, target: target ?? null },
      },
      em,
    );
  }
}

function targetOf(row: { billing_code_id: number | null; autotask_product_id: number | null }): FeeTarget | undefined {
  if (row.billing_code_id !== null) return { billingCodeId: row.billing_code_id };
  return row.autotask_product_id === null ? undefined : { autotaskProductId: row.autotask_product_id };
}

function recordOf(target: FeeTarget, present: PresentFees): { name: string } | undefined {
  return 'billingCodeId' in target
    ? present.billingCodes.get(target.billingCodeId)
    : present.autotaskProducts.get(target.autotaskProductId);
}

function targetName(target: FeeTarget, present: PresentFees): string {
  return 'billingCodeId' in target
    ? `billing code "${present.billingCodes.get(target.billingCodeId)?.name}"`
    : `product "${present.autotaskProducts.get(target.autotaskProductId)?.name}"`;
}

function feeRow(record: FeeRecord): Omit<FeeRow, 'openTasks'> {
  const target = targetOf(record);
  if (!target) return { ...unmappedRow(record.fee_kind), version: record.version };
  const active = record.target_active ?? false;
  const broken = feeTargetProblem({
    id: 'billingCodeId' in target ? target.billingCodeId : target.autotaskProductId,
    nameThen: record.target_then,
    now:
      record.target_name === null
        ? undefined
        : { name: record.target_name, isActive: active, saidActive: record.target_said_active ?? true },
  });
  return {
    feeKind: record.fee_kind,
    productKey: record.product_key,
    productName: record.product_name,
    target: {
      kind: 'billingCodeId' in target ? 'billingCode' : 'product',
      id: 'billingCodeId' in target ? target.billingCodeId : target.autotaskProductId,
      name: record.target_name,
      active,
    },
    broken: broken ?? null,
    version: record.version,
    mappedBy: record.mapped_by,
    mappedAt: new Date(record.mapped_at).toISOString(),
  };
}

function unmappedRow(feeKind: FeeKind): Omit<FeeRow, 'openTasks'> {
  return {
    feeKind,
    productKey: null,
    productName: null,
    target: null,
    broken: null,
    version: 0,
    mappedBy: null,
    mappedAt: null,
  };
}
