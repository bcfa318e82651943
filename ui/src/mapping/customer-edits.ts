import type { Schemas } from '../api/client';
import { m } from '../messages';

export type CustomerRow = Schemas['CustomerRow'];
export type Suggestion = Schemas['SuggestionView'];
type Change = Schemas['CustomerMappingChange'];

/** A company as far as a mapping shows it. */
export interface Company {
  id: number;
  name: string;
}

/** What a person wants of a customer, with the row as it was seen: saves name its version. */
export interface CustomerEdit {
  row: CustomerRow;
  /** The companies it shall have. */
  after: Company[];
  /** Suggestions that are wrong. */
  reject: Company[];
  /** Rejections that are taken back. */
  restore: Company[];
}

/** The companies a row has. */
export function companiesOf(row: CustomerRow): Company[] {
  return row.mappings.map(({ companyId, companyName }) => ({
    id: companyId,
    name: companyName ?? m.common.companyNumber(companyId),
  }));
}

/** The edit that changes nothing yet. */
export function untouched(row: CustomerRow): CustomerEdit {
  return { row, after: companiesOf(row), reject: [], restore: [] };
}

/** The edit, or undefined when it would change nothing. */
export function effective(edit: CustomerEdit): CustomerEdit | undefined {
  return changesOf(edit).length > 0 ? edit : undefined;
}

/** The rows of a save that an edit comes to. A switch is an unmap and a map side by side. */
export function changesOf({ row, after, reject, restore }: CustomerEdit): Change[] {
  const change = (companyId: number, action: Change['action']): Change => ({
    customerId: row.customer.id,
    companyId,
    action,
    version: row.version,
  });
  const before = new Set(row.mappings.map(({ companyId }) => companyId));
  const wanted = new Set(after.map(({ id }) => id));
  return [
    ...[...before].filter((id) => !wanted.has(id)).map((id) => change(id, 'unmap')),
    ...[...wanted].filter((id) => !before.has(id)).map((id) => change(id, 'map')),
    ...reject.filter(({ id }) => !wanted.has(id)).map(({ id }) => change(id, 'reject')),
    ...restore.map(({ id }) => change(id, 'restore')),
  ];
}

/** The suggestion that a person may agree to with one key: there is only one, and its company is free. */
export function agreeable(row: CustomerRow): Suggestion | undefined {
  const [only, ...others] = row.suggestions;
  return only && others.length === 0 && !only.ambiguousBecause.includes('COMPANY_TAKEN') ? only : undefined;
}

/** The suggestion that comes ticked: the same name, and nothing speaks against it (FEATURES MAP-2). */
export function sameName(row: CustomerRow): Suggestion | undefined {
  const only = agreeable(row);
  return only?.exact && !only.ambiguous ? only : undefined;
}

/** Maps the customer to the suggested company instead of anything else staged. */
export function agreed(
  row: CustomerRow,
  { companyId, companyName }: Pick<Suggestion, 'companyId' | 'companyName'>,
): CustomerEdit {
  return { row, after: [{ id: companyId, name: companyName }], reject: [], restore: [] };
}

/** Names, or the word for none. */
export function namesOf(companies: readonly Company[]): string {
  return companies.length === 0 ? m.customers.none : companies.map(({ name }) => name).join(', ');
}

/** What an edit comes to, in words. */
export function afterWords({ row, after, reject, restore }: CustomerEdit): string {
  const parts: string[] = [];
  if (changesOf({ row, after, reject: [], restore: [] }).length > 0) parts.push(namesOf(after));
  if (reject.length > 0) parts.push(`${m.customers.stagedReject} (${namesOf(reject)})`);
  if (restore.length > 0) parts.push(`${m.customers.stagedRestore} (${namesOf(restore)})`);
  return parts.join('; ');
}

/** Why a suggestion is made, in words: facts first, then doubts. */
export function whyWords({ reasons, ambiguousBecause }: Suggestion): string {
  return [
    ...reasons.map(({ code }) => m.customers.reasons[code] ?? code),
    ...ambiguousBecause.map((code) => m.customers.doubts[code] ?? code),
  ].join(' · ');
}
