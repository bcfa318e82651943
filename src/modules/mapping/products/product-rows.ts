import { serviceMismatch, serviceNeedOf, type ServiceNeed } from '../../../domain/mapping/product-service.js';
import { productProblem, serviceProblem } from '../../../domain/mapping/mapping-health.js';
import type { ServiceSuggestion } from '../../../domain/mapping/product-suggestions.js';
import type { PeriodType } from '../../../domain/autotask/entities.js';
import type { Product } from '../../../domain/marketplace/product.js';
import type { ProductBrokenView, ProductRow, ProductServiceView, ServiceSuggestionView } from './product.dto.js';

/** A product with its mapping, as stored and as last read. */
export interface ProductRecord {
  product_key: string;
  name: string;
  group_name: string;
  is_active: boolean;
  data: Product;
  version: number;
  service_id: number | null;
  mapping_version: number | null;
  mapped_by: string | null;
  mapped_at: string | null;
  service_name: string | null;
  /** Both names when it was mapped. */
  product_then: string | null;
  service_then: string | null;
  service_active: boolean | null;
  /** What Autotask said at the last reading; a service that vanished since still says true. */
  service_said_active: boolean | null;
  period_type: PeriodType | null;
  others: string[] | null;
}

/** Everything a product row is made of; needs the whole `product_mirror p`, `product_mapping m`, `service_mirror s`. */
export const PRODUCT_COLUMNS = `
  p.product_key, p.name, p.group_name, p.is_active, p.data, p.mapping_version as version,
  m.service_id, m.product_name as product_then, m.service_name as service_then, m.version as mapping_version, m.mapped_by, m.mapped_at,
  s.name as service_name, s.is_active as service_active, (s.data->>'isActive')::boolean as service_said_active,
  s.period_type,
  (select jsonb_agg(o.product_key order by o.product_key) from product_mapping o
   where o.installation_id = m.installation_id and o.connection_id = m.connection_id
     and o.service_id = m.service_id and o.product_key <> m.product_key) as others`;

/** Products that may be mapped or are, with their service; parameters: installation, connection. */
export const PRODUCT_ROWS = `
  from product_mirror p
  left join product_mapping m on m.installation_id = p.installation_id and m.connection_id = p.connection_id
   and m.product_key = p.product_key
  left join service_mirror s on s.installation_id = m.installation_id and s.connection_id = m.connection_id
   and s.service_id = m.service_id
  where p.installation_id = ? and p.connection_id = ? and (p.is_active or m.service_id is not null)`;

/** What the API shows of a product. */
export function productRow(row: ProductRecord, suggestions: readonly ServiceSuggestion[]): ProductRow {
  const { data } = row;
  const need = serviceNeedOf(data);
  const broken = brokenView(row, need);
  return {
    product: {
      key: row.product_key,
      id: data.id,
      mpn: data.mpn ?? null,
      vendor: data.vendor ?? null,
      name: row.name,
      plan: row.group_name,
      billingModel: data.billingModel,
      billingPeriod: data.billingPeriod,
      subscriptionPeriod: data.subscriptionPeriod,
      cycle: {
        needsService: need.needed,
        periodType: need.needed ? need.periodType : null,
        word: need.word,
        message: need.needed ? null : need.message,
      },
      active: row.is_active,
    },
    state: broken ? 'broken' : row.service_id !== null ? 'matched' : need.needed ? 'unmapped' : 'notNeeded',
    version: row.version,
    mapping: mappingView(row),
    suggestions: suggestions.map(suggestionView),
    broken: broken ?? null,
  };
}

function mappingView(row: ProductRecord): ProductServiceView | null {
  if (row.service_id === null) return null;
  return {
    serviceId: row.service_id,
    serviceName: row.service_name,
    serviceActive: row.service_active ?? false,
    otherProductKeys: row.others ?? [],
    version: row.mapping_version ?? row.version,
    mappedBy: row.mapped_by ?? '',
    mappedAt: new Date(row.mapped_at ?? 0).toISOString(),
  };
}

function suggestionView({ service, reasons, ambiguousBecause }: ServiceSuggestion): ServiceSuggestionView {
  return {
    serviceId: service.id,
    serviceName: service.name,
    exact: true,
    reasons,
    ambiguous: ambiguousBecause.length > 0,
    ambiguousBecause,
  };
}

function brokenView(row: ProductRecord, need: ServiceNeed): ProductBrokenView | undefined {
  if (row.service_id === null) return undefined;
  const now =
    row.service_name === null
      ? undefined
      : {
          name: row.service_name,
          isActive: row.service_active ?? false,
          saidActive: row.service_said_active ?? true,
        };
  const service = serviceProblem({ id: row.service_id, nameThen: row.service_then, now });
  const product = productProblem({
    id: row.product_key,
    nameThen: row.product_then,
    now: { name: row.name, isActive: row.is_active },
  });
  if (service && service.code !== 'SERVICE_RENAMED') return service;
  const mismatch =
    now && serviceMismatch(need, { ...now, ...(row.period_type === null ? {} : { periodType: row.period_type }) });
  return product ?? mismatch ?? service;
}
