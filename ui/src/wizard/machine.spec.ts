import { describe, expect, it } from 'vitest';
import { firstStep, isOver, nextStep, openStep, previousStep, standings, stepOf, type WizardFacts } from './machine';

const facts = (change: Partial<WizardFacts> = {}): WizardFacts => ({
  state: 'action_required',
  accepted: false,
  requiredActions: [],
  choices: {},
  ...change,
});
const missing = (code: string, kind?: string) =>
  ({ code, ...(kind ? { subject: { kind, id: '1' } } : {}) }) as unknown as WizardFacts['requiredActions'][number];

describe('which step answers what', () => {
  it.each([
    ['MAPPING_MISSING', 'customer', 'customer'],
    ['MAPPING_MISSING', 'product', 'product'],
    ['MAPPING_BROKEN', 'company', 'customer'],
    ['COMPANY_INACTIVE', undefined, 'customer'],
    ['FEE_MAPPING_MISSING', 'fee', 'product'],
    ['CONTRACT_MISSING', 'subscription', 'contract'],
    ['CONTRACT_DATE', 'contract', 'contract'],
    ['FIRST_CONTACT', 'line', 'lines'],
    ['DRIFT', 'line', 'lines'],
    ['LATE', undefined, 'lines'],
    ['QUANTITY_MISMATCH', 'order', 'lines'],
  ])('%s of a %s is answered at %s', (code, kind, step) => {
    expect(stepOf(missing(code, kind))).toBe(step);
  });
});

describe('the wizard', () => {
  it('begins with the first thing that is missing and skips what was mapped earlier', () => {
    const of = facts({ requiredActions: [missing('MAPPING_MISSING', 'product'), missing('CONTRACT_MISSING')] });
    expect(firstStep(of)).toBe('product');
    expect(standings(of)).toEqual({
      customer: 'skipped',
      product: 'asking',
      contract: 'later',
      lines: 'later',
      confirm: 'later',
    });
  });

  it('begins with the confirmation when nothing is missing', () => {
    expect(firstStep(facts({ state: 'ready' }))).toBe('confirm');
  });

  it('opens no step behind one that asks, and says which it opens instead', () => {
    const of = facts({ requiredActions: [missing('CONTRACT_MISSING')] });
    expect(openStep('confirm', of)).toBe('contract');
    expect(openStep('customer', of)).toBe('customer');
    expect(openStep('nonsense', of)).toBe('contract');
    expect(openStep(undefined, of)).toBe('contract');
  });

  it('shows the result of a task that runs, waits to run or has ended, whatever was asked for', () => {
    for (const state of ['running', 'synced', 'uncertain', 'not_supported', 'superseded', 'ignored'] as const) {
      expect(isOver(facts({ state }))).toBe(true);
      expect(openStep('lines', facts({ state }))).toBe('result');
    }
    expect(openStep('confirm', facts({ state: 'ready', accepted: true }))).toBe('result');
    expect(openStep('confirm', facts({ state: 'failed' }))).toBe('confirm');
  });

  it('goes on past what was mapped earlier and back to every step', () => {
    const of = facts({ choices: { contract: { id: 4 } } });
    expect(nextStep('customer', of)).toBe('contract');
    expect(nextStep('contract', of)).toBe('lines');
    expect(nextStep('lines', of)).toBe('confirm');
    expect(nextStep('confirm', of)).toBe('confirm');
    expect(previousStep('product')).toBe('customer');
    expect(previousStep('customer')).toBeUndefined();
  });
});
