import { describe, expect, it } from 'vitest';
import { serviceMismatch, serviceNeedOf } from './product-service.js';

const month = { unit: 'month', count: 1 } as const;
const year = { unit: 'year', count: 1 } as const;
const months = (count: number) => ({ unit: 'month', count }) as const;

describe('what a product needs in Autotask (MAP-6, DESIGN §6 Charging cycle)', () => {
  it('an annual commitment billed monthly is a monthly service', () => {
    expect(
      serviceNeedOf({ billingModel: 'chargeBeforeBillingPeriod', billingPeriod: month, subscriptionPeriod: year }),
    ).toMatchObject({ needed: true, periodType: 2, word: 'monthly' });
  });

  it('a product paid before its subscription period has that period', () => {
    expect(
      serviceNeedOf({ billingModel: 'chargeBeforeSubscriptionPeriod', billingPeriod: month, subscriptionPeriod: year }),
    ).toMatchObject({ needed: true, periodType: 5 });
  });

  it.each([
    [months(3), 3],
    [months(6), 4],
    [months(12), 5],
    [year, 5],
  ])('a cycle of %o is period type %i', (billingPeriod, periodType) => {
    expect(
      serviceNeedOf({ billingModel: 'chargeBeforeBillingPeriod', billingPeriod, subscriptionPeriod: year }),
    ).toMatchObject({ needed: true, periodType });
  });

  it.each([
    ['chargeBeforeSubscriptionPeriod', { unit: 'year', count: 3 }, 'term'],
    ['chargeBeforeSubscriptionPeriod', { unit: 'day', count: 30 }, 'term'],
    ['chargeAfterBillingPeriod', year, 'metered'],
    ['chargeExternalRating', year, 'metered'],
    ['unknown', year, 'unknown'],
    ['chargeBeforeSubscriptionPeriod', { unit: 'unknown', count: 1 }, 'unknown'],
  ] as const)('%s with a term of %o needs no service: %s', (billingModel, subscriptionPeriod, why) => {
    expect(serviceNeedOf({ billingModel, billingPeriod: month, subscriptionPeriod })).toMatchObject({
      needed: false,
      why,
    });
  });
});

describe('whether a service can hold a product', () => {
  const need = serviceNeedOf({
    billingModel: 'chargeBeforeBillingPeriod',
    billingPeriod: month,
    subscriptionPeriod: year,
  });
  const service = { name: 'Example Office Basic', isActive: true, periodType: 2 } as const;

  it('takes an active service of the same period', () => {
    expect(serviceMismatch(need, service)).toBeUndefined();
  });

  it('refuses another period with both named', () => {
    expect(serviceMismatch(need, { ...service, periodType: 5 })).toEqual({
      code: 'CYCLE_MISMATCH',
      message: 'Service "Example Office Basic" is yearly; this product is billed monthly. Choose a monthly service.',
    });
  });

  it('refuses an inactive service before it looks at its period', () => {
    expect(serviceMismatch(need, { ...service, isActive: false, periodType: 5 })?.code).toBe('SERVICE_INACTIVE');
  });

  it('refuses any service for a product that makes no units', () => {
    const metered = serviceNeedOf({
      billingModel: 'chargeAfterBillingPeriod',
      billingPeriod: month,
      subscriptionPeriod: month,
    });
    expect(serviceMismatch(metered, service)?.code).toBe('PRODUCT_NEEDS_NO_SERVICE');
  });
});
