import { describe, expect, it } from 'vitest';
import { matchLists } from './match-lists.js';

const lines = (file: string, rows: unknown[]) => ({ file, content: rows.map((row) => JSON.stringify(row)).join('\n') });
const suggest = (customers: unknown[], companies: unknown[]): { companyId: number }[] =>
  matchLists(lines('customers.jsonl', customers), lines('companies.jsonl', companies)).map(
    (line) => JSON.parse(line) as { companyId: number },
  );
/** Which company is suggested for a customer of that name. */
const match = (name: string, companies: Record<string, unknown>[], more: Record<string, unknown> = {}): number[] =>
  suggest(
    [{ id: 'C-1', name, ...more }],
    companies.map((company, index) => ({ id: index + 1, ...company })),
  ).map(({ companyId }) => companyId);

describe('suggestions for two files (WIN-7)', () => {
  it('are lines of five fields, with both values behind each reason', () => {
    expect(
      suggest([{ id: 'C-1', name: 'Otter and Quill Limited' }], [{ id: 7, companyName: 'Otter & Quill' }]),
    ).toEqual([
      {
        customerId: 'C-1',
        companyId: 7,
        score: 0.9,
        reasons: [{ code: 'ALIKE_NAME', customer: 'Otter and Quill Limited', company: 'Otter & Quill' }],
        ambiguous: false,
      },
    ]);
  });

  it.each([
    ['Łódź Systemy sp. z o.o.', 'Lodz Systemy'],
    ['Акционерное общество Ромашка', 'АО "Ромашка"'],
    ['ООО Ромашка', 'Romashka OOO'],
    ['ΑΘΗΝΑ ΤΕΧΝΟΛΟΓΙΑ Α.Ε.', 'Athina Technologia AE'],
    ['株式会社サンプル', 'サンプル'],
    ['3rd Planet Inc', 'Third Planet, Incorporated'],
    ['Blue Teapot Studio Ltd t/a Teapot', 'Teapot'],
    ["Société Générale d'Exemple S.A.R.L.", 'Societe Generale d Exemple'],
  ])('find %s in %s', (customer, company) => {
    expect(match(customer, [{ companyName: 'Paper Moon Dental' }, { companyName: company }])).toEqual([2]);
  });

  it.each([
    ['АО Ромашка', 'ООО Лютик'],
    ['Marmalade Freight Holding', 'Marmalade Freight Poland'],
  ])('do not take %s for %s', (customer, company) => {
    expect(match(customer, [{ companyName: company }])).toEqual([]);
  });

  it('tell one name in two towns apart', () => {
    const towns = [
      { companyName: 'Juniper Works', city: 'York' },
      { companyName: 'Juniper Works', city: 'Leeds' },
    ];
    expect(match('Juniper Works', towns, { address: { city: 'Leeds' } })).toEqual([2]);
  });

  it('leave out whom the marketplace or Autotask no longer has', () => {
    expect(match('Juniper', [{ companyName: 'Juniper', isActive: false }])).toEqual([]);
    expect(match('Juniper', [{ companyName: 'Juniper' }], { status: 'cancelled' })).toEqual([]);
  });

  it('pass over empty lines, a byte order mark and Windows line ends', () => {
    const content = '\uFEFF{"id":"C-1","name":"Juniper"}\r\n\r\n{"id":"C-2","name":"Otter"}\r\n';
    const found = matchLists({ file: 'c', content }, lines('k', [{ id: 1, companyName: 'Otter' }]));
    expect(found.map((line) => (JSON.parse(line) as { customerId: string }).customerId)).toEqual(['C-2']);
    expect(matchLists({ file: 'c', content: '' }, { file: 'k', content: '\n' })).toEqual([]);
  });

  it.each([
    ['{bad', /^c\.jsonl, line 3: this is not JSON \(.*\)\. Each line holds one JSON record\.$/],
    ['[1]', /^c\.jsonl, line 3: this is no JSON object/],
    ['{"id":"C-9"}', /^c\.jsonl, line 3: name is missing/],
    ['{"name":"Juniper"}', /^c\.jsonl, line 3: id is missing/],
    ['{"id":"C-1","name":"Otter"}', /^c\.jsonl, line 3: id C-1 is there already/],
    ['{"id":"C-9","name":"Otter","address":"Leeds"}', /^c\.jsonl, line 3: customer C-9, address/],
  ])('name file and line of %s', (bad, message) => {
    const content = `{"id":"C-1","name":"Juniper"}\n\n${bad}\n`;
    expect(() => matchLists({ file: 'c.jsonl', content }, { file: 'k', content: '' })).toThrow(message);
  });
});
