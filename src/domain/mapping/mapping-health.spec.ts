import { describe, expect, it } from 'vitest';
import { companyProblem, contractProblem, customerProblem, isRenamed, isRenamedCompany } from './mapping-health.js';

describe('another name (MAP-4)', () => {
  it.each([
    ['Otter & Quill Ltd', 'OTTER AND QUILL LIMITED'],
    ['Café Lumière S.A.', 'Cafe Lumiere'],
    ['Blue Teapot', 'Blue Teapot (formerly Red Kettle)'],
    ['Red Kettle', 'Blue Teapot t/a Red Kettle'],
  ])('%s may become %s', (then, now) => {
    expect(isRenamedCompany(then, now)).toBe(false);
  });

  it.each([
    ['Otter & Quill Ltd', 'Otter Holdings Ltd'],
    ['Blue Teapot', 'Blue Teapot Leeds'],
    ['Juniper', 'Marmalade Freight'],
  ])('%s is not %s', (then, now) => {
    expect(isRenamedCompany(then, now)).toBe(true);
  });

  it('of a service or contract counts letters and digits only, and nothing counts when the old name is not known', () => {
    expect(isRenamed('Office Basic – monthly', 'office basic, MONTHLY')).toBe(false);
    expect(isRenamed('Office Basic 12', 'Office Basic 1')).toBe(true);
    expect(isRenamed(null, 'Anything')).toBe(false);
    expect(isRenamedCompany(undefined, 'Anything')).toBe(false);
  });
});

describe('what is wrong with a mapped record (MAP-4)', () => {
  const now = { name: 'Juniper', isActive: true };

  it('is nothing while it is active and bears its name', () => {
    expect(companyProblem({ id: 1, nameThen: 'Juniper', now })).toBeUndefined();
    expect(customerProblem({ id: '1', nameThen: 'Juniper', now }, 'active')).toBeUndefined();
    expect(contractProblem({ id: 1, nameThen: null, now })).toBeUndefined();
  });

  it('tells inactive from gone, and both before the name', () => {
    const inactive = { name: 'Other', isActive: false };
    const codes = [
      companyProblem({ id: 1, nameThen: 'Juniper', now: { ...inactive, saidActive: false } }),
      companyProblem({ id: 1, nameThen: 'Juniper', now: { ...inactive, saidActive: true } }),
      companyProblem({ id: 1, nameThen: 'Juniper', now: undefined }),
      customerProblem({ id: '1', nameThen: 'Juniper', now: inactive }, 'cancelled'),
      customerProblem({ id: '1', nameThen: 'Juniper', now: inactive }, 'active'),
      contractProblem({ id: 1, nameThen: 'Juniper', now: undefined }),
      contractProblem({ id: 1, nameThen: 'Juniper', now: { ...now, name: 'Other' } }),
    ].map((problem) => problem?.code);
    expect(codes).toEqual([
      'COMPANY_INACTIVE',
      'COMPANY_GONE',
      'COMPANY_GONE',
      'CUSTOMER_INACTIVE',
      'CUSTOMER_GONE',
      'CONTRACT_GONE',
      'CONTRACT_RENAMED',
    ]);
  });
});
