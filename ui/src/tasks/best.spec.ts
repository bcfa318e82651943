import { describe, expect, it } from 'vitest';
import type { Task } from '../parts/badges';
import { bestOf } from './best';

const task = (id: string, state: Task['state'], orderNumber: string | null): Task =>
  ({ id, state, orderNumber }) as Partial<Task> as Task;
const TASKS = [
  task('sold', 'synced', 'SO001'),
  task('first', 'ready', 'CH002'),
  task('second', 'action_required', 'CH003'),
];

describe('the task of an order or a subscription', () => {
  it("is the order's own, whatever became of it", () => {
    expect(bestOf(TASKS, 'SO001')?.id).toBe('sold');
    expect(bestOf(TASKS, 'CH003')?.id).toBe('second');
  });

  it('is the oldest open one of the subscription, which the others wait for', () => {
    expect(bestOf(TASKS, '')?.id).toBe('first');
    expect(bestOf(TASKS, 'SO999')?.id).toBe('first');
  });

  it('is the newest where nothing is open, and none where there is none', () => {
    expect(bestOf([task('a', 'synced', null), task('b', 'ignored', null)], '')?.id).toBe('b');
    expect(bestOf([], 'SO001')).toBeUndefined();
  });
});
