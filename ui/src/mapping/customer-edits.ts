import type { Schemas } from '../api/client';
import * as format from '../format';
import { m } from '../messages';
import type { Refused } from './staged-save';
import type { Standing } from './standing';

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
  /** The companies it has are right as they are: one of the sides only bears another name now (FEATURES MAP-4). */
  same?: true;
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

/** The edit that says of a renamed row: it is still the same. */
export function stillSame(row: CustomerRow): CustomerEdit {
  return { ...untouched(row), same: true };
}

/** The edit, or undefined when it would change nothing. */
export function effective(edit: CustomerEdit): CustomerEdit | undefined {
  return changesOf(edit).length > 0 ? edit : undefined;
}

/** The rows of a save that an edit comes to. A switch is an unmap and a map side by side. */
export function changesOf({ row, after, reject, restore, same }: CustomerEdit): Change[] {
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
    ...[...wanted].filter((id) => same || !before.has(id)).map((id) => change(id, 'map')),
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
export function afterWords({ row, after, reject, restore, same }: CustomerEdit): string {
  const parts: string[] = [];
  if (same) parts.push(m.mapping.sameWords(namesOf(after)));
  else if (changesOf({ row, after, reject: [], restore: [] }).length > 0) parts.push(namesOf(after));
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

/** How well a suggestion fits, as its badge says it. */
export function suggestionBadge({ exact, score }: Suggestion): string {
  return exact ? m.mapping.badges.sameName : m.customers.suggestedScore(format.count(Math.round(score * 100)));
}

/** Whether an edit maps or unmaps anything: else it only judges suggestions. */
export function mapsAnything(edit: CustomerEdit): boolean {
  return changesOf({ ...edit, reject: [], restore: [] }).length > 0;
}

/** A row with what is staged for it: its badge, and the words beside it. */
export function customerStanding(row: CustomerRow, edit: CustomerEdit | undefined): Standing {
  if (edit)
    return { tone: 'staged', badge: stagedBadge(edit), why: row.suggestions[0] ? whyWords(row.suggestions[0]) : '' };
  if (row.state === 'broken') return { tone: 'bad', badge: m.mapping.badges.broken, why: row.broken?.message ?? '' };
  if (row.state === 'matched') return { tone: 'good', badge: m.mapping.badges.matched, why: '' };
  const [first, ...others] = row.suggestions;
  if (!first) return { tone: 'neutral', badge: m.mapping.badges.unmapped, why: m.mapping.noneFound };
  if (others.length > 0) return { tone: 'attention', badge: m.mapping.badges.several, why: whyWords(first) };
  return { tone: first.ambiguous ? 'attention' : 'ready', badge: suggestionBadge(first), why: whyWords(first) };
}

function stagedBadge(edit: CustomerEdit): string {
  if (edit.same) return m.mapping.badges.stagedSame;
  if (mapsAnything(edit)) return edit.after.length === 0 ? m.mapping.badges.stagedUnmap : m.mapping.badges.staged;
  return edit.reject.length > 0 ? m.customers.stagedReject : m.customers.stagedRestore;
}

/** What stands in the column of companies. */
export function companyWords(row: CustomerRow, edit: CustomerEdit | undefined): string {
  const own = companiesOf(row);
  if (edit && mapsAnything(edit)) return namesOf(edit.after);
  if (edit) return own.length > 0 ? namesOf(own) : m.common.none;
  if (own.length > 0) return namesOf(own);
  const [first, ...others] = row.suggestions;
  return others.length > 0 ? m.customers.candidates(row.suggestions.length) : (first?.companyName ?? m.common.none);
}

/** A customer's row that a save was refused for. */
export interface RefusedCustomer extends Refused {
  /** What is there now, where somebody else changed it. */
  current?: { version: number; companyIds: number[] };
}

/** How a refused row reads, and what insisting on one's own stages: the same wish on what is there now. */
export function refusedWords({ current }: RefusedCustomer, edit: CustomerEdit | undefined) {
  const now = current?.companyIds.map((id) => ({
    id,
    name: edit?.after.find((one) => one.id === id)?.name ?? m.common.companyNumber(id),
  }));
  return {
    name: edit?.row.customer.name ?? '',
    theirs: now && namesOf(now),
    mine:
      edit && current && now
        ? () => effective({ ...edit, row: { ...edit.row, version: current.version, mappings: now.map(mappingNow) } })
        : undefined,
  };

  function mappingNow({ id, name }: { id: number; name: string }): CustomerRow['mappings'][number] {
    return {
      companyId: id,
      companyName: name,
      companyActive: true,
      otherCustomerIds: [],
      version: current!.version,
      mappedBy: '',
      mappedAt: '',
    };
  }
}
