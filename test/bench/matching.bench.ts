import { performance } from 'node:perf_hooks';
import { company as readCompany } from '../../src/adapters/autotask/autotask.schema.js';
import { customer as readCustomer } from '../../src/adapters/marketplace/simple-api.schema.js';
import { suggestCompanies, type CustomerSuggestion } from '../../src/domain/mapping/customer-suggestions.js';
import { companyPairs, type CompanyPairs } from '../fixtures/company-pairs.js';

const context = { timeZone: 'UTC', correlationId: undefined, unknown: () => {} };

/** Runs the matcher over a labelled set, from the APIs' own shapes. */
export function suggestLabelled(set: CompanyPairs): {
  seconds: number;
  cpuSeconds: number;
  suggestions: CustomerSuggestion[];
} {
  const customers = set.customers.map((row) => readCustomer(row, context));
  const companies = set.companies.map((row) => readCompany(row));
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  const suggestions = suggestCompanies(customers, companies);
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - startedAt) / 1000, cpuSeconds: (user + system) / 1e6, suggestions };
}

/** What the suggestions are worth against the labels: a pair that is not labelled `same` counts as wrong. */
export function judge(set: CompanyPairs, suggestions: readonly CustomerSuggestion[]) {
  const truth = new Map(
    set.pairs
      .filter(({ label }) => label === 'same')
      .map(({ customerId, companyId, kind }) => [`${customerId} ${companyId}`, kind]),
  );
  const key = ({ customerId, companyId }: CustomerSuggestion) => `${customerId} ${companyId}`;
  const clear = suggestions.filter(({ ambiguousBecause }) => ambiguousBecause.length === 0);
  const right = clear.filter((one) => truth.has(key(one)));
  const shown = suggestions.filter((one) => truth.has(key(one)));
  return {
    /** Suggestions that nothing makes ambiguous: what a person is invited to agree to. */
    precision: right.length / Math.max(1, clear.length),
    recall: right.length / truth.size,
    /** With the ambiguous ones, which a person has to choose from. */
    precisionShown: shown.length / Math.max(1, suggestions.length),
    recallShown: shown.length / truth.size,
    truth,
    clear,
  };
}

/** B9: suggestions for 10,000 customers × 10,000 companies, and how right they are. */
export function matchingBench(): Record<string, unknown>[] {
  const round = (value: number) => Math.round(value * 10_000) / 10_000;
  const figures = (set: CompanyPairs) => {
    const { seconds, cpuSeconds, suggestions } = suggestLabelled(set);
    const { precision, recall, precisionShown, recallShown } = judge(set, suggestions);
    return {
      customers: set.customers.length,
      companies: set.companies.length,
      labelledPairs: set.pairs.length,
      seconds: round(seconds),
      cpuSeconds: round(cpuSeconds),
      suggestions: suggestions.length,
      precision: round(precision),
      recall: round(recall),
      precisionShown: round(precisionShown),
      recallShown: round(recallShown),
    };
  };
  const labelled = companyPairs();
  const large = companyPairs({ pairs: 10_700, seed: 9 });
  return [
    { id: 'B9', what: 'labelled set', ...figures(labelled), target: 'precision ≥ 0.99 at recall ≥ 0.95' },
    { id: 'B9', what: '10,000 × 10,000', ...figures(large), target: '≤ 5 s' },
  ];
}
