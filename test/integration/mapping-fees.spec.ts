import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../support/test-app.js';
import { refusedRows, startMappingTest, type MappingTest } from './mapping-support.js';

const BASIC_MONTHLY = 'mpn:EX-OFF-B|example-software|1m|1m';
const KINDS = ['setup', 'cancellation', 'proration', 'usage'] as const;
/** What a fee can be charged as: each column of the mapping, an id of the seed, its record there, and its name. */
const TARGETS = [
  ['Autotask product', 'autotaskProductId', 1, 'products', 'Example Setup Fee'],
  ['billing code', 'billingCodeId', 401, 'billingCodes', 'Example Material'],
] as const;

let t: MappingTest;

beforeAll(async () => {
  t = await startMappingTest();
}, 120_000);

afterAll(async () => await t?.close());

beforeEach(async () => {
  for (const table of ['fee_mapping', 'action_log_entry']) await t.rows(`delete from ${table}`);
});

describe('fees (MAP-8)', () => {
  const saveFees = async (rows: unknown): Promise<Answer> => await t.operator.put(t.path('fees/mappings'), rows);
  const fees = async (): Promise<any[]> => (await t.viewer.get(t.path('fees'))).body.items;

  it('lists setup, cancellation, proration and usage, mapped or not', async () => {
    expect((await fees()).map(({ feeKind, target }) => [feeKind, target])).toEqual([
      ['setup', null],
      ['cancellation', null],
      ['proration', null],
      ['usage', null],
    ]);
  });

  describe.each(TARGETS)('to be charged as %s', (_, column, id, collection, name) => {
    it.each(KINDS)('%s: is stored, shown, logged and taken away again', async (feeKind) => {
      const mapped = await saveFees([{ feeKind, [column]: id }]);
      expect([mapped.status, mapped.body.changed]).toEqual([200, 1]);
      const stored = async () => await t.rows('select fee_kind, autotask_product_id, billing_code_id from fee_mapping');
      const product = column === 'autotaskProductId' ? id : null;
      const code = column === 'billingCodeId' ? id : null;
      expect(await stored()).toEqual([{ fee_kind: feeKind, autotask_product_id: product, billing_code_id: code }]);
      const row = async () => (await fees()).find((one) => one.feeKind === feeKind);
      expect(await row()).toMatchObject({ target: { id, name, active: true }, broken: null, mappedBy: 'user-1' });
      expect((await t.logged('fee.mapped'))[0]).toMatchObject({ actor: 'user-1', after: { target: { [column]: id } } });
      await saveFees([{ feeKind, [column]: null }]);
      expect(await stored()).toEqual([{ fee_kind: feeKind, autotask_product_id: null, billing_code_id: null }]);
      expect((await row()).target).toBeNull();
    });

    it.each(KINDS)('%s: is broken while that is inactive, and used again once it is active', async (feeKind) => {
      await saveFees([{ feeKind, [column]: id }]);
      await t.change('autotask', collection, { id, isActive: false });
      await t.refresh();
      const row = async () => (await fees()).find((one) => one.feeKind === feeKind);
      expect(await row()).toMatchObject({
        target: { id, active: false },
        broken: { code: 'FEE_TARGET_INACTIVE', message: expect.stringContaining('Choose another or activate it') },
      });
      await t.change('autotask', collection, { id, isActive: true });
      await t.refresh();
      expect((await row()).broken).toBeNull();
      expect(await t.rows(`select fee_kind from fee_mapping`)).toEqual([{ fee_kind: feeKind }]);
    });
  });

  it('maps a fee to a product or a material billing code, for all products or for one, and takes it away again', async () => {
    const answer = await saveFees([
      { feeKind: 'setup', autotaskProductId: 1 },
      { feeKind: 'usage', billingCodeId: 402 },
      { feeKind: 'usage', productKey: BASIC_MONTHLY, billingCodeId: 401 },
    ]);
    expect(answer.body).toMatchObject({ changed: 3, unchanged: 0 });
    expect((await fees()).map(({ feeKind, productName, target }) => [feeKind, productName, target?.name])).toEqual([
      ['setup', null, 'Example Setup Fee'],
      ['cancellation', null, undefined],
      ['proration', null, undefined],
      ['usage', null, 'Example Fees'],
      ['usage', 'Example Office Basic', 'Example Material'],
    ]);
    await saveFees([{ feeKind: 'setup', autotaskProductId: null }]);
    expect((await fees())[0]).toMatchObject({ feeKind: 'setup', target: null, version: 2 });
    expect((await t.logged('fee.unmapped'))[0]).toMatchObject({
      actor: 'user-1',
      before: { target: { autotaskProductId: 1 } },
      after: { target: null },
    });
  });

  it('refuses a wrong target with its own code and saves none of the rows', async () => {
    const answer = await saveFees([
      { feeKind: 'setup', autotaskProductId: 1 },
      { feeKind: 'cancellation', billingCodeId: 501 },
      { feeKind: 'proration', autotaskProductId: 5 },
      { feeKind: 'usage', billingCodeId: 402, autotaskProductId: 1 },
    ]);
    expect(refusedRows(answer)).toEqual([
      '1 BILLING_CODE_NOT_MATERIAL',
      '2 AUTOTASK_PRODUCT_INACTIVE',
      '3 FEE_TARGET_TWICE',
    ]);
    expect(await t.rows('select * from fee_mapping')).toEqual([]);
    expect((await saveFees([{ feeKind: 'tip', billingCodeId: 401 }])).body.code).toBe('INPUT_INVALID');
    expect((await t.viewer.put(t.path('fees/mappings'), [{ feeKind: 'setup', autotaskProductId: 1 }])).status).toBe(
      403,
    );
  });

  it('refuses an old save even after the fee was taken away and mapped anew', async () => {
    await saveFees([{ feeKind: 'setup', autotaskProductId: 1 }]);
    const { version } = (await fees())[0];
    await saveFees([{ feeKind: 'setup', autotaskProductId: null }]);
    await saveFees([{ feeKind: 'setup', autotaskProductId: 2 }]);
    const answer = await saveFees([{ feeKind: 'setup', billingCodeId: 401, version }]);
    expect(answer.body).toMatchObject({ code: 'MAPPING_CONFLICT', rows: [{ current: { version: 3 } }] });
    expect((await fees())[0].target).toMatchObject({ kind: 'product', id: 2 });
  });
});
