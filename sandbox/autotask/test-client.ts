import { startAutotaskSandbox, type AutotaskSandboxOptions, type RunningAutotaskSandbox } from './autotask-sandbox.js';
import { apiUsers } from './users.js';

/** A row as the API gives it, with the fields that tests read as text or number. */
export interface TestRow {
  id: number;
  companyID: number;
  contractID: number;
  contractType: number;
  contractPeriodType: number;
  status: number;
  useType: number;
  isActive: boolean;
  companyName: string;
  emailAddress: string;
  name: string;
  startDate: string;
  endDate: string;
  itemDate: string;
  billingItemType: number;
  totalAmount: number;
  units: number;
  price: number;
  [field: string]: unknown;
}

/** What bodies of this API and of the control calls can hold. A test reads the part its call answers. */
interface TestBody {
  item: TestRow;
  items: TestRow[];
  itemId: number;
  errors: string[];
  Message: string;
  pageDetails: { nextPageUrl: string; prevPageUrl: string; count: number; requestCount: number };
  queryCount: number;
  info: { name: string } & { name: string }[];
  fields: { name: string; isRequired: boolean }[];
  currentTimeframeRequestCount: number;
  clock: { now: string };
  [key: string]: unknown;
}

/** The state of the sandbox, taken apart: `whole` is everything but the clock. */
export interface TestState {
  whole: Record<string, unknown>;
  rows(collection: string): TestRow[];
  now: string;
}

/** An answer with its body read: parsed JSON, or the text when it is none. */
export interface Answer {
  status: number;
  body: TestBody;
  headers: Headers;
}

/** The day every test tenant begins on. */
const TODAY = '2027-03-10';

/** A test's client: a sandbox on a free port, and calls with the headers of the first API user. */
export class TestClient {
  private constructor(readonly sandbox: RunningAutotaskSandbox) {}

  /** Starts a small tenant whose clock begins on {@link TODAY}. */
  static async start(options: Partial<AutotaskSandboxOptions> = {}): Promise<TestClient> {
    return new TestClient(await startAutotaskSandbox({ port: 0, now: `${TODAY}T09:00:00Z`, ...options }));
  }

  stop(): Promise<void> {
    return this.sandbox.close();
  }

  /** The headers of an API user of the seed. */
  headersOf(userId = 'api-sync'): Record<string, string> {
    const user = apiUsers.find(({ id }) => id === userId)!;
    return { ApiIntegrationCode: user.integrationCode, UserName: user.userName, Secret: user.secret };
  }

  /** Calls a path of the origin, exactly as given; a string body is sent raw. */
  async raw(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const url = path.startsWith('http') ? path : `${this.sandbox.origin}${path}`;
    const response = await fetch(url, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    let parsed: unknown = text;
    try {
      parsed = JSON.parse(text);
    } catch {
      // an HTML page or nothing at all
    }
    return { status: response.status, body: parsed as TestBody, headers: response.headers };
  }

  /** Calls a path below `V1.0`, or an absolute URL, as an API user. */
  call(method: string, path: string, body?: unknown, userId?: string): Promise<Answer> {
    const url = path.startsWith('http') ? path : `/ATServicesRest/V1.0/${path}`;
    return this.raw(method, url, body, this.headersOf(userId));
  }

  get(path: string, userId?: string): Promise<Answer> {
    return this.call('GET', path, undefined, userId);
  }

  post(path: string, body: unknown, userId?: string): Promise<Answer> {
    return this.call('POST', path, body, userId);
  }

  patch(path: string, body: unknown, userId?: string): Promise<Answer> {
    return this.call('PATCH', path, body, userId);
  }

  /** The rows a query gives; one page. @throws Error with the answer when it is not 200. */
  async rows(entity: string, ...filter: unknown[]): Promise<TestRow[]> {
    const answer = await this.post(`${entity}/query`, { filter });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body.items;
  }

  /** The first row a query gives. @throws Error when there is none. */
  async row(entity: string, ...filter: unknown[]): Promise<TestRow> {
    const [row] = await this.rows(entity, ...filter);
    if (!row) throw new Error(`${entity} has no row for ${JSON.stringify(filter)}`);
    return row;
  }

  /** The sandbox's own state. */
  async state(): Promise<TestState> {
    const { clock, ...whole } = (await this.control('GET', '/state')).body;
    const rows = (collection: string): TestRow[] => {
      const found = whole[collection];
      if (!Array.isArray(found)) throw new Error(`The state has no collection ${collection}.`);
      return found as TestRow[];
    };
    return { whole, rows, now: clock.now };
  }

  /** How long the newest request took, as the sandbox's log tells. */
  async lastDuration(): Promise<number> {
    const { items } = (await this.control('GET', '/requests')).body;
    return items.at(-1)?.['durationMs'] as number;
  }

  /** A control call. */
  control(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.raw(method, `/_sandbox${path}`, body);
  }

  /** Sets behaviour switches. @throws Error when the sandbox refuses. */
  async behaviour(switches: Record<string, string>): Promise<void> {
    const answer = await this.control('PUT', '/behaviour', switches);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  }

  /** Seeds anew: default switches, limits and data. */
  async reset(options: { seed?: number; size?: string } = {}): Promise<void> {
    await this.control('POST', '/reset', options);
  }

  /** A recurring contract of company 101, monthly over the calendar year 2027 unless said otherwise. */
  async contract(changes: Record<string, unknown> = {}): Promise<number> {
    const answer = await this.post('Contracts', {
      companyID: 101,
      contractName: 'Cloud services',
      contractType: 7,
      contractPeriodType: 2,
      startDate: '2027-01-01',
      endDate: '2027-12-31',
      status: 1,
      timeReportingRequiresStartAndStopTimes: 0,
      ...changes,
    });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body.itemId;
  }

  /** A line of service 1 (6.00 a month) on a contract. */
  async line(contractId: number, serviceID = 1): Promise<number> {
    const answer = await this.post(`Contracts/${contractId}/Services`, { serviceID });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body.itemId;
  }

  /** Posts an adjustment of a line. */
  adjust(contractServiceID: number, effectiveDate: string, unitChange?: number, more: object = {}): Promise<Answer> {
    return this.post('ContractServiceAdjustments', {
      contractServiceID,
      effectiveDate,
      ...(unitChange === undefined ? {} : { unitChange }),
      ...more,
    });
  }

  /** The windows of a line as `first day–last day: units @ price per window`, in order. */
  async windows(lineId: number): Promise<string[]> {
    const rows = await this.rows('ContractServiceUnits', { op: 'eq', field: 'contractServiceID', value: lineId });
    return rows
      .toSorted((a, b) => a.startDate.localeCompare(b.startDate) || a.id - b.id)
      .map((row) => `${row.startDate.slice(0, 10)}–${row.endDate.slice(0, 10)}: ${row.units} @ ${row.price}`);
  }

  /** Approves and posts up to a day; the new items, shortened to what tests compare. */
  async approve(upTo: string, more: object = {}): Promise<{ date: string; type: number; amount: number }[]> {
    const answer = await this.control('POST', '/approve-and-post', { upTo, ...more });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body.items.map((item) => ({
      date: item.itemDate.slice(0, 10),
      type: item.billingItemType,
      amount: item.totalAmount,
    }));
  }
}
