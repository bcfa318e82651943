import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ApiError } from './api-error.js';
import { entities, entityBySingular } from './entity-table.js';
import { fields, type FieldType } from './entity-fields.js';
import { picklistOf } from './picklists.js';
import { resolve } from './router.js';

/** Field names, types and routes of the vendor's own Swagger document (June 2020) for the entities served here. */
const vendor = JSON.parse(readFileSync(new URL('vendor-contract.fixture.json', import.meta.url), 'utf8')) as {
  models: Record<string, string>;
  routes: Record<string, string>;
};

/** Fields of 2020 that the present API no longer has, or has under another name. */
const GONE = ['BillingItem.LineItemID', 'CompanyLocation.OverrideAccountTaxSettings'];
/** Fields that came after 2020, from the younger sources of the reference. */
const YOUNGER: Record<string, string[]> = {
  BillingItem: [
    'contractBlockID',
    'contractServiceAdjustmentID',
    'contractServiceBundleAdjustmentID',
    'contractServiceBundleID',
    'contractServiceBundlePeriodID',
    'contractServiceID',
    'contractServicePeriodID',
    'sortOrderID',
    'taxCategoryID',
  ],
  Company: ['companyCategoryID', 'isSample', 'purchaseOrderTemplateID'],
  CompanyLocation: ['overrideCompanyTaxSettings'],
  Contract: ['lastModifiedDateTime'],
  Product: ['createdByResourceID', 'createdTime', 'defaultInstalledProductCategoryID'],
};
const TYPES: Record<string, FieldType[]> = {
  int32: ['i32'],
  int64: ['i64'],
  string: ['str'],
  boolean: ['bool'],
  double: ['dbl'],
  'date-time': ['dt', 'date'],
};

const modelFields = (model: string) =>
  vendor.models[model]!.split(' ')
    .map((pair) => pair.split(':') as [string, string])
    .filter(([name]) => name !== 'SoapParentPropertyId');

describe('the entity table against the vendor document', () => {
  it('serves every model', () => {
    expect(Object.keys(vendor.models).filter((model) => !entityBySingular(model))).toEqual([]);
    expect(Object.keys(vendor.models)).toHaveLength(entities.length);
  });

  it.each(Object.keys(vendor.models))('%s has every field with its type', (model) => {
    const entity = entityBySingular(model)!;
    for (const [name, type] of modelFields(model)) {
      if (GONE.includes(`${model}.${name}`)) continue;
      const field = entity.byName.get(name.toLowerCase());
      expect([`${model}.${name}`, TYPES[type]]).toEqual([`${model}.${name}`, expect.arrayContaining([field?.type])]);
    }
  });

  it.each(Object.keys(vendor.models))('%s has no field beyond the document and the younger sources', (model) => {
    const entity = entityBySingular(model)!;
    const known = new Set(modelFields(model).map(([name]) => name.toLowerCase()));
    const beyond = entity.fields.filter((field) => !known.has(field.name.toLowerCase()) && !field.newer);
    expect(beyond.map((field) => field.name)).toEqual(YOUNGER[model] ?? []);
  });

  // zone discovery needs no credentials and is answered before routing
  const routes = Object.entries(vendor.routes).filter(([path]) => path !== 'ZoneInformation');
  it.each(routes)('%s answers %s and no other verb', (path, verbs) => {
    const segments = path.replaceAll(/\{\w+\}/g, '7').split('/');
    const answered = ['DELETE', 'GET', 'PATCH', 'POST', 'PUT'].filter((verb) => {
      try {
        return resolve(verb, segments, path);
      } catch (error) {
        if (error instanceof ApiError) return false;
        throw error;
      }
    });
    expect(answered).toEqual(verbs.split(' ').sort());
  });
});

describe('the entity table in itself', () => {
  it('refers with every child route to a parent and a key it has', () => {
    for (const { child, byName } of entities) {
      if (!child) continue;
      expect(entities.map(({ name }) => name)).toContain(child.parent);
      expect(byName.has(child.key.toLowerCase())).toBe(true);
    }
  });

  it('gives every required picklist values', () => {
    const empty = entities.flatMap((entity) =>
      entity.fields
        .filter((field) => field.picklist && field.rule.startsWith('REQ') && picklistOf(entity, field).length === 0)
        .map((field) => `${entity.name}.${field.name}`),
    );
    expect(empty).toEqual([]);
  });

  it('refuses a line that is no field', () => {
    expect(() => fields('name str50')).toThrow('"name str50"');
    expect(fields('unitCost dbl RW NQ cost')).toMatchObject([{ name: 'unitCost', queryable: false, cost: true }]);
  });
});
