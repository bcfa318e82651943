import { describe, expect, it } from 'vitest';
import { fitting, isNarrow, withoutHidden } from './fitting';

const COLUMNS = [
  { key: 'type', width: '128px' },
  { key: 'what' },
  { key: 'order', width: '96px', from: 820 },
  { key: 'amount', width: '148px', from: 1000 },
  { key: 'subscription', width: '112px', from: 1300 },
];
const from = (hidden: string[]) =>
  Object.fromEntries(withoutHidden(COLUMNS, hidden).map((column) => [column.key, column.from]));

describe('columns that are put away', () => {
  it('leave the others as they are where there is none', () => {
    expect(withoutHidden(COLUMNS, [])).toEqual(COLUMNS);
  });

  it('give their room to those that come after them', () => {
    expect(from(['type', 'amount'])).toEqual({ what: undefined, order: 692, subscription: 1024 });
  });

  it('give no room to one that is there before they are', () => {
    expect(from(['subscription'])).toEqual({ type: undefined, what: undefined, order: 820, amount: 1000 });
  });
});

describe('the width of a list', () => {
  const columns = [{ key: 'type' }, { key: 'order', from: 820 }];
  const keys = (width: number): string[] => fitting(columns, width).map(({ key }) => key);

  it('decides what it has room for', () => {
    expect(keys(819)).toEqual(['type']);
    expect(keys(820)).toEqual(['type', 'order']);
  });

  it('is taken for the least of a table until it is measured', () => {
    expect(keys(0)).toEqual(['type']);
    expect(fitting([{ from: 600 }, { from: 601 }], 0)).toEqual([{ from: 600 }]);
    expect([0, 1, 599, 600].map(isNarrow)).toEqual([false, true, true, false]);
  });
});
