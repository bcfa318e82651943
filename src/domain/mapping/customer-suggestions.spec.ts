import { describe, expect, it } from 'vitest';
import type { Company } from '../autotask/entities.js';
import type { Customer } from '../marketplace/customer.js';
import { readCompanyName } from './company-name.js';
import { resolveSuggestions, suggestCompanies } from './customer-suggestions.js';

interface Notes {
  tax?: string;
  mail?: string;
  phone?: string;
  town?: string;
  postal?: string;
  street?: string;
  number?: string;
}

let next = 0;
const customer = (name: string, { tax, mail, phone, town, postal, street, number }: Notes = {}): Customer => ({
  id: `C-${(next += 1)}`,
  ...(number ? { externalId: number } : {}),
  name,
  status: 'active',
  ...(tax ? { taxId: tax } : {}),
  address: { street: street ?? '', postalCode: postal ?? '', city: town ?? '', countryCode: 'GB' },
  contacts: [
    { type: 'admin', firstName: 'Robin', lastName: 'Example', email: `robin@${mail ?? ''}`, phone: phone ?? '' },
  ],
});
const company = (name: string, { tax, mail, phone, town, postal, street, number }: Notes = {}): Company => ({
  id: (next += 1),
  name,
  isActive: true,
  companyType: 1,
  ...(number ? { companyNumber: number } : {}),
  ...(tax ? { taxId: tax } : {}),
  ...(mail ? { webAddress: `https://www.${mail}/contact` } : {}),
  ...(phone ? { phone } : {}),
  ...(town ? { city: town } : {}),
  ...(postal ? { postalCode: postal } : {}),
  ...(street ? { address1: street } : {}),
});
/** The suggestion for one customer and one company among no others. */
const between = (one: Customer, two: Company) => suggestCompanies([one], [two])[0];

describe('names are read past everything that is only writing (MAP-2)', () => {
  it.each([
    ['Café Zørvane GmbH & Co. KG', 'cafe zorvane', 'gmbhcokg'],
    ['The Otter & Quill Ltd.', 'otter quill', 'ltd'],
    ['OTTER AND QUILL LIMITED', 'otter quill', 'ltd'],
    ['Fjordbeck Sp. z o.o.', 'fjordbeck', 'spzoo'],
    ['Studio Seven S.A.R.L.', 'studio 7', 'sarl'],
    ['Brelwick B.V. (new)', 'brelwick', 'bv'],
    ['Torgate UG (haftungsbeschränkt)', 'torgate', 'gmbh'],
    ['Limited', 'limited', undefined],
  ])('%s', (name, tokens, form) => {
    const read = readCompanyName(name);
    expect(read.readings[0]!.tokens.join(' ')).toBe(tokens);
    expect(read.legalForm).toBe(form);
  });

  it('hears trading names', () => {
    expect(
      readCompanyName('Zorvane Holdings Ltd t/a Paper Moon').readings.map(({ tokens }) => tokens.join(' ')),
    ).toEqual(['zorvane holdings', 'paper moon']);
  });
});

describe('suggestions name facts of both sides (MAP-2, WIN-7)', () => {
  it('marks the same spelling as its own class', () => {
    expect(between(customer('Otter & Quill Ltd'), company('Otter & Quill Ltd'))).toMatchObject({
      exact: true,
      reasons: [{ code: 'SAME_NAME', customer: 'Otter & Quill Ltd', company: 'Otter & Quill Ltd' }],
      ambiguousBecause: [],
    });
    expect(between(customer('Otter & Quill Ltd'), company('otter and quill limited'))).toMatchObject({
      exact: false,
      reasons: [{ code: 'ALIKE_NAME' }],
      ambiguousBecause: [],
    });
  });

  it.each<[string, Notes, Notes, string, string, string]>([
    ['an external id', { number: 'K-77' }, { number: 'k77' }, 'SAME_EXTERNAL_ID', 'K-77', 'k77'],
    [
      'a tax number',
      { tax: 'DE345678912' },
      { tax: 'DE 345 678 912' },
      'SAME_TAX_NUMBER',
      'DE345678912',
      'DE 345 678 912',
    ],
    [
      'a domain',
      { mail: 'zorvane.example' },
      { mail: 'zorvane.example' },
      'SAME_DOMAIN',
      'zorvane.example',
      'https://www.zorvane.example/contact',
    ],
    [
      'a phone',
      { phone: '44#312#5550142#9' },
      { phone: '0312 555 0142' },
      'SAME_PHONE',
      '44#312#5550142#9',
      '0312 555 0142',
    ],
  ])('by %s, with both values as they are written', (_, left, right, code, one, two) => {
    const found = between(customer('Zorvane Freight', left), company('Zorvane Freigth Services', right))!;
    expect(found.reasons).toContainEqual({ code, customer: one, company: two });
  });

  it.each([
    ['a typing mistake', 'Zorvane Logistics', 'Zorvane Logsitics Ltd'],
    ['swapped words', 'Zorvane Logistics', 'Logistics, Zorvane'],
    ['an abbreviation', 'Zorvane International Services', 'Zorvane Intl Svcs'],
    ['a cut-off field', 'Zorvane Refrigeration Equipment', 'Zorvane Refrigeration Equ'],
    ['words written as one', 'Zor Vane Logistics', 'Zorvane Logistics'],
    ['a trading name', 'Quillbury Ltd trading as Zorvane Logistics', 'Zorvane Logistics'],
    ['a number as a word', 'Studio 7 Zorvane', 'Studio Seven Zorvane'],
  ])('sees through %s', (_, left, right) => {
    expect(between(customer(left), company(right))?.ambiguousBecause).toEqual([]);
  });

  it('says nothing for a public mail service and for a domain that many customers use', () => {
    const shared = suggestCompanies(
      Array.from({ length: 5 }, (_, i) =>
        customer(`${'abcde'[i]}${'vwxyz'[i]}mora Works`, { mail: 'helpful-it.example' }),
      ),
      [company('Helpful IT', { mail: 'helpful-it.example' })],
    );
    expect(shared).toEqual([]);
    expect(
      between(customer('Zorvane', { mail: 'gmail.com' }), company('Quillbury', { mail: 'gmail.com' })),
    ).toBeUndefined();
  });
});

describe('neighbours are not taken for each other (WIN-7)', () => {
  const all: Notes = {
    mail: 'zorvane.example',
    town: 'Mockham',
    postal: '12001',
    street: 'Mill Lane 4',
    phone: '0312 5550142',
  };
  it.each<[string, string, Notes, string, Notes]>([
    ['a subsidiary and its parent', 'Zorvane Optics Ltd', all, 'Zorvane Holding Ltd', all],
    ['two firms of a group', 'Zorvane Optics Ltd', all, 'Zorvane Bakery Ltd', all],
    [
      'a branch and the head office',
      'Zorvane Optics Mockham Branch',
      all,
      'Zorvane Optics',
      { ...all, town: 'Testford', postal: '9', street: 'Quay 1' },
    ],
    ['another number', 'Zorvane Depot 4', all, 'Zorvane Depot 7', all],
    [
      'one letter and nothing else',
      'Bramley Optics',
      { town: 'Mockham', postal: '1', tax: 'GB345678912' },
      'Gramley Optics',
      { town: 'Testford', postal: '2', tax: 'GB998877665' },
    ],
    [
      'another tax number in another town',
      'Zorvane Optics',
      { town: 'Mockham', postal: '1', tax: 'GB345678912' },
      'Zorvane Optics',
      { town: 'Testford', postal: '2', tax: 'GB998877665' },
    ],
  ])('%s', (_, left, one, right, two) => {
    const found = between(customer(left, one), company(right, two));
    expect(found === undefined || found.ambiguousBecause.length > 0).toBe(true);
  });

  it('tells two firms of one name by their town, and says so where it cannot', () => {
    const here: Notes = { town: 'Mockham', postal: '12001' };
    const there: Notes = { town: 'Testford', postal: '98001' };
    const companies = [company('Rose Bakery', here), company('Rose Bakery', there)];
    expect(suggestCompanies([customer('Rose Bakery', there)], companies)).toMatchObject([
      { companyId: companies[1]!.id, ambiguousBecause: [] },
    ]);
    expect(
      suggestCompanies([customer('Rose Bakery')], companies).map(({ ambiguousBecause }) => ambiguousBecause),
    ).toEqual([['SEVERAL_COMPANIES'], ['SEVERAL_COMPANIES']]);
    expect(between(customer('Rose Bakery', here), company('Rose Bakery', there))?.ambiguousBecause).toEqual([
      'OTHER_TOWN',
    ]);
  });
});

describe('what is shown follows what people decided (MAP-2)', () => {
  const candidate = (customerId: string, companyId: number, strength: number) => ({
    customerId,
    companyId,
    strength,
    exact: false,
    doubts: [],
  });
  const shown = (...[candidates, mapped, rejected]: Parameters<typeof resolveSuggestions>) =>
    resolveSuggestions(candidates, mapped, rejected).map(({ customerId, companyId, ambiguousBecause }) =>
      `${customerId}${companyId} ${ambiguousBecause.join()}`.trim(),
    );

  it('shows the best, its equals, and the next when the best is rejected', () => {
    const list = [candidate('A', 1, 6), candidate('A', 2, 3)];
    expect(shown(list)).toEqual(['A1']);
    expect(shown(list, [], [{ customerId: 'A', companyId: 1 }])).toEqual(['A2']);
    expect(shown([candidate('A', 1, 6), candidate('A', 2, 5.5)])).toEqual([
      'A1 SEVERAL_COMPANIES',
      'A2 SEVERAL_COMPANIES',
    ]);
  });

  it('leaves out who is mapped, and says when a company is taken or wanted by two', () => {
    const list = [candidate('A', 1, 6), candidate('B', 1, 6)];
    expect(shown(list)).toEqual(['A1 SEVERAL_CUSTOMERS', 'B1 SEVERAL_CUSTOMERS']);
    expect(shown(list, [{ customerId: 'A', companyId: 1 }])).toEqual(['B1 COMPANY_TAKEN']);
  });

  it('gives a company to the customer it clearly is', () => {
    expect(shown([candidate('A', 1, 9), candidate('B', 1, 3)])).toEqual(['A1']);
  });
});
