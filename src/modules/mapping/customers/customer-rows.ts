import type { Customer } from '../../../domain/marketplace/customer.js';
import type { CandidateRecord } from './customer-sql.js';
import type { BrokenView, CustomerCompanyView, CustomerRow, SuggestionView } from './customer.dto.js';

/** A row of `STANDING`. */
export interface StandingRecord {
  customer_id: string;
  name: string;
  external_id: string | null;
  status: Customer['status'];
  is_active: boolean;
  auto_sync: boolean;
  version: number;
  state: 'unmapped' | 'matched' | 'broken';
  suggested: boolean;
}

/** A customer's company as stored and as last read. */
export interface MappingRecord {
  customer_id: string;
  company_id: number;
  version: number;
  mapped_by: string;
  mapped_at: string;
  company_name: string | null;
  company_active: boolean | null;
  /** What Autotask said at the last reading; a company that vanished since still says true. */
  company_said_active: boolean | null;
  others: string[] | null;
}

/** What the API shows of a customer. */
export function customerRow(
  row: StandingRecord,
  mappings: MappingRecord[],
  candidates: CandidateRecord[],
): CustomerRow {
  return {
    customer: { id: row.customer_id, name: row.name, externalId: row.external_id, status: row.status },
    state: row.state,
    version: row.version,
    autoSync: row.auto_sync,
    mappings: mappings.map(companyView),
    suggestions: candidates.map(suggestionView),
    broken: row.state === 'broken' ? brokenView(row, mappings) : null,
  };
}

/** The suggestion part of a candidate. */
export function suggestionView(row: CandidateRecord): Pick<SuggestionView, keyof SuggestionView> {
  return {
    companyId: row.company_id,
    companyName: row.company_name,
    exact: true,
    reasons: [{ code: 'SAME_NAME', customer: row.customer_name, company: row.company_name }],
    ambiguous: row.ambiguous_because.length > 0,
    ambiguousBecause: row.ambiguous_because,
  };
}

function companyView(row: MappingRecord): CustomerCompanyView {
  return {
    companyId: row.company_id,
    companyName: row.company_name,
    companyActive: row.company_active ?? false,
    otherCustomerIds: row.others ?? [],
    version: row.version,
    mappedBy: row.mapped_by,
    mappedAt: new Date(row.mapped_at).toISOString(),
  };
}

/** The customer's own standing first: without it no company helps. */
function brokenView(row: StandingRecord, mappings: MappingRecord[]): BrokenView {
  if (!row.is_active)
    return row.status === 'cancelled' || row.status === 'error' || row.status === 'unknown'
      ? {
          code: 'CUSTOMER_INACTIVE',
          message: `The marketplace says that this customer is ${row.status}. Unmap it, or set it right there and refresh.`,
        }
      : {
          code: 'CUSTOMER_GONE',
          message: 'The marketplace no longer lists this customer. Unmap it, or refresh if that should not be so.',
        };
  const broken = mappings.find((mapping) => mapping.company_active !== true);
  const name = broken?.company_name ?? `${broken?.company_id}`;
  return broken?.company_said_active === false
    ? { code: 'COMPANY_INACTIVE', message: `Company "${name}" is inactive in Autotask. Choose another or activate it.` }
    : {
        code: 'COMPANY_GONE',
        message: `Company "${name}" is no longer visible in Autotask. Choose another, or check the API user's rights.`,
      };
}
