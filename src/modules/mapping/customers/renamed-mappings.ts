import { isRenamedCompany } from '../../../domain/mapping/mapping-health.js';
import type { Unit } from '../../../platform/database/database.js';
import type { ConnectionRef } from '../connection-ref.js';

/**
 * Notes which customers' mappings have a side that bears another name than when it was mapped (FEATURES MAP-4). Only
 * mappings whose names differ at all are looked at.
 *
 * @param customerIds only these; all of the connection when absent.
 */
export async function noteRenamed(em: Unit, connection: ConnectionRef, customerIds?: readonly string[]): Promise<void> {
  const tenant = [connection.installationId, connection.id];
  const rows = await em.execute<
    {
      id: string;
      renamed: boolean;
      customer_then: string | null;
      customer_now: string | null;
      company_then: string | null;
      company_now: string | null;
    }[]
  >(
    `select m.id, m.renamed, m.customer_name as customer_then, c.name as customer_now, m.company_name as company_then,
            k.name as company_now
     from customer_mapping m
     left join customer_mirror c on c.installation_id = m.installation_id and c.connection_id = m.connection_id
      and c.customer_id = m.customer_id
     left join company_mirror k on k.installation_id = m.installation_id and k.connection_id = m.connection_id
      and k.company_id = m.company_id
     where m.installation_id = ? and m.connection_id = ? ${customerIds ? 'and m.customer_id in (?)' : ''}
       and (m.renamed or c.name <> m.customer_name or k.name <> m.company_name)`,
    [...tenant, ...(customerIds ? [[...customerIds]] : [])],
  );
  const changed = rows
    .map((row) => ({
      id: row.id,
      before: row.renamed,
      renamed:
        isRenamedCompany(row.customer_then, row.customer_now ?? row.customer_then ?? '') ||
        isRenamedCompany(row.company_then, row.company_now ?? row.company_then ?? ''),
    }))
    .filter(({ before, renamed }) => before !== renamed);
  if (changed.length === 0) return;
  await em.execute(
    `update customer_mapping m set renamed = r.renamed from jsonb_to_recordset(?::jsonb) as r(id uuid, renamed boolean)
     where m.installation_id = ? and m.connection_id = ? and m.id = r.id`,
    [JSON.stringify(changed), ...tenant],
  );
}
