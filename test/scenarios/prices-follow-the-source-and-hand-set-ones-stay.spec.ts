import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  aLine,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  capabilities,
  changeFacts,
  orderTask,
  planFacts,
  settings,
  tracked,
} from '../factories/plan-facts.js';
import type { OrderLine } from '../../src/domain/marketplace/order.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';

const autotask = { settings: settings({ priceSource: 'autotask' }) };

function sale(
  lines: OrderLine[],
  stored: { units: number; unitPrice?: string },
  about: Partial<SyncFacts> = {},
): SyncFacts {
  const order = anOrder('sales', '2027-03-10', [anItem(BASIC, stored.units, { action: 'CREATE' })], { lines });
  return planFacts({
    task: orderTask(order, aSubscription([{ product: BASIC, ...stored }])),
    contract: aContract(),
    ...about,
  });
}

describe('Prices follow the source and hand-set ones stay (PSH-3, INS-3)', () => {
  it('marketplace: what the customer pays for a whole cycle, discount included, to four decimals', () => {
    const tiered = sale([aLine(BASIC, { extendedPrice: '53.39', quantity: '7', unitPrice: '8' })], { units: 7 });
    expect(written(plannedReady(tiered))[1]).toBe('2027-03-10 +7 at 7.6271 cost 6.1');
    const discounted = sale(
      [
        aLine(BASIC, { extendedPrice: '40', quantity: '5', unitPrice: '8' }),
        aLine(BASIC, { feeType: 'discount', sourceType: 'discount', extendedPrice: '-4' }),
      ],
      { units: 5 },
    );
    expect(written(plannedReady(discounted))[1]).toBe('2027-03-10 +5 at 7.2 cost 6.1');
  });

  it('marketplace: a part period says nothing about the price, the subscription does', () => {
    const lines = [
      aLine(BASIC, {
        feeType: 'prorated',
        extendedPrice: '12',
        quantity: '5',
        unitPrice: '8',
        duration: { unit: 'month', count: '1' },
      }),
    ];
    expect(written(plannedReady(sale(lines, { units: 5, unitPrice: '8.4' })))[1]).toBe('2027-03-10 +5 at 8.4 cost 6.1');
  });

  it('Autotask: the service’s price and cost, and the service’s own invoice text', () => {
    const facts = sale([], { units: 5, unitPrice: '11' }, autotask);
    const plan = plannedReady(facts);
    expect(written(plan)[1]).toBe('2027-03-10 +5 at 8 cost 6.1');
    expect(plan.operations[0]).not.toHaveProperty('invoiceDescription');
    expect(plan.lines[0]?.priceSource).toBe('autotask');
  });

  it('Autotask in a foreign currency: the price list, and never a base-currency price', () => {
    const foreign = sale([], { units: 5 }, { ...autotask, isInternalCurrency: false });
    expect(written(plannedReady(foreign))[1]).toBe('2027-03-10 +5');
    const listed = sale([], { units: 5 }, { ...autotask, isInternalCurrency: false });
    listed.services[0]!.listPrice = '9.3';
    expect(written(plannedReady(listed))[1]).toBe('2027-03-10 +5 at 9.3');
  });

  it('a person may load prices from the other source for one task', () => {
    const facts = changeFacts({ from: 5, to: 8, stored: { unitPrice: '9' } }, { choices: { priceSource: 'autotask' } });
    expect(written(plannedReady(facts))).toEqual(['2027-05-14 +3']);
  });

  it('a price set by hand in Autotask stays, and is named', () => {
    const facts = changeFacts({ from: 5, to: 8, stored: { unitPrice: '8.4' } });
    facts.contract!.lines[0]!.internalCurrencyAdjustedPrice = '7.9';
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual(['2027-05-14 +3']);
    expect(plan.lines[0]).toMatchObject({ priceSource: 'hand', priceNow: '7.9', priceAfter: '7.9' });
    expect(plan.warnings).toContainEqual(expect.objectContaining({ code: 'PRICE_HAND_SET' }));
    const chosen = { ...facts, choices: { lines: [{ productKey: BASIC.key, include: true, price: '8.40' }] } };
    expect(written(plannedReady(chosen))).toEqual(['2027-05-14 +3 at 8.4']);
  });

  it('a price of another currency is recognised by the line’s own ratio', () => {
    const facts = changeFacts({ from: 5, to: 8, stored: { unitPrice: '9.2' } }, { isInternalCurrency: false });
    Object.assign(facts.contract!.lines[0]!, {
      unitPrice: '8.8',
      internalCurrencyUnitPrice: '8',
      internalCurrencyAdjustedPrice: '7.2727',
    });
    expect(written(plannedReady(facts))).toEqual(['2027-05-14 +3 at 9.2']);
  });

  it('one line has one price: another subscription’s price is a person’s decision', () => {
    const facts = changeFacts(
      { from: 5, to: 8, stored: { unitPrice: '7.5' } },
      tracked(
        { lineId: 701, product: BASIC, units: 5, from: '2027-03-10' },
        { lineId: 701, product: BASIC, units: 20, from: '2027-03-10', subscriptionId: 'S-other' },
      ),
    );
    facts.contract!.units = aContract({
      lines: [{ id: 701, product: BASIC, units: [{ from: '2027-03-10', units: 25 }] }],
    }).units;
    expect(asked(planSync(facts))).toEqual(['PRICE_CONFLICT']);
    const answer = (priceConflict: 'keep' | 'repriceAll') => ({
      ...facts,
      choices: { lines: [{ productKey: BASIC.key, include: true, priceConflict }] },
    });
    expect(written(plannedReady(answer('keep')))).toEqual(['2027-05-14 +3']);
    expect(written(plannedReady(answer('repriceAll')))).toEqual(['2027-05-14 +3 at 7.5']);
  });

  it('a second line of the service can hold the other price', () => {
    const order = anOrder('sales', '2027-03-10', [anItem(BASIC, 5, { action: 'CREATE' })]);
    const facts = planFacts({
      task: orderTask(order, aSubscription([{ product: BASIC, units: 5, unitPrice: '7.5' }])),
      contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 20 }] }] }),
      ...tracked({ lineId: 701, product: BASIC, units: 20, subscriptionId: 'S-other' }),
      choices: { lines: [{ productKey: BASIC.key, include: true, priceConflict: 'secondLine' }] },
    });
    const plan = plannedReady(facts);
    expect(plan.operations[0]).toMatchObject({ kind: 'createLine', repeat: true });
    expect(written(plan)[1]).toBe('2027-03-10 +5 at 7.5 cost 6.1');
  });

  it('the invoice text is the product’s name, or with its subscription where it is not trimmed', () => {
    const line = aLine(BASIC, {
      extendedPrice: '40',
      quantity: '5',
      unitPrice: '8',
      description: 'Recurring fee for Example Office Basic, 12 months',
    });
    expect(plannedReady(sale([line], { units: 5 })).operations[0]).toMatchObject({ invoiceDescription: BASIC.name });
    const full = sale([line], { units: 5 }, { settings: settings({ trimDescription: false }) });
    expect(plannedReady(full).operations[0]).toMatchObject({ invoiceDescription: line.description });
    const chosen = sale(
      [line],
      { units: 5 },
      { choices: { lines: [{ productKey: BASIC.key, include: true, description: 'Office seats' }] } },
    );
    expect(plannedReady(chosen).operations[0]).toMatchObject({ invoiceDescription: 'Office seats' });
  });

  it('the text of a line that stands is changed where a person says so, and keeps its hash when resumed', () => {
    const facts = changeFacts(
      { from: 5, to: 8 },
      { choices: { lines: [{ productKey: BASIC.key, include: true, description: 'Office seats' }] } },
    );
    expect(written(plannedReady(facts))).toEqual(['text "Office seats"', '2027-05-14 +3']);
  });

  it('zero and negative prices are prices too', () => {
    expect(written(plannedReady(changeFacts({ from: 5, to: 8, stored: { unitPrice: '0' } })))).toEqual([
      '2027-05-14 +3 at 0',
    ]);
    expect(written(plannedReady(changeFacts({ from: 5, to: 8, stored: { unitPrice: '-1.25' } })))).toEqual([
      '2027-05-14 +3 at -1.25',
    ]);
  });

  it('costs are never written where the API user may not see them', () => {
    const facts = sale([], { units: 5 }, { capabilities: capabilities({ costVisible: false }) });
    expect(written(plannedReady(facts))[1]).toBe('2027-03-10 +5 at 8');
  });
});
