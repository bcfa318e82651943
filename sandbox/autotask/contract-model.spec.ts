import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { addDays, daysBetween } from '../kit/calendar.js';
import { Store } from '../kit/store.js';
import { AutotaskSystem } from './autotask-system.js';
import { apiUsers } from './users.js';

/** A tenant without a socket: requests go straight into the system, which keeps a thousand of them fast. */
class Tenant {
  private readonly system = new AutotaskSystem(new Store());

  constructor() {
    this.system.clock.set('2027-03-10T09:00:00Z');
    this.system.reset({});
  }

  async api(method: string, path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    const [user] = apiUsers;
    const headers = { apiintegrationcode: user!.integrationCode, username: user!.userName, secret: user!.secret };
    const reply = await this.system.handle(request(method, `/ATServicesRest/V1.0/${path}`, body, headers));
    return { status: reply.status, body: reply.body as Record<string, unknown> };
  }

  control(method: string, path: string, body: unknown): Record<string, unknown> {
    return this.system.control(request(method, `/_sandbox${path}`, body, {}), path)!.body as Record<string, unknown>;
  }

  behave(switches: Record<string, string>): void {
    this.system.store.write('behaviour', switches);
  }
}

const request = (method: string, path: string, body: unknown, headers: Record<string, string>) => ({
  method,
  path,
  url: path,
  query: new URLSearchParams(),
  headers,
  body: JSON.stringify(body),
});

interface Window {
  startDate: string;
  endDate: string;
  units: number;
  price: number;
}

type Command =
  | { kind: 'adjust'; day: number; units: number; price: number | null }
  | { kind: 'post'; day: number }
  | { kind: 'end'; day: number };

const START = '2027-01-31';
const HORIZON = 400;
const FIRST_END = 250;

/**
 * The contract as an array of days: what the engine must agree with, and simple enough to be seen right. An adjustment
 * changes all days from its own on; a new end forgets all that was planned after it.
 */
class DayByDay {
  readonly units = Array<number>(HORIZON).fill(0);
  readonly price = Array<number>(HORIZON).fill(6);
  end = FIRST_END;

  adjust(day: number, units: number, price: number | null): void {
    for (let at = day; at < HORIZON; at++) {
      this.units[at]! += units;
      if (price !== null) this.price[at] = price;
    }
  }

  endOn(day: number): void {
    if (day < this.end) {
      this.units.fill(this.units[day]!, day);
      this.price.fill(this.price[day]!, day);
    }
    this.end = day;
  }
}

const day = fc.integer({ min: 0, max: HORIZON - 1 });
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('adjust' as const),
      day,
      units: fc.integer({ min: -6, max: 9 }),
      price: fc.option(fc.integer({ min: -500, max: 2000 }).map((cents) => cents / 100)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('post' as const), day }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('end' as const), day }) },
);

it.each(['refuse', 'merge'])(
  'keeps windows and bills like a day-by-day model, with sameDateAdjustment %s',
  async (sameDateAdjustment) => {
    const tenant = new Tenant();
    tenant.behave({ sameDateAdjustment, slowDown: 'off' });
    tenant.control('PUT', '/limits', { externalRequestThreshold: 1_000_000 });

    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 14 }), async (commands) => {
        const contract = await tenant.api('POST', 'Contracts', {
          companyID: 101,
          contractName: 'Model',
          contractType: 7,
          contractPeriodType: 2,
          startDate: START,
          endDate: addDays(START, FIRST_END),
          status: 1,
          timeReportingRequiresStartAndStopTimes: 0,
        });
        const contractId = contract.body['itemId'] as number;
        const line = await tenant.api('POST', `Contracts/${contractId}/Services`, { serviceID: 1 });
        const lineId = line.body['itemId'] as number;
        const model = new DayByDay();
        const items: number[] = [];
        const post = (upTo: string): number[] => {
          const posted = tenant.control('POST', '/approve-and-post', { upTo, contractId });
          return (posted['items'] as { totalAmount: number }[]).map(({ totalAmount }) => totalAmount);
        };

        for (const step of commands) {
          const date = addDays(START, step.day);
          if (step.kind === 'post') items.push(...post(date));
          else if (step.kind === 'adjust') {
            const body = { contractServiceID: lineId, effectiveDate: date, unitChange: step.units };
            const price = step.price === null ? {} : { adjustedUnitPrice: step.price };
            const { status } = await tenant.api('POST', 'ContractServiceAdjustments', { ...body, ...price });
            if (status === 200) model.adjust(step.day, step.units, step.price);
          } else {
            const { status } = await tenant.api('PATCH', 'Contracts', { id: contractId, endDate: date });
            if (status === 200) model.endOn(step.day);
          }
        }

        const filter = [{ op: 'eq', field: 'contractServiceID', value: lineId }];
        const answer = await tenant.api('POST', 'ContractServiceUnits/query', { filter });
        const windows = (answer.body['items'] as Window[]).toSorted((a, b) => a.startDate.localeCompare(b.startDate));
        const seen = Array<number>(model.end + 1).fill(0);
        let until = '';
        for (const window of windows) {
          const [from, to] = [window.startDate.slice(0, 10), window.endDate.slice(0, 10)];
          expect(until === '' || from === addDays(until, 1)).toBe(true);
          until = to;
          for (let at = daysBetween(START, from); at <= daysBetween(START, to); at++) seen[at] = window.units;
        }
        expect(seen).toEqual(model.units.slice(0, model.end + 1));
        expect(model.units.every((units) => units >= 0)).toBe(true);

        items.push(...post(addDays(START, HORIZON)));
        expect(post(addDays(START, HORIZON))).toEqual([]);
        const billed = items.reduce((sum, amount) => sum + amount, 0);
        const due = windows.reduce((sum, window) => sum + window.price, 0);
        expect(Math.abs(billed - due)).toBeLessThanOrEqual(0.005 * items.length + 0.0001 * windows.length + 1e-6);
        expect(due).toBeCloseTo(dueByDay(model), 1);
      }),
      { numRuns: 150, seed: 20_270_310 },
    );
  },
);

/** What the model owes: each day's units × price ÷ days of its month-long period, which begins on the 31st or month-end. */
function dueByDay(model: DayByDay): number {
  let due = 0;
  for (let at = 0; at <= model.end; at++) {
    const { start, next } = periodAround(addDays(START, at));
    due += (model.units[at]! * model.price[at]!) / daysBetween(start, next);
  }
  return due;
}

/** The period of a contract from a 31st: periods begin on the last day of every month. */
function periodAround(date: string): { start: string; next: string } {
  const lastOf = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
  const [year, month] = [Number(date.slice(0, 4)), Number(date.slice(5, 7))];
  const own = lastOf(year, month);
  return date === own ? { start: own, next: lastOf(year, month + 1) } : { start: lastOf(year, month - 1), next: own };
}
