import { beforeEach, describe, expect, it } from 'vitest';
import type { FeeType } from '../../domain/marketplace/order.js';
import type { Subscription } from '../../domain/marketplace/subscription.js';
import { order, orderHeader, subscriptionsToComplete } from './simple-api.order-schema.js';
import { customer, product, subscription, subscriptionHeader } from './simple-api.schema.js';
import type { ReadingContext } from './wire-record.js';

let unknown: string[];
let context: ReadingContext;

beforeEach(() => {
  unknown = [];
  context = {
    timeZone: 'America/New_York',
    correlationId: 'c-1',
    unknown: (where, field, value) => unknown.push(`${where} ${field} ${value}`),
  };
});

const month = { type: 'month', duration: 1 };
const year = { type: 'year', duration: 1 };
const eur = (amount: string) => ({ currency: 'EUR', amount });

const wireSubscription = {
  id: '1000054',
  name: 'Example Office',
  customerId: '1000001',
  status: 'active',
  attributes: { 'psa.contractId': '7', count: 3, nothing: null },
  renewalStatus: true,
  creationDate: '2027-01-31',
  renewalDate: '2028-01-31',
  lastModifiedDate: '2027-03-10T03:30:00Z',
  billingModel: 'chargeBeforeBillingPeriod',
  billingPeriod: month,
  subscriptionPeriod: year,
  planId: 10_005,
  totalPrice: eur('125.00'),
  products: [
    {
      id: 'PRD1',
      mpn: 'EX-BASIC',
      vendor: 'ExampleVendor',
      name: 'Example Office Basic',
      quantity: 10,
      unitPrice: eur('12.50'),
      unitCost: eur('10.1234'),
      extendedPrice: eur('125.00'),
    },
  ],
};

const wireOrder = {
  id: '500001',
  orderNumber: 'SO000012',
  type: 'sales',
  customerId: '1000001',
  poNumber: 'PO-1',
  creationDate: '2027-03-09T22:00:00Z',
  provisioningDate: '2027-03-10 02:00:00+00:00',
  status: 'completed',
  total: eur('135.50'),
  attributes: { 'psa.connectionId': 'c' },
  subscriptionId: '1000054',
  products: [
    {
      id: 'PRD1',
      mpn: 'EX-BASIC',
      vendor: 'ExampleVendor',
      name: 'Example Office Basic',
      quantity: 10,
      billingPeriod: month,
      subscriptionPeriod: year,
      type: 'CREATE',
    },
  ],
  details: [
    {
      type: 'recurring',
      productId: 'PRD1',
      mpn: 'EX-BASIC',
      duration: { type: 'month', duration: 1 },
      description: 'Recurring fee',
      quantity: 10,
      unitPrice: eur('12.50'),
      extendedPrice: eur('125.00'),
    },
  ],
};

const none: ReadonlyMap<string, Subscription> = new Map();
const withDetail = (detail: Record<string, unknown>) => ({
  ...wireOrder,
  details: [{ ...wireOrder.details[0], ...detail }],
});
const lineOf = (detail: Record<string, unknown>) => order(withDetail(detail), none, context).lines[0]!;
const itemOf = (product: Record<string, unknown>, known = none, more: Record<string, unknown> = {}) =>
  order({ ...wireOrder, ...more, products: [product] }, known, context).items[0]!;

describe('subscriptions', () => {
  it('keep money as it was sent and days as the marketplace means them', () => {
    expect(subscription(wireSubscription, context)).toEqual({
      id: '1000054',
      name: 'Example Office',
      customerId: '1000001',
      planId: '10005',
      status: 'active',
      autoRenew: true,
      billingModel: 'chargeBeforeBillingPeriod',
      billingPeriod: { unit: 'month', count: 1 },
      subscriptionPeriod: { unit: 'year', count: 1 },
      creationDate: '2027-01-31',
      renewalDate: '2028-01-31',
      // 03:30 UTC is still the evening before in New York.
      lastModifiedDate: '2027-03-09',
      currency: 'EUR',
      attributes: { 'psa.contractId': '7', count: '3' },
      items: [
        {
          productKey: 'mpn:EX-BASIC|ExampleVendor|1m|1y',
          productId: 'PRD1',
          mpn: 'EX-BASIC',
          vendor: 'ExampleVendor',
          name: 'Example Office Basic',
          quantity: '10',
          unitPrice: '12.50',
          unitCost: '10.1234',
        },
      ],
    });
    expect(unknown).toEqual([]);
  });

  it('with price tiers cost per unit what the whole costs', () => {
    const tiers = [
      { lowerLimit: '1', amount: '12.50' },
      { lowerLimit: '6', amount: '10.00' },
    ];
    const tiered = { ...wireSubscription.products[0], unitPrice: { ...eur('12.50'), priceTiers: tiers } };
    const read = (change: Record<string, unknown>) =>
      subscription({ ...wireSubscription, products: [{ ...tiered, ...change }] }, context).items[0]?.unitPrice;
    expect(read({ extendedPrice: eur('112.50') })).toBe('11.25');
    expect(read({ extendedPrice: eur('0.00'), quantity: 0 })).toBe('12.50');
    expect(read({ extendedPrice: null })).toBe('12.50');
  });

  it('take the currency from their products where there is no total', () => {
    expect(subscription({ ...wireSubscription, totalPrice: null }, context).currency).toBe('EUR');
  });

  it('keep and report what is unknown', () => {
    const strange = {
      ...wireSubscription,
      status: 'frozen',
      billingModel: null,
      billingPeriod: { type: 'lunar', duration: 2 },
      subscriptionPeriod: null,
    };
    expect(subscription(strange, context)).toMatchObject({
      status: 'unknown',
      billingModel: 'unknown',
      billingPeriod: { unit: 'unknown', count: 0 },
      subscriptionPeriod: { unit: 'unknown', count: 0 },
    });
    expect(unknown).toEqual(
      expect.arrayContaining([
        'subscription 1000054 status frozen',
        'subscription 1000054 billingModel missing',
        'subscription 1000054, billingPeriod type lunar',
        'subscription 1000054 subscriptionPeriod missing',
      ]),
    );
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a day that is none', { renewalDate: '2027-02-30' }, 'subscription 1000054: renewalDate is no date'],
    ['a missing start', { creationDate: null }, 'subscription 1000054: creationDate is missing'],
    [
      'money that is none',
      { totalPrice: eur('12,50') },
      'subscription 1000054, totalPrice: amount is no decimal number',
    ],
    [
      'a product without quantity',
      { products: [{ id: 'x' }] },
      'subscription 1000054, products 1: quantity is missing',
    ],
    ['a product without name or number', { products: [{ quantity: 1 }] }, 'id and mpn are both missing'],
  ])('with %s are refused by name', (_, change, what) => {
    expect(() => subscription({ ...wireSubscription, ...change }, context)).toThrow(what);
  });

  it('have a short form for the sweep', () => {
    expect(subscriptionHeader({ ...wireSubscription, id: 54, name: null }, context)).toEqual({
      id: '54',
      customerId: '1000001',
      name: '',
      status: 'active',
      creationDate: '2027-01-31',
      lastModifiedDate: '2027-03-09',
      renewalDate: '2028-01-31',
    });
  });
});

describe('orders', () => {
  it('are read whole', () => {
    expect(order(wireOrder, none, context)).toEqual({
      id: '500001',
      number: 'SO000012',
      type: 'sales',
      sourceType: 'sales',
      status: 'completed',
      customerId: '1000001',
      subscriptionId: '1000054',
      poNumber: 'PO-1',
      createdAt: '2027-03-09T22:00:00.000Z',
      completedAt: '2027-03-10T02:00:00.000Z',
      currency: 'EUR',
      total: '135.50',
      attributes: { 'psa.connectionId': 'c' },
      correlationId: 'c-1',
      items: [
        {
          productKey: 'mpn:EX-BASIC|ExampleVendor|1m|1y',
          productId: 'PRD1',
          mpn: 'EX-BASIC',
          vendor: 'ExampleVendor',
          name: 'Example Office Basic',
          quantity: '10',
          action: 'CREATE',
          billingPeriod: { unit: 'month', count: 1 },
          subscriptionPeriod: { unit: 'year', count: 1 },
        },
      ],
      lines: [
        {
          feeType: 'recurring',
          sourceType: 'recurring',
          productId: 'PRD1',
          mpn: 'EX-BASIC',
          description: 'Recurring fee',
          quantity: '10',
          unitPrice: '12.50',
          extendedPrice: '125.00',
          duration: { unit: 'month', count: '1' },
        },
      ],
    });
    expect(unknown).toEqual([]);
  });

  it('that are not completed have no completion, whatever date they carry', () => {
    expect(order({ ...wireOrder, status: 'processing' }, none, context).completedAt).toBeUndefined();
  });

  it('of an unknown type or status keep the marketplace words and report them', () => {
    const strange = order({ ...wireOrder, type: 'barter', status: 'resting' }, none, context);
    expect(strange).toMatchObject({ type: 'unknown', sourceType: 'barter', status: 'unknown' });
    expect(unknown).toEqual(expect.arrayContaining(['order 500001 type barter', 'order 500001 status resting']));
  });

  it.each([
    ['2027-04-01T10:00:00Z', '2027-04-01T10:00:00.000Z'],
    ['2027-04-01', '2027-04-01T04:00:00.000Z'],
    ['renewal', undefined],
    [undefined, undefined],
  ])('are scheduled on %s', (scheduledOn, expected) => {
    expect(order({ ...wireOrder, scheduledOn }, none, context).scheduledOn).toBe(expected);
  });

  it('without any money say so and belong to no currency', () => {
    const free = order({ ...wireOrder, total: null, details: [] }, none, context);
    expect(free).toMatchObject({ currency: '', total: '0' });
    expect(unknown).toContain('order 500001 total missing');
  });

  it('have a short form for the list', () => {
    expect(orderHeader({ ...wireOrder, type: 'barter', orderNumber: null }, context)).toEqual({
      id: '500001',
      number: '500001',
      sourceType: 'barter',
      status: 'completed',
      createdAt: '2027-03-09T22:00:00.000Z',
    });
  });
});

describe('money of an order line', () => {
  it('is the sales set where there is one', () => {
    const line = lineOf({
      unitPrice: { currency: 'USD', amount: '9' },
      extendedPrice: { currency: 'USD', amount: '90' },
      salesUnitPrice: eur('12.5000'),
      salesExtendedPrice: eur('125.00'),
    });
    expect(line).toMatchObject({ unitPrice: '12.5000', extendedPrice: '125.00' });
  });

  it('never mixes the two sets', () => {
    const line = lineOf({
      unitPrice: { currency: 'USD', amount: '9' },
      extendedPrice: { currency: 'USD', amount: '90' },
      salesExtendedPrice: eur('125.00'),
    });
    expect(line).toMatchObject({ unitPrice: '12.5', extendedPrice: '125.00' });
  });

  it('follows from unit and quantity where the whole is missing', () => {
    expect(lineOf({ extendedPrice: null, quantity: 2.5, unitPrice: eur('0.10') }).extendedPrice).toBe('0.25');
    expect(lineOf({ unitPrice: null, quantity: 0, extendedPrice: eur('5.00') }).unitPrice).toBe('0');
  });

  it.each<[string, Record<string, unknown>]>([
    ['is never guessed', { unitPrice: null, extendedPrice: null }],
    ['is never taken in another currency', { unitPrice: null, extendedPrice: { currency: 'USD', amount: '1' } }],
  ])('%s', (_, detail) => {
    expect(() => lineOf(detail)).toThrow('order 500001, details 1');
  });

  it('does not matter on payments', () => {
    expect(lineOf({ type: 'payment', unitPrice: null, extendedPrice: null })).toMatchObject({
      feeType: 'ignored',
      extendedPrice: '0',
    });
    const payment = { type: 'payment', unitPrice: null, extendedPrice: { currency: 'USD', amount: '1' } };
    expect(lineOf(payment).feeType).toBe('ignored');
  });
});

describe('fee types (reference/marketplace-platforms §13.1)', () => {
  it.each<[string, FeeType]>([
    ['setup', 'setup'],
    ['recurring', 'recurring'],
    ['renew', 'recurring'],
    ['switch', 'prorated'],
    ['transfer', 'prorated'],
    ['downgrade', 'prorated'],
    ['overuse', 'overuse'],
    ['cancellation', 'cancellationFee'],
    ['billPenalty', 'cancellationFee'],
    ['setupRefund', 'refund'],
    ['recurringRefund', 'refund'],
    ['renewRefund', 'refund'],
    ['transferRefund', 'refund'],
    ['refund', 'refund'],
    ['refundAdjustment', 'refund'],
    ['discount', 'discount'],
    ['adjustment', 'adjustment'],
    ['handlingFee', 'other'],
    ['nonProvisioningItem', 'other'],
    ['billRecord', 'other'],
    ['payment', 'ignored'],
    ['deposit', 'ignored'],
    ['resellerPayment', 'ignored'],
  ])('%s is %s', (type, feeType) => {
    expect(lineOf({ type })).toMatchObject({ feeType, sourceType: type });
    expect(unknown).toEqual([]);
  });

  it('unknown ones are kept as other and reported', () => {
    expect(lineOf({ type: 'tribute' })).toMatchObject({ feeType: 'other', sourceType: 'tribute' });
    expect(lineOf({ type: 'unknown' }).feeType).toBe('other');
    expect(lineOf({ type: 'constructor' }).feeType).toBe('other');
    expect(unknown).toEqual([
      'order 500001, details 1 type tribute',
      'order 500001, details 1 type unknown',
      'order 500001, details 1 type constructor',
    ]);
  });

  it.each([
    [{ type: 'month', duration: 0.8 }, 'prorated', '0.8'],
    [{ type: 'month', duration: 1 }, 'recurring', '1'],
    [{ type: 'month', duration: 12.0 }, 'recurring', '12'],
    [{ type: 'day', duration: 12 }, 'prorated', '12'],
  ])('a recurring line over %o is %s', (duration, feeType, count) => {
    expect(lineOf({ duration })).toMatchObject({ feeType, duration: { count } });
  });

  it('only recurring fees become prorated', () => {
    expect(lineOf({ type: 'overuse', duration: { type: 'month', duration: 0.5 } }).feeType).toBe('overuse');
  });
});

describe('items of an order', () => {
  const held = () => new Map([['1000054', subscription(wireSubscription, context)]]);

  it('that lack periods, vendor or MPN take those of the same product in the subscription', () => {
    const bare = { id: 'PRD1', quantity: 12 };
    expect(subscriptionsToComplete({ ...wireOrder, products: [bare] }, context)).toEqual(['1000054']);
    expect(itemOf(bare, held())).toEqual({
      productKey: 'mpn:EX-BASIC|ExampleVendor|1m|1y',
      productId: 'PRD1',
      mpn: 'EX-BASIC',
      vendor: 'ExampleVendor',
      name: 'Example Office Basic',
      quantity: '12',
      action: 'CREATE',
      billingPeriod: { unit: 'month', count: 1 },
      subscriptionPeriod: { unit: 'year', count: 1 },
    });
    expect(itemOf({ mpn: 'EX-BASIC', quantity: 12 }, held()).productId).toBe('PRD1');
  });

  it('that are complete need no further request', () => {
    expect(subscriptionsToComplete(wireOrder, context)).toEqual([]);
  });

  it('take the order term before the subscription term', () => {
    const term = { subscriptionPeriod: { type: 'month', duration: 3 } };
    expect(itemOf({ id: 'PRD1', quantity: 1 }, held(), term).subscriptionPeriod).toEqual({ unit: 'month', count: 3 });
  });

  it('with gaps that nothing fills are kept and reported', () => {
    expect(itemOf({ id: 'PRD9', quantity: 1 })).toMatchObject({
      productKey: 'id:PRD9||?|?',
      billingPeriod: { unit: 'unknown', count: 0 },
    });
    expect(unknown).toEqual([
      'order 500001, products 1 vendor missing',
      'order 500001, products 1 billingPeriod missing',
      'order 500001, products 1 subscriptionPeriod missing',
    ]);
  });

  it('without id and MPN are refused', () => {
    expect(() => itemOf({ quantity: 1 })).toThrow('order 500001, products 1: id and mpn are both missing');
  });

  it('without quantity are refused, except where the order ends everything', () => {
    const product = { ...wireOrder.products[0], quantity: null };
    expect(() => itemOf(product)).toThrow('quantity is missing');
    expect(itemOf(product, none, { type: 'cancellation' }).quantity).toBe('0');
  });

  it.each([
    ['sales', 'CREATE'],
    ['change', 'UPDATE'],
    ['renewal', 'RENEW'],
    ['cancellation', 'CANCEL'],
    ['migration', 'MIGRATION'],
  ])('of a %s order do %s where the marketplace does not say', (type, action) => {
    expect(itemOf({ ...wireOrder.products[0], type: null }, none, { type }).action).toBe(action);
    expect(itemOf({ ...wireOrder.products[0], type: 'MOVE' }, none, { type }).action).toBe('MOVE');
  });

  it('name what a switch becomes and a subscription of their own', () => {
    const target = { newId: 'PRD2', newMPN: 'EX-PLUS', subscriptionId: '1000099' };
    expect(itemOf({ ...wireOrder.products[0], ...target })).toMatchObject({
      newProductId: 'PRD2',
      newMpn: 'EX-PLUS',
      subscriptionId: '1000099',
    });
    expect(itemOf({ ...wireOrder.products[0], newProductId: 'PRD3' }).newProductId).toBe('PRD3');
    expect(itemOf({ ...wireOrder.products[0], subscriptionId: '1000054' })).not.toHaveProperty('subscriptionId');
  });
});

describe('customers and products', () => {
  it('customers keep their address and contacts', () => {
    const wire = {
      id: '1000001',
      externalId: '0',
      name: 'Marmalade Freight',
      status: 'creditHold',
      taxRegId: 'DE0000',
      language: 'en',
      address: { streetAddress: '1 Jam Lane', postalCode: '10000', city: 'Sampletown', countryCode: 'DE', state: '' },
      contactPersons: [
        { type: 'admin', firstName: 'Ada', lastName: 'Example', email: 'a@m.example', phoneNumber: '49##301234#' },
        { type: 'oracle', firstName: 'Pythia', lastName: 'Example', email: 'p@m.example', phoneNumber: '' },
      ],
    };
    expect(customer(wire, context)).toEqual({
      id: '1000001',
      externalId: '0',
      name: 'Marmalade Freight',
      status: 'onHold',
      taxId: 'DE0000',
      language: 'en',
      address: { street: '1 Jam Lane', postalCode: '10000', city: 'Sampletown', countryCode: 'DE' },
      contacts: [
        { type: 'admin', firstName: 'Ada', lastName: 'Example', email: 'a@m.example', phone: '49##301234#' },
        { type: 'other', firstName: 'Pythia', lastName: 'Example', email: 'p@m.example', phone: '' },
      ],
    });
    expect(unknown).toEqual(['customer 1000001, contactPersons 2 type oracle']);
    expect(customer({ id: '1', name: 'Bare', status: 'active' }, context).address.city).toBe('');
  });

  it('products of one MPN differ by their periods', () => {
    const wire = {
      id: 'PRD1',
      mpn: 'EX-BASIC',
      vendor: 'ExampleVendor',
      name: 'Example Office Basic',
      serviceName: 'Example Office',
      billingModel: 'chargeBeforeBillingPeriod',
      billingPeriod: month,
      subscriptionPeriod: year,
      prices: [{ type: 'recurring', model: 'TIERED', currency: 'EUR', amount: '12.50', lowerLimit: 6 }],
      costs: [{ type: 'levy', currency: 'EUR', amount: '10' }],
    };
    const monthly = product(wire, context);
    expect(monthly).toMatchObject({
      key: 'mpn:EX-BASIC|ExampleVendor|1m|1y',
      prices: [{ kind: 'recurring', model: 'TIERED', currency: 'EUR', amount: '12.50', lowerLimit: '6' }],
      costs: [{ kind: 'other', model: 'FLAT', currency: 'EUR', amount: '10' }],
    });
    expect(product({ ...wire, billingPeriod: year }, context).key).not.toBe(monthly.key);
    expect(unknown).toContain('product PRD1, costs 1 type levy');
    expect(() => product({ name: 'Nothing' }, context)).toThrow('id and mpn are both missing');
  });
});
