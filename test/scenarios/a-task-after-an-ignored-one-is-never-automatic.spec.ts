import { expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { changeFacts } from '../factories/plan-facts.js';

it('A task after an ignored one is never automatic, because it may include what that one asked for', () => {
  expect(planSync(changeFacts({ from: 5, to: 8 })).automatic).toBe(true);
  const plan = planSync(changeFacts({ from: 5, to: 8 }, { followsIgnored: true }));
  expect(plan.automatic).toBe(false);
  expect(plan.manualReason).toContain('ignored');
});
