import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { asked, written } from '../factories/plan-checks.js';
import {
  aContract,
  anItem,
  anOrder,
  aProduct,
  aSubscription,
  BASIC,
  changeFacts,
  mapped,
  orderTask,
  planFacts,
  PLUS,
  settings,
} from '../factories/plan-facts.js';
import type { Order } from '../../src/domain/marketplace/order.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';

const ask = (about: Partial<SyncFacts>) => planSync(changeFacts({ from: 5, to: 8 }, about)).requiredActions;
const codes = (about: Partial<SyncFacts>) => ask(about).map((action) => action.code);
const withOrder = (order: Partial<Order>) => asked(planSync(changeFacts({ from: 5, to: 8, order })));
const line = { lines: [{ id: 701, product: BASIC, units: [{ from: '2027-03-10', units: 5 }] }] };

describe('Each missing thing is named, with what to do', () => {
  it('no company, an inactive one', () => {
    expect(ask({ companies: [] })).toContainEqual(
      expect.objectContaining({
        code: 'MAPPING_MISSING',
        message: 'Customer Marmalade Freight has no Autotask company. Map it.',
        subject: { kind: 'customer', id: 'C-7', name: 'Marmalade Freight' },
      }),
    );
    expect(codes({ companies: [{ id: 301, name: 'Marmalade Freight', isActive: false, companyType: 1 }] })).toContain(
      'COMPANY_INACTIVE',
    );
  });

  it('no service, one that is gone, inactive, or of another period', () => {
    expect(codes({ services: [] })).toEqual(['MAPPING_MISSING']);
    const [mapping] = mapped(BASIC);
    expect(codes({ services: [{ ...mapping!, service: undefined }] })).toEqual(['MAPPING_BROKEN']);
    expect(codes({ services: [{ ...mapping!, service: { ...BASIC.service, isActive: false } }] })).toEqual([
      'MAPPING_BROKEN',
    ]);
    expect(ask({ services: [{ ...mapping!, service: { ...BASIC.service, periodType: 5 } }] })[0]?.message).toBe(
      'Service Example Office Basic service bills yearly; Example Office Basic bills monthly. Map a monthly service.',
    );
  });

  it('no contract, one that was not found', () => {
    expect(codes({ contract: undefined })).toEqual(['CONTRACT_MISSING']);
    expect(codes({ choices: { contract: { id: 4 } } })).toEqual(['CONTRACT_MISSING']);
  });

  it('a contract of another company, type, state, cycle or currency', () => {
    expect(codes({ contract: aContract({ ...line, companyId: 9 }) })).toEqual(['CONTRACT_UNSUITABLE']);
    expect(codes({ contract: aContract({ ...line, contractType: 1 }) })).toEqual(['CONTRACT_UNSUITABLE']);
    expect(codes({ contract: aContract({ ...line, isActive: false }) })).toEqual(['CONTRACT_UNSUITABLE']);
    expect(codes({ contract: aContract({ ...line, currency: 'USD' }) })).toEqual(['CONTRACT_CURRENCY']);
    expect(codes({ contract: aContract({ ...line, periodType: 5 }) })).toEqual(['CONTRACT_CYCLE']);
  });

  it('a monthly contract for a yearly subscription', () => {
    const yearly = aProduct('Y', 'Example Backup', { serviceId: 57, periodType: 5 });
    const order = anOrder('sales', '2027-03-10', [anItem(yearly, 2, { action: 'CREATE' })]);
    const plan = planSync(
      planFacts({
        task: orderTask(
          order,
          aSubscription([{ product: yearly, units: 2 }], { billingPeriod: { unit: 'year', count: 1 } }),
        ),
        services: mapped(yearly),
        contract: aContract(),
      }),
    );
    expect(plan.requiredActions[0]?.message).toBe(
      'Contract 29683 bills monthly; this subscription bills yearly. Pick a yearly contract.',
    );
    expect(plan.operations).toEqual([]);
  });

  it('an order in another currency, of an unknown type, not completed, with an unknown action', () => {
    expect(withOrder({ currency: 'USD' })).toEqual(['CURRENCY_UNKNOWN']);
    expect(withOrder({ type: 'unknown', sourceType: 'barter' })).toEqual(['ORDER_TYPE_UNKNOWN']);
    expect(withOrder({ status: 'processing', completedAt: undefined })).toEqual(['ORDER_INCOMPLETE']);
    expect(withOrder({ items: [anItem(BASIC, 8, { action: 'LEASE' })] })).toEqual(['ORDER_TYPE_UNKNOWN']);
  });

  it('a fractional or negative quantity', () => {
    expect(withOrder({ items: [anItem(BASIC, '7.5')] })).toEqual(['QUANTITY_NOT_WHOLE']);
    expect(withOrder({ items: [anItem(BASIC, -1)] })).toEqual(['QUANTITY_NEGATIVE']);
    expect(withOrder({ items: [anItem(BASIC, '8.00')] })).toEqual([]);
  });

  it('two products on one service, unless the settings allow it', () => {
    const order = anOrder('change', '2027-05-14', [anItem(BASIC, 8), anItem(PLUS, 2, { action: 'CREATE' })]);
    const shared = [...mapped(BASIC), { ...mapped(PLUS)[0]!, serviceId: BASIC.service.id, service: BASIC.service }];
    const facts = changeFacts({ from: 5, to: 8 }, { services: shared });
    facts.task = orderTask(
      order,
      aSubscription([
        { product: BASIC, units: 8 },
        { product: PLUS, units: 2, unitPrice: '8', unitCost: '6.1' },
      ]),
    );
    expect(asked(planSync(facts))).toEqual(['SEVERAL_PRODUCTS']);
    expect(written(planSync({ ...facts, settings: settings({ severalProductsPerService: true }) }))).toEqual([
      '2027-05-14 +5',
    ]);
  });

  it('several lines of one service that nobody tracks', () => {
    const facts = changeFacts(
      { from: 5, to: 8 },
      {
        contract: aContract({
          lines: [
            { id: 701, product: BASIC },
            { id: 702, product: BASIC },
          ],
        }),
        ledger: [],
        prices: [],
      },
    );
    facts.task.order!.items[0]!.action = 'CREATE';
    const plan = planSync(facts);
    expect(asked(plan)).toEqual(['LINE_AMBIGUOUS']);
    const chosen = { ...facts, choices: { lines: [{ productKey: BASIC.key, include: true, contractServiceId: 702 }] } };
    expect(planSync(chosen).operations[0]).toMatchObject({ line: { contractServiceId: 702 } });
  });

  it('all of them at once, not only the first', () => {
    expect(codes({ companies: [], services: [], contract: undefined }).toSorted()).toEqual([
      'CONTRACT_MISSING',
      'MAPPING_MISSING',
      'MAPPING_MISSING',
    ]);
  });

  it('what Autotask cannot express is logged as not supported', () => {
    const plan = planSync(changeFacts({ from: 5, to: 5, order: { items: [] } }));
    expect(plan.notSupported).toContain('cannot express');
    expect(plan.operations).toEqual([]);
  });

  it('an amount nobody can place is never dropped silently', () => {
    const plan = planSync(
      changeFacts({
        from: 5,
        to: 8,
        lines: [
          {
            feeType: 'other',
            sourceType: 'handlingFee',
            description: 'Handling',
            quantity: '1',
            unitPrice: '3',
            extendedPrice: '3',
          },
        ],
      }),
    );
    expect(plan.warnings).toContainEqual(expect.objectContaining({ code: 'LINE_NOT_PLACED', money: true }));
    expect(plan.automatic).toBe(false);
  });
});
