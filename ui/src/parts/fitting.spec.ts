import { describe, expect, it } from 'vitest';
import { withoutHidden } from './fitting';

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
