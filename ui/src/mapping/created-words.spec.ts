import { describe, expect, it, vi } from 'vitest';
import { createdWords } from './created-words';

// There is no frame here, and so no host that says how its user writes numbers.
vi.mock('../host', () => ({ host: { context: { locale: 'en-GB', timeZone: 'UTC' } } }));

type View = Parameters<typeof createdWords>[0];

const view = (changes: Partial<View> = {}): View => ({
  service: { name: 'Sample Seat' } as View['service'],
  product: null,
  mappingProblem: null,
  foundAgain: false,
  costWritten: true,
  priceConverted: false,
  listPrice: null,
  priceProblem: null,
  ...changes,
});

describe('what is said of a new service (MAP-7)', () => {
  it('is one sentence where all went as the form said', () => {
    expect(createdWords(view())).toEqual({ tone: 'good', text: 'Service Sample Seat was created and mapped.' });
  });

  it('names a price that could not be written, with Autotask’s own words, and asks for attention', () => {
    const priceProblem = {
      code: 'PRICE_LIST_REFUSED',
      message: 'Its price in USD was not set.',
      autotask: ['Multi-currency is off.'],
    } as View['priceProblem'];
    expect(createdWords(view({ priceProblem }))).toEqual({
      tone: 'attention',
      text: 'Service Sample Seat was created and mapped. Its price in USD was not set. Autotask: “Multi-currency is off.”',
    });
  });

  it('says that it is not mapped, that its cost was left out, and that it was found again', () => {
    const mappingProblem = { code: 'SERVICE_TAKEN', message: 'It is taken.' } as View['mappingProblem'];
    const { tone, text } = createdWords(view({ mappingProblem, costWritten: false, foundAgain: true }));
    expect(tone).toBe('attention');
    expect(text).toContain('Service Sample Seat was created, but not mapped: It is taken.');
    expect(text).toContain('may not see costs');
    expect(text).toContain('found in Autotask');
  });
});
