import { describe, expect, it } from 'vitest';
import { isServed } from './customer-standing.js';
import { spelling } from './spelling.js';

describe('exact spelling (MAP-2)', () => {
  it('sees through invisible differences only', () => {
    expect(spelling('  Café   Marmalade\u00a0Ltd ')).toBe(spelling('Cafe\u0301 Marmalade Ltd'));
  });

  it.each([
    ['Marmalade Freight', 'marmalade freight'],
    ['Café Marmalade', 'Cafe Marmalade'],
    ['Otter & Quill', 'Otter and Quill'],
  ])('keeps %s and %s apart', (a, b) => {
    expect(spelling(a)).not.toBe(spelling(b));
  });

  it('cuts by characters, never through the middle of one', () => {
    expect(Array.from(spelling('🚚'.repeat(400)))).toHaveLength(300);
  });
});

describe('who is offered for mapping (MAP-4)', () => {
  it('offers customers that the marketplace still serves', () => {
    expect((['active', 'onHold', 'pending'] as const).every((status) => isServed({ status }))).toBe(true);
    expect((['cancelled', 'error', 'unknown'] as const).some((status) => isServed({ status }))).toBe(false);
  });
});
