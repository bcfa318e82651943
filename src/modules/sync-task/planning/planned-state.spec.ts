import { describe, expect, it } from 'vitest';
import { canTransition, type SyncTaskState } from '../../../domain/sync-task/sync-task-state.js';
import type { RequiredActionCode, SyncPlan } from '../../../domain/sync-plan/sync-plan.js';
import { PLANNED_STATES, pathTo, stateAfterPlan } from './planned-state.js';

const plan = (codes: RequiredActionCode[], notSupported?: string): SyncPlan =>
  ({
    requiredActions: codes.map((code) => ({ code, message: code })),
    ...(notSupported ? { notSupported } : {}),
  }) as SyncPlan;

describe('the state after a plan', () => {
  it.each([
    [[], false, 'ready'],
    [[], true, 'ready'],
    [['DRIFT'], false, 'action_required'],
    [['DRIFT'], true, 'pending'],
    [['FIRST_CONTACT'], true, 'pending'],
    [['MAPPING_MISSING'], true, 'action_required'],
    [['DRIFT', 'COMPANY_INACTIVE'], true, 'action_required'],
  ] as const)('with %j, held %s, is %s', (codes, held, state) => {
    expect(stateAfterPlan(plan([...codes]), held)).toBe(state);
  });

  it('is final for what Autotask cannot express, but only at its turn', () => {
    expect(stateAfterPlan(plan([], 'No.'), false)).toBe('not_supported');
    expect(stateAfterPlan(plan([], 'No.'), true)).toBe('pending');
  });
});

describe('the way between planned states', () => {
  const pairs = PLANNED_STATES.flatMap((from) =>
    [...PLANNED_STATES, 'not_supported' as const].map((to): [SyncTaskState, SyncTaskState] => [from, to]),
  );

  it.each(pairs)('from %s to %s takes legal steps only', (from, to) => {
    const path = pathTo(from, to);
    expect(path.at(-1) ?? from).toBe(to);
    let state = from;
    for (const next of path) {
      expect(canTransition(state, next)).toBe(true);
      state = next;
    }
  });

  it('does not exist out of an end', () => {
    expect(() => pathTo('synced', 'ready')).toThrow('no way');
  });
});
