import { describe, expect, it } from 'vitest';
import { ageOf, conditionsOf, isFiltered, type TaskFilter } from './filter';

const none: TaskFilter = { view: 'all', type: '', q: '', customer: '', age: '', sort: 'effectiveDate' };

describe('the filter of the task list', () => {
  it('asks for nothing where nothing is chosen, and for all that is', () => {
    expect(conditionsOf(none)).toEqual({});
    expect(isFiltered({ ...none, view: 'ready', sort: 'customer' })).toBe(false);
    const all: TaskFilter = { ...none, view: 'ready', type: 'sales', q: ' SO00 ', customer: '1000021', age: 'over7' };
    expect(conditionsOf(all)).toEqual({
      view: 'ready',
      type: ['sales'],
      search: 'SO00',
      customerId: '1000021',
      minAgeDays: 8,
    });
    for (const part of ['type', 'q', 'customer', 'age'] as const)
      expect(isFiltered({ ...none, [part]: all[part] }), part).toBe(true);
  });

  it('has ages that meet: what is not up to seven days old is older', () => {
    expect(conditionsOf({ ...none, age: 'under7' })).toEqual({ maxAgeDays: 7 });
    expect(conditionsOf({ ...none, age: 'over7' })).toEqual({ minAgeDays: 8 });
  });

  it('takes no other word of an address for an age', () => {
    expect(ageOf('over30')).toBe('over30');
    for (const word of [null, '', 'ancient', 'toString']) expect(ageOf(word)).toBe('');
  });
});
