import { beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from '../kit/clock.js';
import { Store } from '../kit/store.js';
import { ApiError } from './api-error.js';
import { RequestLimits } from './request-limits.js';
import { Behaviour } from './switches.js';

let store: Store;
let clock: SandboxClock;
let limits: RequestLimits;
beforeEach(() => {
  store = new Store();
  clock = new SandboxClock(store);
  clock.set('2027-03-10T09:00:00Z');
  limits = new RequestLimits(store, clock, new Behaviour(store));
});

describe('rule 7: the delay of a call', () => {
  const delayAt = (count: number) => {
    limits.set({ externalRequestThreshold: 100, currentTimeframeRequestCount: count });
    return limits.enter('CODE', 'Companies').delayMs;
  };

  it.each([
    [0, 0],
    [48, 0],
    [49, 500], // the call itself is the fiftieth
    [73, 500],
    [74, 1000],
    [99, 1000],
  ])('after %i of 100 calls is %i ms', (count, delayMs) => {
    expect(delayAt(count)).toBe(delayMs);
  });

  it('is none where the switch slowDown is off, and adds to the latency a test has set', () => {
    limits.set({ latencyMs: 30 });
    expect(delayAt(80)).toBe(1030);
    store.write('behaviour', { slowDown: 'off' });
    expect(delayAt(80)).toBe(30);
  });
});

describe('rule 7: the rolling hour', () => {
  it('forgets each call an hour after it was made, and does not count refused ones', () => {
    limits.set({ externalRequestThreshold: 3 });
    limits.enter('CODE', 'Companies').release();
    clock.set('2027-03-10T09:40:00Z');
    limits.enter('CODE', 'Companies').release();
    limits.enter('CODE', 'Companies').release();
    expect(() => limits.enter('CODE', 'Companies')).toThrow(ApiError);
    expect(limits.count()).toBe(3);
    clock.set('2027-03-10T10:00:00Z');
    expect(limits.count()).toBe(2);
    clock.set('2027-03-10T10:40:00Z');
    expect(limits.count()).toBe(0);
  });
});

describe('rule 8: threads', () => {
  it('are held until released, per integration code and endpoint', () => {
    const held = [1, 2, 3].map(() => limits.enter('CODE', 'Companies'));
    expect(() => limits.enter('CODE', 'Companies')).toThrow('Itgenatr005');
    expect(() => limits.enter('CODE', 'Contracts')).not.toThrow();
    expect(() => limits.enter('OTHER', 'Companies')).not.toThrow();
    held[1]!.release();
    expect(() => limits.enter('CODE', 'Companies')).not.toThrow();
    expect(() => limits.enter('CODE', 'Companies')).toThrow('Itgenatr005');
  });
});
