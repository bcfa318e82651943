import { describe, expect, it } from 'vitest';
import type { PlannedOperation, SyncPlan } from '../../domain/sync-plan/sync-plan.js';
import { CONFIRMED_BY_POLICY, isByPolicy, objectionTo, outsidePolicy, pinnedTo } from './confirmation.js';

const HASH = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);
const operation = { kind: 'describeLine', key: 'd' } as PlannedOperation;
const plan = (more: Partial<SyncPlan> = {}): SyncPlan =>
  ({ operations: [operation], requiredActions: [], warnings: [], automatic: true, hash: HASH, ...more }) as SyncPlan;
const person = (confirmedHash: string) => ({ confirmedHash, confirmedBy: 'user-1' });
const automatic = { confirmedHash: CONFIRMED_BY_POLICY, confirmedBy: 'automatic' };

describe('what a confirmation covers', () => {
  it('by a person: the plan with that hash and no other', () => {
    expect(objectionTo(plan(), person(HASH), false)).toBeUndefined();
    expect(objectionTo(plan({ hash: OTHER }), person(HASH), false)?.code).toBe('PLAN_CHANGED');
    expect(objectionTo(plan({ hash: OTHER }), person(HASH), true)?.code).toBe('PLAN_CHANGED');
  });

  it('by anybody: a plan that writes nothing', () => {
    expect(objectionTo(plan({ operations: [], hash: OTHER }), person(HASH), true)).toBeUndefined();
  });

  it('by nobody: a question, or what Autotask cannot express', () => {
    const asking = plan({ requiredActions: [{ code: 'DRIFT', message: 'Two too many.' }], operations: [] });
    for (const confirmation of [person(HASH), automatic])
      expect(objectionTo(asking, confirmation, false)).toEqual({ code: 'ACTION_REQUIRED', message: 'Two too many.' });
    expect(objectionTo(plan({ notSupported: 'No.' }), person(HASH), false)?.code).toBe('NOT_SUPPORTED');
  });

  it('within the policy: any plan without a warning about money; automatically only what needs no person', () => {
    const bulk = person(CONFIRMED_BY_POLICY);
    expect(objectionTo(plan({ hash: OTHER }), bulk, false)).toBeUndefined();
    expect(objectionTo(plan({ automatic: false, manualReason: 'First.' }), bulk, false)).toBeUndefined();
    expect(objectionTo(plan({ automatic: false, manualReason: 'First.' }), automatic, false)).toEqual({
      code: 'MANUAL_ONLY',
      message: 'First.',
    });
    const warnings = [
      { code: 'X', message: 'Look.', money: false },
      { code: 'Y', message: 'Below cost.', money: true },
    ];
    for (const confirmation of [bulk, automatic])
      expect(objectionTo(plan({ warnings }), confirmation, false)?.message).toBe('Below cost.');
    expect(outsidePolicy(plan({ warnings: warnings.slice(0, 1) }), 'automatic')).toBeUndefined();
  });

  it('within the policy, once writing has begun: the plan that was begun', () => {
    const begun = person(pinnedTo(HASH));
    expect(isByPolicy(begun)).toBe(true);
    expect(begun.confirmedHash).toHaveLength(64);
    expect(objectionTo(plan(), begun, true)).toBeUndefined();
    expect(objectionTo(plan({ hash: OTHER }), begun, true)?.code).toBe('PLAN_CHANGED');
    // Pinned, but nothing of it is proven: another plan may still take its place.
    expect(objectionTo(plan({ hash: OTHER }), begun, false)).toBeUndefined();
    expect(isByPolicy(person(HASH))).toBe(false);
  });
});
