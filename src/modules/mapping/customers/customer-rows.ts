import type { Customer } from '../../../domain/marketplace/customer.js';
import { companyProblem, customerProblem } from '../../../domain/mapping/mapping-health.js';
import type { MatchReason } from '../../../domain/mapping/company-match.js';
import type { Ambiguity } from '../../../domain/mapping/customer-suggestions.js';
import type { BrokenView, CustomerCompanyView, CustomerRow, RejectedCompany, SuggestionView } from './customer.dto.js';

/** A customer with its stored place in the list, and all that hangs on it. */
export interface CustomerRecord {
  customer_id: string;
  name: string;
  external_id: string | null;
  status: Customer['status'];
  is_active: boolean;
  auto_sync: boolean;
  version: number;
  state: 'unmapped' | 'matched' | 'broken';
  mappings: MappingRecord[] | null;
  suggestions: ShownSuggestion[] | null;
  rejections: RejectionRecord[] | null;
}

/** A customer's company as stored and as last read. */
export interface MappingRecord {
  company_id: number;
  version: number;
  mapped_by: string;
  mapped_at: string;
  company_name: string | null;
  /** Both names when it was mapped. */
  customer_then: string | null;
  company_then: string | null;
  company_active: boolean | null;
  /** What Autotask said at the last reading; a company that vanished since still says true. */
  company_said_active: boolean | null;
  others: string[] | null;
}

/** A shown suggestion. */
export interface ShownSuggestion {
  company_id: number;
  company_name: string;
  /** Hundredths. */
  score: number;
  exact: boolean;
  reasons: MatchReason[];
  ambiguous_because: Ambiguity[];
}

/** The same with its customer. */
export interface SuggestionRecord extends ShownSuggestion {
  customer_id: string;
  customer_name: string;
  version: number;
}

/** A suggestion somebody turned down. */
export interface RejectionRecord {
  company_id: number;
  company_name: string | null;
  rejected_by: string;
  rejected_at: string;
}

/** What the API shows of a customer. */
export function customerRow(row: CustomerRecord): CustomerRow {
  const mappings = row.mappings ?? [];
  return {
    customer: { id: row.customer_id, name: row.name, externalId: row.external_id, status: row.status },
    state: row.state,
    version: row.version,
    autoSync: row.auto_sync,
    mappings: mappings.map(companyView),
    suggestions: row.state === 'unmapped' ? (row.suggestions ?? []).map(suggestionView) : [],
    rejected: (row.rejections ?? []).map(rejectedView),
    broken: row.state === 'broken' ? brokenView(row, mappings) : null,
  };
}

/** What the API shows of a suggestion. */
export function suggestionView(row: ShownSuggestion): Pick<SuggestionView, keyof SuggestionView> {
  return {
    companyId: row.company_id,
    companyName: row.company_name,
    score: row.score / 100,
    exact: row.exact,
    reasons: row.reasons,
    ambiguous: row.ambiguous_because.length > 0,
    ambiguousBecause: row.ambiguous_because,
  };
}

function rejectedView(row: RejectionRecord): RejectedCompany {
  return {
    companyId: row.company_id,
    companyName: row.company_name,
    rejectedBy: row.rejected_by,
    rejectedAt: new Date(row.rejected_at).toISOString(),
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
function brokenView(row: CustomerRecord, mappings: MappingRecord[]): BrokenView {
  const customer = (nameThen: string | null) =>
    customerProblem({ id: row.customer_id, nameThen, now: { name: row.name, isActive: row.is_active } }, row.status);
  const company = (mapping: MappingRecord) =>
    companyProblem({
      id: mapping.company_id,
      nameThen: mapping.company_then,
      now:
        mapping.company_name === null
          ? undefined
          : {
              name: mapping.company_name,
              isActive: mapping.company_active ?? false,
              saidActive: mapping.company_said_active ?? true,
            },
    });
  for (const mapping of mappings) {
    const problem = customer(mapping.customer_then);
    if (problem) return problem;
  }
  for (const mapping of mappings) {
    const problem = company(mapping);
    if (problem) return problem;
  }
  // A mirror was read between the two looks; the next one agrees.
  return { code: 'COMPANY_GONE', message: 'This mapping has just changed. Look again.' };
}
