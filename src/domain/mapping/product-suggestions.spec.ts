import { describe, expect, it } from 'vitest';
import { serviceNeedOf } from './product-service.js';
import { suggestServices, type OfferedService, type UnmappedProduct } from './product-suggestions.js';

const month = { unit: 'month', count: 1 } as const;
const need = serviceNeedOf({
  billingModel: 'chargeBeforeBillingPeriod',
  billingPeriod: month,
  subscriptionPeriod: month,
});
const product = (changes: Partial<UnmappedProduct> = {}): UnmappedProduct => ({
  key: 'mpn:EX-1||1m|1m',
  id: 'PRD1',
  mpn: 'EX-1',
  name: 'Example Office Basic',
  need,
  ...changes,
});
const service = (id: number, changes: Partial<OfferedService>): OfferedService => ({
  id,
  name: `Service ${id}`,
  periodType: 2,
  taken: false,
  ...changes,
});
const suggested = (products: UnmappedProduct[], services: OfferedService[], several = false) =>
  [...suggestServices(products, services, several).values()]
    .flat()
    .map(({ service: { id }, reasons, ambiguousBecause }) => [id, reasons.map(({ code }) => code), ambiguousBecause]);

describe('service suggestions (MAP-6)', () => {
  it('finds by SKU, by external id and by spelling, strongest first', () => {
    const services = [
      service(1, { name: 'Example Office Basic' }),
      service(2, { externalId: 'PRD1' }),
      service(3, { sku: 'EX-1' }),
    ];
    expect(suggested([product()], services)).toEqual([
      [3, ['SAME_SKU'], ['SEVERAL_SERVICES']],
      [2, ['SAME_EXTERNAL_ID'], ['SEVERAL_SERVICES']],
      [1, ['SAME_NAME'], ['SEVERAL_SERVICES']],
    ]);
  });

  it('joins what speaks for one service', () => {
    const services = [service(1, { name: 'Example Office Basic', sku: 'EX-1', externalId: 'mpn:EX-1||1m|1m' })];
    expect(suggested([product()], services)).toEqual([[1, ['SAME_SKU', 'SAME_EXTERNAL_ID', 'SAME_NAME'], []]]);
  });

  it('offers only services of the same period', () => {
    expect(suggested([product()], [service(1, { sku: 'EX-1', periodType: 5 })])).toEqual([]);
  });

  it('offers nothing to a product that needs no service', () => {
    const metered = serviceNeedOf({
      billingModel: 'chargeAfterBillingPeriod',
      billingPeriod: month,
      subscriptionPeriod: month,
    });
    expect(suggested([product({ need: metered })], [service(1, { sku: 'EX-1' })])).toEqual([]);
  });

  it('says when two products want one service, unless they may share it', () => {
    const both = [product(), product({ key: 'mpn:EX-1||1m|1y' })];
    const services = [service(1, { sku: 'EX-1' })];
    expect(suggested(both, services).map(([, , because]) => because)).toEqual([
      ['SEVERAL_PRODUCTS'],
      ['SEVERAL_PRODUCTS'],
    ]);
    expect(suggested(both, services, true).map(([, , because]) => because)).toEqual([[], []]);
  });

  it('says when the service is taken', () => {
    expect(suggested([product()], [service(1, { sku: 'EX-1', taken: true })])[0]![2]).toEqual(['SERVICE_TAKEN']);
  });
});
