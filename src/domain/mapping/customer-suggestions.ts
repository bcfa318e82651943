import type { Company } from '../autotask/entities.js';
import type { Customer } from '../marketplace/customer.js';
import { CompanyMatcher, type MatchCandidate, type MatchDoubt } from './company-match.js';
import type { CustomerCompanyPair } from './customer-cardinality.js';

/** Why a suggestion is not the only possible answer. */
export type Ambiguity = 'SEVERAL_COMPANIES' | 'SEVERAL_CUSTOMERS' | 'COMPANY_TAKEN' | MatchDoubt;

/** A candidate that is shown, with what makes it ambiguous; an empty list = a person may simply agree. */
export interface CustomerSuggestion extends MatchCandidate {
  ambiguousBecause: Ambiguity[];
}

/** Candidates this close to the best one (points) are as good for a person; further off they are left out. */
const NEAR = 1.5;

/**
 * Of all candidates those to show: each unmapped customer's best company, and its rivals where no clear winner is.
 * What somebody rejected is left out and what is mapped is taken into account (FEATURES MAP-2), so a rejection brings
 * up the next best.
 */
export function resolveSuggestions<
  T extends Pick<MatchCandidate, 'customerId' | 'companyId' | 'strength' | 'exact' | 'doubts'>,
>(
  candidates: readonly T[],
  mapped: readonly CustomerCompanyPair[] = [],
  rejected: readonly CustomerCompanyPair[] = [],
): (T & { ambiguousBecause: Ambiguity[] })[] {
  const rejections = new Set(rejected.map(pairKey));
  const mappedCustomers = new Set(mapped.map(({ customerId }) => customerId));
  const takenCompanies = new Set(mapped.map(({ companyId }) => companyId));
  const open = candidates.filter((one) => !mappedCustomers.has(one.customerId) && !rejections.has(pairKey(one)));

  const bestOfCustomer = highest(open, ({ customerId }) => customerId);
  const near = open.filter((one) => rank(one) >= bestOfCustomer.get(one.customerId)! - NEAR);
  const bestOfCompany = highest(near, ({ companyId }) => companyId);
  // A customer whose company clearly is somebody else's has no suggestion, rather than a wrong one.
  const kept = near.filter((one) => rank(one) >= bestOfCompany.get(one.companyId)! - NEAR);
  const perCustomer = tally(kept, ({ customerId }) => customerId);
  const perCompany = tally(kept, ({ companyId }) => companyId);
  return kept.map((one) => ({
    ...one,
    ambiguousBecause: [
      ...(perCustomer.get(one.customerId)! > 1 ? (['SEVERAL_COMPANIES'] as const) : []),
      ...(perCompany.get(one.companyId)! > 1 ? (['SEVERAL_CUSTOMERS'] as const) : []),
      ...(takenCompanies.has(one.companyId) ? (['COMPANY_TAKEN'] as const) : []),
      ...one.doubts,
    ],
  }));
}

/** Suggestions for lists of which nothing is mapped yet (the command `match`, benchmarks). */
export function suggestCompanies(customers: readonly Customer[], companies: readonly Company[]): CustomerSuggestion[] {
  const matcher = new CompanyMatcher(customers, companies);
  const candidates: MatchCandidate[] = [];
  for (let at = 0; at < matcher.size; at++) candidates.push(...matcher.candidatesOf(at));
  return resolveSuggestions(candidates);
}

/** The same spelling wins over the same words. */
const rank = ({ strength, exact }: Pick<MatchCandidate, 'strength' | 'exact'>): number => strength + (exact ? 0.01 : 0);

const pairKey = ({ customerId, companyId }: CustomerCompanyPair): string => `${companyId} ${customerId}`;

function highest<T extends Pick<MatchCandidate, 'strength' | 'exact'>, K>(
  rows: readonly T[],
  keyOf: (row: T) => K,
): Map<K, number> {
  const best = new Map<K, number>();
  for (const row of rows) best.set(keyOf(row), Math.max(rank(row), best.get(keyOf(row)) ?? -Infinity));
  return best;
}

function tally<T, K>(rows: readonly T[], keyOf: (row: T) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
  return counts;
}
