import { describe, expect, it } from 'vitest';
import { plannedReady, written } from '../factories/plan-checks.js';
import { aContract, aSubscription, BASIC, planFacts, settings, sweepTask, tracked } from '../factories/plan-facts.js';

const ended = aSubscription([{ product: BASIC, units: 5 }], { status: 'terminated', expirationDate: '2027-05-10' });
const facts = planFacts({
  today: '2027-05-11',
  task: sweepTask('expiry', ended, { readOn: '2027-05-11' }),
  contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 9 }] }] }),
  ...tracked(
    { lineId: 701, product: BASIC, units: 5 },
    { lineId: 701, product: BASIC, units: 4, subscriptionId: 'S-other' },
  ),
});

describe('A subscription that simply ends is taken off on its end date', () => {
  it('in both modes, and the other subscription on the line stays', () => {
    for (const proration of ['autotask', 'marketplace'] as const)
      expect(written(plannedReady({ ...facts, settings: settings({ proration }) }))).toEqual(['2027-05-10 -5']);
  });

  it('takes the day the check found, also when the marketplace still shows the old term', () => {
    const early = { ...facts, task: { ...facts.task, sourceKey: 'expiry:S-20481:2027-05-02' } };
    expect(written(plannedReady(early))).toEqual(['2027-05-02 -5']);
  });
});
