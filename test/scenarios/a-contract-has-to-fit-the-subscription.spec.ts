import { describe, expect, it } from 'vitest';
import { contractSuitability, type ContractNeeds } from '../../src/domain/sync-plan/contract-suitability.js';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { RequiredAction } from '../../src/domain/sync-plan/sync-plan.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import { aContract, BASIC, changeFacts, PLUS } from '../factories/plan-facts.js';

type About = Parameters<typeof aContract>[0];

/** An upgrade from five to eight on 14 May 2027, on a contract that differs from a good one. */
const on = (about: About) =>
  changeFacts(
    { from: 5, to: 8 },
    {
      contract: aContract({
        lines: [{ id: 701, product: BASIC, units: [{ from: '2027-03-10', units: 5 }] }],
        ...about,
      }),
    },
  );

const strangers = {
  lines: [
    { id: 701, product: BASIC, units: [{ from: '2027-03-10', units: 5 }] },
    { id: 702, product: PLUS, units: [{ units: 4 }], description: 'Phone support' },
    { id: 703, product: PLUS, units: [{ units: 1 }], description: 'Backup of the old server' },
  ],
};

/** What is wrong · the contract · code · what the message says to do. */
const UNFIT: [string, About, RequiredAction['code'], string][] = [
  ['another type than 7', { contractType: 1 }, 'CONTRACT_UNSUITABLE', 'is not a recurring service contract. Pick one'],
  ['inactive', { isActive: false }, 'CONTRACT_UNSUITABLE', 'is inactive. Activate it in Autotask or pick another one.'],
  ['another company', { companyId: 9 }, 'CONTRACT_UNSUITABLE', "Pick a contract of the customer's company."],
  ['another billing cycle', { periodType: 3 }, 'CONTRACT_CYCLE', 'bills quarterly; this subscription bills monthly.'],
  ['another currency', { currency: 'CHF' }, 'CONTRACT_CURRENCY', 'is in CHF; this connection syncs EUR.'],
];

describe('A contract has to fit the subscription before anything lands on it (PSH-4)', () => {
  it.each(UNFIT)('%s: nothing is confirmed, and the message says what to do', (_, about, code, words) => {
    const plan = planSync(on(about));
    expect(asked(plan)).toEqual([code]);
    expect(plan.requiredActions[0]).toMatchObject({ subject: { kind: 'contract', id: '29683' } });
    expect(plan.requiredActions[0]?.message).toContain(words);
    expect(plan.automatic).toBe(false);
  });

  it('the same contract without any of it takes the change', () => {
    expect(written(plannedReady(on({})))).toEqual(['2027-05-14 +3']);
  });

  it('every reason is named, not only the first', () => {
    const plan = planSync(on({ contractType: 1, isActive: false, currency: 'CHF' }));
    expect(asked(plan)).toEqual(['CONTRACT_UNSUITABLE', 'CONTRACT_UNSUITABLE', 'CONTRACT_CURRENCY']);
  });

  it('a cycle that does not fit places nothing at all', () => {
    expect(planSync(on({ periodType: 5 })).operations).toEqual([]);
  });

  it('one that ended before the change is offered for extension first, naming every other line that would go on', () => {
    const plan = planSync(on({ ...strangers, end: '2027-04-30' }));
    expect(plan.requiredActions).toEqual([
      expect.objectContaining({
        code: 'CONTRACT_DATE',
        message:
          'Contract 29683 ends on 2027-04-30, before 2027-05-14. Extend it to 2028-03-31, or pick another contract. 2 other lines (Phone support, Backup of the old server) would be billed until then too.',
        options: [{ value: 'extend', label: 'Extend to 2028-03-31', choices: { extend: true } }],
      }),
    ]);
    expect(plan.operations).toEqual([]);
    const extended = plannedReady({ ...on({ ...strangers, end: '2027-04-30' }), choices: { extend: true } });
    expect(written(extended)).toEqual(['extend to 2028-03-31', '2027-05-14 +3']);
  });

  it('one that ends before the term does covers the change, and the offer names every other line too', () => {
    const plan = plannedReady(on(strangers));
    expect(written(plan)).toEqual(['2027-05-14 +3']);
    expect(plan.warnings).toEqual([
      expect.objectContaining({
        code: 'CONTRACT_ENDS_BEFORE_TERM',
        message:
          "Contract 29683 ends on 2027-12-31, before the subscription's term does on 2028-03-09. It can be extended here. 2 other lines (Phone support, Backup of the old server) would be billed until then too.",
        money: false,
      }),
    ]);
    const alone = plannedReady(on({}));
    expect(alone.warnings[0]?.message).toMatch(/It can be extended here\.$/);
  });
});

describe('The contract step of the wizard says of each contract why it fits or not', () => {
  const needs: ContractNeeds = {
    companyIds: [301],
    currency: 'EUR',
    periodType: 2,
    date: '2027-05-14',
    termEnd: '2027-12-31',
  };
  const verdict = (about: About, more: Partial<ContractNeeds> = {}) => {
    const { contract, currency } = aContract(about);
    return contractSuitability(contract, currency, { ...needs, ...more });
  };

  it('suitable: right company, recurring service, active, same cycle, same currency, covering the date', () => {
    expect(verdict({})).toEqual({ suitable: true, reasons: [], extendable: false });
  });

  it.each(UNFIT)('%s is a reason that no extension heals', (_, about, code) => {
    const { suitable, reasons, extendable } = verdict(about);
    expect([suitable, reasons.map((reason) => reason.code), extendable]).toEqual([false, [code], false]);
    expect(verdict({ ...about, end: '2027-04-30' }).extendable).toBe(false);
  });

  it('ended before the date: an extension would make it suitable', () => {
    expect(verdict({ end: '2027-05-13' })).toMatchObject({ suitable: false, extendable: true });
    expect(verdict({ end: '2027-05-14' })).toMatchObject({ suitable: true, extendable: false });
  });

  it('not begun on the date: no extension helps', () => {
    const { suitable, reasons, extendable } = verdict({ start: '2027-06-01' });
    expect([suitable, reasons.map((reason) => reason.code), extendable]).toEqual([false, ['CONTRACT_DATE'], false]);
  });

  it('ending before the term is said, and stops nothing', () => {
    expect(verdict({ end: '2027-09-30' }, { termEnd: '2028-03-09' })).toEqual({
      suitable: true,
      reasons: [],
      extendable: false,
      endsBeforeTerm:
        "Contract 29683 ends on 2027-09-30, before the subscription's term ends on 2028-03-09. It can be extended.",
    });
  });
});
