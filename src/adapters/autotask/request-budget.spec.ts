import { beforeEach, describe, expect, it } from 'vitest';
import { RequestBudget } from './request-budget.js';

const MINUTE = 60_000;

let now: number;
let budget: RequestBudget;

beforeEach(() => {
  now = 1_000 * MINUTE;
  budget = new RequestBudget(() => now);
});

const tenant = (current: number) =>
  budget.refresh(() => Promise.resolve({ limit: 100, timeFrameMinutes: 60, current }));
const send = (times: number): void => {
  for (let sent = 0; sent < times; sent++) budget.count();
};

describe('RequestBudget', () => {
  it('stops reads at nine tenths of our share and writing at the whole', async () => {
    await tenant(0);
    send(44);
    expect(budget.admit('read', 0.5)).toEqual({ admitted: true });
    send(1);
    expect(budget.admit('read', 0.5)).toMatchObject({ admitted: false });
    expect(budget.admit('writing', 0.5)).toEqual({ admitted: true });
    send(5);
    expect(budget.admit('writing', 0.5)).toMatchObject({ admitted: false });
  });

  it('has room again when the oldest minute leaves the time frame, and says when', async () => {
    await tenant(0);
    send(50);
    const refusal = budget.admit('writing', 0.5);
    expect(refusal).toEqual({ admitted: false, retryAfterMs: 61 * MINUTE });
    now += 61 * MINUTE;
    expect(budget.ownCount()).toBe(0);
    expect(budget.admit('writing', 0.5)).toEqual({ admitted: true });
  });

  it('lets only writing go on above 75 % of what the whole tenant uses', async () => {
    await tenant(75);
    expect(budget.admit('read', 0.5)).toEqual({ admitted: true });
    send(1);
    expect(budget.admit('read', 0.5)).toMatchObject({ admitted: false });
    expect(budget.admit('writing', 0.5)).toEqual({ admitted: true });
  });

  it('assumes the usual limit until the tenant told its own', () => {
    send(4499);
    expect(budget.admit('read', 0.5)).toEqual({ admitted: true });
    send(1);
    expect(budget.admit('read', 0.5)).toMatchObject({ admitted: false });
  });

  it('reads the counter at most every five minutes, once for all who ask together', async () => {
    let reads = 0;
    const read = async () => {
      reads += 1;
      await Promise.resolve();
      return { limit: 100, timeFrameMinutes: 60, current: 0 };
    };
    await Promise.all([budget.refresh(read), budget.refresh(read), budget.refresh(read)]);
    now += 5 * MINUTE - 1;
    await budget.refresh(read);
    expect(reads).toBe(1);
    now += 1;
    await budget.refresh(read);
    expect(reads).toBe(2);
  });

  it('keeps the last figures when the counter cannot be read, and tries again after a minute', async () => {
    await tenant(80);
    now += 5 * MINUTE;
    await budget.refresh(() => Promise.reject(new Error('no answer')));
    expect(budget.admit('read', 0.5)).toMatchObject({ admitted: false });
    expect(budget.refreshDue).toBe(false);
    now += MINUTE;
    expect(budget.refreshDue).toBe(true);
  });
});
