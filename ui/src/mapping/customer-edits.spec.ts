import { describe, expect, it, vi } from 'vitest';
import {
  afterWords,
  agreeable,
  changesOf,
  effective,
  refusedWords,
  sameName,
  stillSame,
  untouched,
  type CustomerRow,
  type Suggestion,
} from './customer-edits';

// There is no frame here, and so no host that says how its user writes numbers.
vi.mock('../host', () => ({ host: { context: { locale: 'en-GB', timeZone: 'UTC' } } }));

const row = (companies: number[], changes: Partial<CustomerRow> = {}): CustomerRow => ({
  customer: { id: 'C-1', name: 'Otter & Quill', externalId: null, status: 'active' },
  state: 'matched',
  version: 4,
  autoSync: false,
  mappings: companies.map((companyId) => ({
    companyId,
    companyName: `Sample ${companyId}`,
    companyActive: true,
    otherCustomerIds: [],
    version: 4,
    mappedBy: 'user-1',
    mappedAt: '2027-03-10T09:00:00Z',
  })),
  suggestions: [],
  rejected: [],
  broken: null,
  ...changes,
});
const rows = (edit: Parameters<typeof changesOf>[0]): string[] =>
  changesOf(edit).map(({ action, companyId, version }) => `${action} ${companyId} v${version}`);

const suggestion = (changes: Partial<Suggestion> = {}): Suggestion => ({
  companyId: 7,
  companyName: 'Otter & Quill',
  score: 0.98,
  exact: true,
  reasons: [],
  ambiguous: false,
  ambiguousBecause: [],
  ...changes,
});
const suggested = (...suggestions: Suggestion[]): CustomerRow => row([], { state: 'unmapped', suggestions });

describe('which suggestion comes ticked (MAP-2)', () => {
  it('is the only one, of the same spelling, with nothing against it', () => {
    expect(sameName(suggested(suggestion()))).toBeDefined();
  });

  it.each([
    ['it is only close', [suggestion({ exact: false })]],
    ['it is ambiguous', [suggestion({ ambiguous: true, ambiguousBecause: ['OTHER_TOWN'] })]],
    ['there are several', [suggestion(), suggestion({ companyId: 8 })]],
  ])('is none where %s, although a person may still agree to one', (_, suggestions) => {
    expect(sameName(suggested(...suggestions))).toBeUndefined();
    expect(agreeable(suggested(...suggestions)) !== undefined).toBe(suggestions.length === 1);
  });

  it('may not be agreed to by one key where the company is mapped already', () => {
    const taken = suggestion({ ambiguous: true, ambiguousBecause: ['COMPANY_TAKEN'] });
    expect(agreeable(suggested(taken))).toBeUndefined();
  });
});

describe('what a staged edit saves', () => {
  it('is nothing for a row that is as it was', () => {
    expect(rows(untouched(row([1])))).toEqual([]);
    expect(effective(untouched(row([1])))).toBeUndefined();
  });

  it('is an unmapping and a mapping side by side for another company', () => {
    expect(rows({ ...untouched(row([1])), after: [{ id: 2, name: 'Sample 2' }] })).toEqual(['unmap 1 v4', 'map 2 v4']);
  });

  it('is the same pair again where a renamed one is still the same (MAP-4)', () => {
    const edit = stillSame(row([1, 2]));
    expect(rows(edit)).toEqual(['map 1 v4', 'map 2 v4']);
    expect(effective(edit)).toBe(edit);
    expect(afterWords(edit)).toBe('Sample 1, Sample 2 (still the same)');
  });

  it('is the same wish on what is there now, when somebody insists after a conflict', () => {
    const edit = { ...untouched(row([1])), after: [{ id: 2, name: 'Sample 2' }] };
    const words = refusedWords(
      { index: 0, code: 'MAPPING_CONFLICT', message: '', current: { version: 7, companyIds: [3] } },
      edit,
    );
    expect(words.theirs).toContain('3');
    expect(rows(words.mine!()!)).toEqual(['unmap 3 v7', 'map 2 v7']);
  });
});
