import type { Unit } from '../../../platform/database/database.js';
import type { ConnectionRef } from '../connection-ref.js';
import { noteRenamed } from './renamed-mappings.js';

/**
 * Brings the stored place of customers in the list up to date with mirrors, mappings and suggestions (FEATURES MAP-4):
 * a mapping is broken when the customer, or any company it has, is inactive, no
 * longer read, or bears another name. Whoever writes one of the
 * three calls this in the same transaction, or right after a mirror was read.
 *
 * @param customerIds only these; all of the connection when absent.
 */
export async function noteStandings(
  em: Unit,
  connection: ConnectionRef,
  customerIds?: readonly string[],
): Promise<void> {
  await noteRenamed(em, connection, customerIds);
  const only = (table: string) => (customerIds === undefined ? '' : `and ${table}.customer_id in (?)`);
  const own = [connection.installationId, connection.id, ...(customerIds === undefined ? [] : [[...customerIds]])];
  await em.execute(
    `with pairs as materialized (
       select m.customer_id, bool_or(k.company_id is null or not k.is_active or m.renamed) as broken
       from customer_mapping m
       left join company_mirror k on k.installation_id = m.installation_id and k.connection_id = m.connection_id
        and k.company_id = m.company_id
       where m.installation_id = ? and m.connection_id = ? ${only('m')}
       group by m.customer_id),
     shown as materialized (
       select distinct s.customer_id from customer_suggestion s
       where s.installation_id = ? and s.connection_id = ? and s.shown ${only('s')}),
     now as (
       select c.id,
              case when p.customer_id is null then case when c.is_active then 'unmapped' else 'hidden' end
                   when p.broken or not c.is_active then 'broken' else 'matched' end as standing,
              p.customer_id is null and c.is_active and s.customer_id is not null as suggested
       from customer_mirror c
       left join pairs p on p.customer_id = c.customer_id
       left join shown s on s.customer_id = c.customer_id
       where c.installation_id = ? and c.connection_id = ? ${only('c')})
     update customer_mirror c set standing = now.standing, suggested = now.suggested
     from now where c.id = now.id and (c.standing, c.suggested) is distinct from (now.standing, now.suggested)`,
    [...own, ...own, ...own],
  );
}
