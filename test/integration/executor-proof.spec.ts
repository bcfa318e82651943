import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PlannedOperation } from '../../src/domain/sync-plan/sync-plan.js';
import { ConnectionAccess } from '../../src/modules/installation/connection-access.service.js';
import { AttemptSettlement } from '../../src/modules/sync-task/execution/attempt-settlement.service.js';
import { requestOf, send } from '../../src/modules/sync-task/execution/operation-request.js';
import { TODAY, World } from './executor-world.js';
import {
  chargeOperation,
  createContractOperation,
  createLineOperation,
  createServiceOperation,
  describeOperation,
  endDateOperation,
  priceOperation,
  unitsOperation,
  useBillingCode,
} from './executor-operations.js';

/** DESIGN §7, both tables: what each answer means, and how each kind of write is proven when there is none. */
describe('a write to Autotask', () => {
  let world: World;
  let contractId: number;
  let line: number;
  let recurringCode: number;
  let names = 0;

  beforeAll(async () => {
    world = await World.open();
    const codes = await world.autotask.rows('BillingCodes', { op: 'exist', field: 'id' });
    useBillingCode(codes.find((code) => code.useType === 4 && code.isActive)!.id);
    recurringCode = codes.find((code) => code.useType === 5 && code.isActive)!.id;
  });
  afterAll(async () => await world.close());
  beforeEach(async () => {
    contractId = await world.autotask.contract();
    line = await world.autotask.line(contractId);
    names += 1;
  });

  const states = async (task: { id: string }) => (await world.operations(task)).map(({ state }) => state);

  const answers = [
    ['comes back', undefined, ['applied']],
    ['is lost after Autotask applied it', { kind: 'drop-after' }, ['applied']],
    ['is lost on the way there', { kind: 'drop-before' }, ['not_applied', 'applied']],
    ['comes later than we wait', { kind: 'delay', ms: 1300 }, ['applied']],
    ['is a page of a gateway', { kind: 'html', status: 503 }, ['not_applied', 'applied']],
    [
      'is a deadlock',
      { kind: 'status', status: 500, body: { errors: ['Transaction was deadlocked on lock resources'] } },
      ['not_applied', 'applied'],
    ],
    [
      'is a refusal for too many threads',
      { kind: 'status', status: 429, body: { errors: ['Itgenatr005'] } },
      ['not_applied', 'applied'],
    ],
  ] as const;

  it.each(answers)('is applied exactly once when its answer %s', async (_, fault, expected) => {
    const task = await world.task(() => ({ operations: [unitsOperation(contractId, line, 3)] }), { contractId });
    if (fault) await world.fault({ method: 'POST', path: 'ServiceAdjustments', ...fault });

    await (fault?.kind === 'delay' ? world.runInRealTime() : world.runToEnd());

    expect((await world.reload(task)).state).toBe('synced');
    expect(await world.unitsOn(line, TODAY)).toBe(3);
    expect(await states(task)).toEqual(expected);
    const applied = (await world.operations(task)).at(-1)!;
    expect((await world.ledger(line)).map(({ quantity, operationId }) => [quantity, operationId])).toEqual([
      [3, applied.id],
    ]);
  });

  it.each([
    ['merge', 'drop-after'],
    ['merge', 'drop-before'],
    ['replace', 'drop-after'],
    ['replace', 'drop-before'],
  ])('stands once where Autotask would %s a second one of the day, after a %s', async (sameDateAdjustment, kind) => {
    await world.autotask.behaviour({ sameDateAdjustment });
    const task = await world.task(() => ({ operations: [unitsOperation(contractId, line, 3)] }), { contractId });
    await world.fault({ method: 'POST', path: 'ServiceAdjustments', kind });

    await world.runToEnd();
    await world.autotask.behaviour({ sameDateAdjustment: 'refuse' });

    expect((await world.reload(task)).state).toBe('synced');
    expect(await world.unitsOn(line, TODAY)).toBe(3);
  });

  it('whose answer is lost is proven at once where Autotask shows it already', async () => {
    const task = await world.task(() => ({ operations: [unitsOperation(contractId, line, 3)] }), { contractId });
    await world.fault({ method: 'POST', path: 'ServiceAdjustments', kind: 'drop-after' });

    expect(await world.run()).toEqual({ kind: 'done' });

    expect((await world.reload(task)).state).toBe('synced');
  });

  it('that is looked for makes no rest longer, one that was sent away does, and one that was applied begins anew', async () => {
    const operations = [unitsOperation(contractId, line, 3), chargeOperation(contractId, `CH-${names}:rest`)];
    const task = await world.task(() => ({ operations }), { contractId });
    await world.fault({ method: 'POST', path: 'ServiceAdjustments', kind: 'drop-before' });
    await world.run();
    expect(await world.reload(task)).toMatchObject({ failure: { code: 'OUTCOME_UNKNOWN' }, attempts: 0 });

    await world.letTimePass();
    await world.fault({ method: 'POST', path: 'ServiceAdjustments', kind: 'status', status: 429 });
    await world.run();
    expect(await world.reload(task)).toMatchObject({ failure: { code: 'AUTOTASK_THROTTLED' }, attempts: 1 });

    await world.letTimePass();
    await world.fault({ method: 'POST', path: 'Charges', kind: 'status', status: 429 });
    await world.run();
    expect(await states(task)).toContain('applied');
    expect(await world.reload(task)).toMatchObject({ failure: { code: 'AUTOTASK_THROTTLED' }, attempts: 1 });
  });

  it('that Autotask refuses fails the task with its own words and is not sent again', async () => {
    const task = await world.task(() => ({ operations: [unitsOperation(contractId, line, -3)] }), { contractId });

    await world.runToEnd();
    await world.runToEnd();

    const after = await world.reload(task);
    expect(after.state).toBe('failed');
    expect(after.failure).toMatchObject({ code: 'AUTOTASK_REJECTED', autotask: [expect.any(String)] });
    expect(await states(task)).toEqual(['rejected']);
    expect(await world.ledger(line)).toEqual([]);
  });

  it('to a route that the tenant lacks fails the task', async () => {
    const task = await world.task(() => ({ operations: [unitsOperation(contractId, line, 3)] }), { contractId });
    await world.fault({ method: 'POST', path: 'ServiceAdjustments', kind: 'status', status: 404 });

    await world.runToEnd();

    expect(await world.reload(task)).toMatchObject({ state: 'failed', failure: { code: 'AUTOTASK_NOT_FOUND_ROUTE' } });
    expect(await states(task)).toEqual(['not_applied']);
  });

  it('with a refused sign-in pauses the connection and keeps the task', async () => {
    const task = await world.task(() => ({ operations: [unitsOperation(contractId, line, 3)] }), { contractId });
    await world.fault({ method: 'POST', path: 'ServiceAdjustments', kind: 'status', status: 401, times: 2 });

    const outcome = await world.run();

    expect(outcome.kind).toBe('again');
    expect((await world.reload(task)).state).toBe('ready');
    expect(await states(task)).toEqual(['not_applied']);
    const [row] = await world.database.sql<{ pause_code: string }>('select pause_code from connection where id = ?', [
      world.connection.id,
    ]);
    expect(row!.pause_code).toBe('AUTOTASK_SECRET_WRONG');
    await world.database.sql('update connection set paused_until = null where id = ?', [world.connection.id]);
    await world.runToEnd();
    expect(await world.unitsOn(line, TODAY)).toBe(3);
  });

  const kinds: [string, string, string, () => PlannedOperation, () => Promise<unknown>, unknown][] = [
    [
      'createContract',
      'POST',
      'V1.0/Contracts$',
      () => createContractOperation(`C-${names}`),
      async () => (await world.autotask.rows('Contracts', is('contractNumber', `C-${names}`))).length,
      1,
    ],
    [
      'createLine',
      'POST',
      'Contracts/\\d+/Services$',
      () => createLineOperation({ contractId }, 2),
      async () =>
        (await world.autotask.rows('ContractServices', is('contractID', contractId), is('serviceID', 2))).length,
      1,
    ],
    [
      'createService',
      'POST',
      'V1.0/Services$',
      () => createServiceOperation(`Example Extra ${names}`, recurringCode),
      async () => (await world.autotask.rows('Services', is('name', `Example Extra ${names}`))).length,
      1,
    ],
    [
      'adjustPrice',
      'POST',
      'ServiceAdjustments',
      () => priceOperation(contractId, line, '7.25'),
      async () => {
        const state = await world.autotask.state();
        const sent = state.rows('contractServiceAdjustments').filter((row) => row['contractServiceID'] === line);
        const [row] = await world.autotask.rows('ContractServices', is('id', line));
        return [sent.length, row!['internalCurrencyAdjustedPrice']];
      },
      [1, 7.25],
    ],
    [
      'addCharge',
      'POST',
      'Charges',
      () => chargeOperation(contractId, `CH-${names}:setup`),
      async () =>
        (await world.autotask.rows('ContractCharges', is('contractID', contractId))).map((row) => row['unitPrice']),
      [25],
    ],
    [
      'describeLine',
      'PATCH',
      'Contracts/\\d+/Services$',
      () => describeOperation(contractId, line, `Text ${names}`),
      async () => (await world.autotask.rows('ContractServices', is('id', line)))[0]!['invoiceDescription'],
      () => `Text ${names}`,
    ],
    [
      'extendContract',
      'PATCH',
      'V1.0/Contracts$',
      () => endDateOperation('extendContract', contractId, '2028-12-31'),
      async () => (await world.autotask.rows('Contracts', is('id', contractId)))[0]!.endDate.slice(0, 10),
      '2028-12-31',
    ],
    [
      'endContract',
      'PATCH',
      'V1.0/Contracts$',
      () => endDateOperation('endContract', contractId, '2027-06-30'),
      async () => (await world.autotask.rows('Contracts', is('id', contractId)))[0]!.endDate.slice(0, 10),
      '2027-06-30',
    ],
  ];

  describe.each(kinds)('of kind %s', (_, method, path, operation, read, expected) => {
    it.each([
      ['an answer', undefined, ['applied']],
      ['a reply lost after it was applied', 'drop-after', ['applied']],
      ['a request lost on its way', 'drop-before', ['not_applied', 'applied']],
    ] as const)('stands once after %s', async (__, fault, attempts) => {
      const wanted = operation();
      const task = await world.task(() => ({ operations: [wanted] }), { contractId });
      if (fault) await world.fault({ method, path, kind: fault });

      await world.runToEnd();

      expect(await world.reload(task)).toMatchObject({ state: 'synced', failure: null });
      expect(await states(task)).toEqual(attempts);
      expect(await read()).toEqual(typeof expected === 'function' ? (expected as () => unknown)() : expected);
    });
  });

  // What is not there yet may still come: nothing is given up, and nothing sent again, before the settle time is over.
  it.each(kinds.filter(([kind]) => kind.startsWith('create') || kind === 'addCharge'))(
    'of kind %s stands once when it comes later than we wait',
    async (_, method, path, operation, read, expected) => {
      const wanted = operation();
      const task = await world.task(() => ({ operations: [wanted] }), { contractId });
      await world.fault({ method, path, kind: 'delay', ms: 1500 });

      await world.runInRealTime();

      expect(await world.reload(task)).toMatchObject({ state: 'synced', failure: null });
      expect(await states(task)).toEqual(['applied']);
      expect(await read()).toEqual(expected);
    },
  );

  it.each([
    ['createContract', 'V1.0/Contracts$', () => createContractOperation(`C-${names}`)],
    ['createLine', String.raw`Contracts/\d+/Services$`, () => createLineOperation({ contractId }, 2)],
    ['createService', 'V1.0/Services$', () => createServiceOperation(`Example Late ${names}`, recurringCode)],
  ] as const)(
    'of kind %s that lands after it was given up is found, and not made again',
    async (_, path, operation) => {
      const wanted = operation();
      const task = await world.task(() => ({ operations: [wanted] }), { contractId });
      await world.fault({ method: 'POST', path, kind: 'drop-before' });
      await world.run();
      const { writes } = await world.module.get(ConnectionAccess).autotask(world.connection);
      const settlement = world.module.get(AttemptSettlement);
      const notApplied = settlement.notApplied.bind(settlement);
      vi.spyOn(settlement, 'notApplied').mockImplementationOnce(async (...given) => {
        const settled = await notApplied(...given);
        // Held up for longer than the settle time allows, the very request arrives now.
        await send(writes, requestOf(wanted, new Map(), true), {});
        return settled;
      });

      await world.letTimePass();
      await world.runToEnd();

      expect(await world.reload(task)).toMatchObject({ state: 'synced', failure: null });
      expect(await states(task)).toEqual(['applied']);
    },
  );

  it('that creates a service whose name stood there before is a person’s choice', async () => {
    await world.autotask.post('Services', {
      name: 'Example Twice',
      periodType: 2,
      unitPrice: 1,
      billingCodeID: recurringCode,
      isActive: true,
    });
    const task = await world.task(() => ({ operations: [createServiceOperation('Example Twice', recurringCode)] }));

    await world.runToEnd();

    expect(await world.reload(task)).toMatchObject({ state: 'failed', failure: { code: 'DUPLICATE_SERVICE' } });
    expect(await states(task)).toEqual([]);
  });

  it('leaves two charges with one key to a person', async () => {
    const operation = chargeOperation(contractId, `CH-${names}:twice`);
    const task = await world.task(() => ({ operations: [operation] }), { contractId });
    await world.autotask.post(`Contracts/${contractId}/Charges`, {
      name: 'By hand',
      datePurchased: TODAY,
      chargeType: 1,
      unitQuantity: 1,
      unitPrice: 25,
      billingCodeID: operation.kind === 'addCharge' ? operation.billingCodeId : 0,
      internalPurchaseOrderNumber: `CH-${names}:twice`,
    });
    await world.fault({ method: 'POST', path: 'Charges', kind: 'drop-after' });

    await world.runToEnd();

    expect((await world.reload(task)).state).toBe('uncertain');
    expect(await states(task)).toEqual(['uncertain']);
  });
});

function is(field: string, value: string | number) {
  return { op: 'eq', field, value };
}
