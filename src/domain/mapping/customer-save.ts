import { manyToManyPairs, type CustomerCompanyPair } from './customer-cardinality.js';

/** One row of a save. `version` is the customer's as the person saw it; absent = whatever it is. */
export interface CustomerChange extends CustomerCompanyPair {
  /** `restore` takes a rejection back. */
  action: 'map' | 'unmap' | 'reject' | 'restore';
  version?: number | undefined;
}

/** What is so before the save. */
export interface PresentCustomers {
  /** Customers of the save and of the pairs around it; an unknown one is missing. */
  customers: ReadonlyMap<string, { name: string; active: boolean; version: number }>;
  companies: ReadonlyMap<number, { name: string; active: boolean }>;
  /** Every pair of the save's customers and companies, and every pair of those they are mapped to. */
  pairs: readonly PresentPair[];
  /** Rejected suggestions among the pairs of the save. */
  rejected: readonly CustomerCompanyPair[];
}

/** A pair that is mapped; a renamed one is mapped again by `map`, which says that it is still the same (MAP-4). */
export interface PresentPair extends CustomerCompanyPair {
  renamed?: boolean;
}

/** Why one row cannot be saved. */
export interface RefusedCustomerChange extends CustomerCompanyPair {
  index: number;
  action: CustomerChange['action'];
  code:
    | 'ROW_TWICE'
    | 'CUSTOMER_UNKNOWN'
    | 'COMPANY_UNKNOWN'
    | 'CUSTOMER_INACTIVE'
    | 'COMPANY_INACTIVE'
    | 'MAPPING_CONFLICT'
    | 'SUGGESTION_MAPPED'
    | 'MANY_TO_MANY';
  message: string;
  /** What is so now, where somebody else changed it. */
  current?: { version: number; companyIds: number[] };
}

/** What a save would do. `effective` leaves out rows that are already so. */
export interface CustomerSaveVerdict {
  effective: CustomerChange[];
  refused: RefusedCustomerChange[];
  /** The same pairs after the save, if nothing is refused. */
  after: CustomerCompanyPair[];
}

const keyOf = ({ customerId, companyId }: CustomerCompanyPair): string => `${companyId} ${customerId}`;

/**
 * Judges a bulk save of customer mappings as a whole (FEATURES MAP-2 to MAP-4): the cardinality is that of the end
 * result, so the order of the rows does not matter and a switch is an unmap and a map side by side.
 */
export function examineCustomerSave(
  changes: readonly CustomerChange[],
  present: PresentCustomers,
): CustomerSaveVerdict {
  const mapped = new Map(present.pairs.map((pair) => [keyOf(pair), pair.renamed ? 'renamed' : 'mapped'] as const));
  const rejected = new Set(present.rejected.map(keyOf));
  const seen = new Set<string>();
  const refused: RefusedCustomerChange[] = [];
  const accepted: { change: CustomerChange; index: number }[] = [];

  changes.forEach((change, index) => {
    const key = keyOf(change);
    const reason = seen.has(key)
      ? { code: 'ROW_TWICE' as const, message: 'The save names this customer and company twice. Keep one of the rows.' }
      : reasonAgainst(change, present, mapped.get(key));
    seen.add(key);
    const judged = change.action === 'reject' || change.action === 'restore';
    if (
      reason === 'alreadySo' ||
      (judged && reason === undefined && rejected.has(key) === (change.action === 'reject'))
    )
      return;
    if (reason) refused.push({ index, ...pairOf(change), action: change.action, ...reason });
    else accepted.push({ change, index });
  });

  const removed = new Set(
    accepted.filter(({ change }) => change.action === 'unmap').map(({ change }) => keyOf(change)),
  );
  const after = present.pairs.filter((pair) => !removed.has(keyOf(pair)));
  for (const { change } of accepted)
    if (change.action === 'map' && !mapped.has(keyOf(change))) after.push(pairOf(change));

  const knots = manyToManyPairs(after);
  for (const { change, index } of accepted) {
    if (change.action !== 'map') continue;
    const knot = knots.find((pair) => pair.customerId === change.customerId || pair.companyId === change.companyId);
    if (!knot) continue;
    const customer = present.customers.get(knot.customerId)?.name ?? knot.customerId;
    const company = present.companies.get(knot.companyId)?.name ?? String(knot.companyId);
    refused.push({
      index,
      ...pairOf(change),
      action: change.action,
      code: 'MANY_TO_MANY',
      message: `${customer} would have several companies and ${company} several customers. Many to many is not possible: leave one of the two single.`,
    });
  }
  refused.sort((a, b) => a.index - b.index);
  return { effective: accepted.map(({ change }) => change), refused, after };
}

type Reason = Pick<RefusedCustomerChange, 'code' | 'message' | 'current'>;

function reasonAgainst(
  change: CustomerChange,
  present: PresentCustomers,
  standing: 'mapped' | 'renamed' | undefined,
): Reason | 'alreadySo' | undefined {
  const customer = present.customers.get(change.customerId);
  if (!customer) return { code: 'CUSTOMER_UNKNOWN', message: 'There is no such customer here. Refresh and try again.' };
  const isMapped = standing !== undefined;
  if (change.action === 'map' ? standing === 'mapped' : change.action === 'unmap' && !isMapped) return 'alreadySo';
  if (change.version !== undefined && change.version !== customer.version)
    return {
      code: 'MAPPING_CONFLICT',
      message: `Somebody else changed ${customer.name} meanwhile. Compare and save again.`,
      current: {
        version: customer.version,
        companyIds: present.pairs
          .filter((pair) => pair.customerId === change.customerId)
          .map(({ companyId }) => companyId)
          .sort((a, b) => a - b),
      },
    };
  if (change.action === 'unmap' || change.action === 'restore') return undefined;
  const company = present.companies.get(change.companyId);
  if (!company) return { code: 'COMPANY_UNKNOWN', message: 'There is no such company here. Refresh and try again.' };
  if (change.action === 'reject')
    return isMapped
      ? { code: 'SUGGESTION_MAPPED', message: `${customer.name} is mapped to ${company.name}. Unmap it first.` }
      : undefined;
  if (!customer.active)
    return {
      code: 'CUSTOMER_INACTIVE',
      message: `${customer.name} is no longer active in the marketplace and cannot be mapped.`,
    };
  if (!company.active)
    return {
      code: 'COMPANY_INACTIVE',
      message: `Company ${company.name} is inactive in Autotask. Choose another or activate it and refresh.`,
    };
  return undefined;
}

function pairOf({ customerId, companyId }: CustomerCompanyPair): CustomerCompanyPair {
  return { customerId, companyId };
}
