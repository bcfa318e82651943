import type { ConnectionRef } from '../connection-ref.js';
import { tenant } from '../list-query.js';
import type { Ambiguity } from './customer.dto.js';

/**
 * Every customer that may be mapped or is, with its state; a common table expression `standing`. A mapping is broken when
 * the customer, or any company it has, is inactive or no longer read (FEATURES MAP-4).
 */
export const STANDING = `
  with pairs as materialized (
    select m.customer_id, bool_or(k.company_id is null or not k.is_active) as broken
    from customer_mapping m
    left join company_mirror k on k.installation_id = m.installation_id and k.connection_id = m.connection_id
     and k.company_id = m.company_id
    where m.installation_id = ? and m.connection_id = ?
    group by m.customer_id),
  alike as materialized (
    select distinct c.customer_id
    from customer_mirror c
    join company_mirror k on k.installation_id = c.installation_id and k.connection_id = c.connection_id
     and k.name = c.name and k.is_active
    where c.installation_id = ? and c.connection_id = ?
      and not exists (
        select 1 from suggestion_rejection r
        where r.installation_id = c.installation_id and r.connection_id = c.connection_id
          and r.customer_id = c.customer_id and r.company_id = k.company_id)),
  standing as (
    select c.customer_id, c.name, c.data->>'externalId' as external_id, c.data->>'status' as status, c.is_active,
           c.auto_sync, c.mapping_version as version,
           case when p.customer_id is null then 'unmapped'
                when p.broken or not c.is_active then 'broken' else 'matched' end as state,
           p.customer_id is null and a.customer_id is not null as suggested
    from customer_mirror c
    left join pairs p on p.customer_id = c.customer_id
    left join alike a on a.customer_id = c.customer_id
    where c.installation_id = ? and c.connection_id = ? and (c.is_active or p.customer_id is not null))`;

/** Parameters of `STANDING`. */
export const STANDING_BINDINGS = (connection: ConnectionRef): unknown[] => tenant(connection, 3);

/** A customer and a company that are spelled alike. */
export interface CandidateRecord {
  customer_id: string;
  customer_name: string;
  version: number;
  company_id: number;
  company_name: string;
  ambiguous_because: Ambiguity[];
}

/**
 * Pairs of an unmapped active customer and an active company with exactly the same spelling that nobody has rejected; a
 * common table expression `candidates`. Ambiguous when several companies or several unmapped customers bear the name,
 * or when the company already belongs to another customer (FEATURES MAP-2).
 */
export const CANDIDATES = `
  with alike as (
    select c.customer_id, c.name as customer_name, c.mapping_version as version, k.company_id, k.name as company_name
    from customer_mirror c
    join company_mirror k on k.installation_id = c.installation_id and k.connection_id = c.connection_id
     and k.name = c.name and k.is_active
    where c.installation_id = ? and c.connection_id = ? and c.is_active
      and not exists (
        select 1 from customer_mapping m
        where m.installation_id = c.installation_id and m.connection_id = c.connection_id
          and m.customer_id = c.customer_id)
      and not exists (
        select 1 from suggestion_rejection r
        where r.installation_id = c.installation_id and r.connection_id = c.connection_id
          and r.customer_id = c.customer_id and r.company_id = k.company_id)),
  candidates as (
    select a.*, to_jsonb(array_remove(array[
             case when count(*) over (partition by a.customer_id) > 1 then 'SEVERAL_COMPANIES' end,
             case when count(*) over (partition by a.company_id) > 1 then 'SEVERAL_CUSTOMERS' end,
             case when exists (
               select 1 from customer_mapping m
               where m.installation_id = ? and m.connection_id = ? and m.company_id = a.company_id)
               then 'COMPANY_TAKEN' end], null)) as ambiguous_because
    from alike a)`;

/** Parameters of `CANDIDATES`. */
export const CANDIDATES_BINDINGS = (connection: ConnectionRef): unknown[] => tenant(connection, 2);
