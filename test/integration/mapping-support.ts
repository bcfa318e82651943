import { addMonths } from '../../src/domain/calendar/calendar-date.js';
import type { ProductKey } from '../../src/domain/marketplace/product.js';
import type { Subscription } from '../../src/domain/marketplace/subscription.js';
import { CustomerSuggestions } from '../../src/modules/mapping/customers/customer-suggestions.service.js';
import { startTestApp, type Api, type Answer, type TestApp } from '../support/test-app.js';

/** The application with a connection whose mirrors have been read once. */
export interface MappingTest {
  app: TestApp;
  connectionId: string;
  installationId: string;
  viewer: Api;
  operator: Api;
  admin: Api;
  /** `/connections/{id}/…` of this connection. */
  path(rest: string): string;
  /** Presses *Refresh* and waits for its end. */
  refresh(): Promise<{ state: string; result: any; failure: any }>;
  /** Changes or adds a row of a sandbox as a person there would, past the API's checks. */
  change(which: 'autotask' | 'marketplace', collection: string, row: Record<string, unknown>): Promise<any>;
  /** Removes a row of the sandbox Autotask. */
  remove(collection: string, id: number): Promise<void>;
  /** Calls the sandbox Autotask's own API as the API user. */
  autotask(method: string, path: string, body?: unknown): Promise<any>;
  /** Makes a monthly recurring-service contract of a company that runs today. @returns its id. */
  contract(companyID: number, changes?: Record<string, unknown>): Promise<number>;
  /** Rows of the product's database. */
  rows<T = any>(sql: string, parameters?: unknown[]): Promise<T[]>;
  /** Log entries of one action, oldest first. */
  logged(action: string): Promise<any[]>;
  /** Forgets every customer mapping and rejection, and brings lists and suggestions up to date with that. */
  forgetCustomerMappings(): Promise<void>;
  close(): Promise<void>;
}

/** Boots everything, installs, connects and waits until the new connection's lists are there. */
export async function startMappingTest(currency = 'EUR'): Promise<MappingTest> {
  const app = await startTestApp();
  try {
    return await prepare(app, currency);
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function prepare(app: TestApp, currency: string): Promise<MappingTest> {
  const installationId = await app.install();
  const connectionId = await app.connect(currency);
  const viewer = app.as('viewer');
  const operator = app.as('operator');
  const rows = async <T>(sql: string, parameters: unknown[] = []): Promise<T[]> =>
    await app.database.sql<T>(sql, parameters);
  const { credentials } = await app.sandbox<{ credentials: Record<string, string> }>('autotask', 'GET', '/state');
  const autotask: MappingTest['autotask'] = async (method, path, body) => {
    const response = await fetch(`${app.sandboxes.autotask.origin}/ATServicesRest/V1.0/${path}`, {
      method,
      headers: {
        ApiIntegrationCode: credentials.integrationCode!,
        UserName: credentials.userName!,
        Secret: credentials.secret!,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    app,
    connectionId,
    installationId,
    viewer,
    operator,
    admin: app.as('admin'),
    path: (rest) => `/connections/${connectionId}/${rest}`,
    refresh: async () => {
      const started = await operator.post(`/connections/${connectionId}/refresh`);
      if (started.status !== 202) throw new Error(`refresh: ${started.status} ${JSON.stringify(started.body)}`);
      return await app.job(started.body.jobId);
    },
    change: async (which, collection, row) => await app.sandbox(which, 'POST', '/rows', { collection, row }),
    remove: async (collection, id) => {
      await app.sandbox('autotask', 'DELETE', '/rows', { collection, id });
    },
    autotask,
    contract: async (companyID, changes = {}) => {
      const { now } = await app.sandbox<{ now: string }>('autotask', 'GET', '/clock');
      const { itemId } = await autotask('POST', 'Contracts', {
        companyID,
        contractName: 'Cloud services',
        contractType: 7,
        contractPeriodType: 2,
        status: 1,
        startDate: '2026-01-01',
        endDate: addMonths(now.slice(0, 10), 12),
        timeReportingRequiresStartAndStopTimes: 0,
        ...changes,
      });
      return itemId as number;
    },
    rows,
    logged: async (action) =>
      await rows(
        `select actor, outcome, message, before, after, details, customer_id, subscription_id
                  from action_log_entry where action = ? order by at, id`,
        [action],
      ),
    forgetCustomerMappings: async () => {
      for (const table of ['customer_mapping', 'suggestion_rejection']) await rows(`delete from ${table}`);
      await app.app.get(CustomerSuggestions).recompute({ id: connectionId, installationId });
    },
    close: async () => await app.close(),
  };
}

/** What a refused save says of each row. */
export const refusedRows = (answer: Answer): string[] =>
  (answer.body.rows as { index: number; code: string }[]).map(({ index, code }) => `${index} ${code}`);

const month = { unit: 'month', count: 1 } as const;

/** An active monthly subscription of five units of one product, as a check would have read it. */
export function aMonthlySubscription(
  id: string,
  { customerId, productKey }: { customerId: string; productKey: ProductKey },
  changes: Partial<Subscription> = {},
): Subscription {
  return {
    id,
    name: `Example Office ${id}`,
    customerId,
    status: 'active',
    autoRenew: true,
    billingModel: 'chargeBeforeBillingPeriod',
    billingPeriod: month,
    subscriptionPeriod: month,
    creationDate: '2026-01-01',
    attributes: {},
    items: [{ productKey, productId: 'PRD-1', name: 'Example Office Basic', quantity: '5' }],
    ...changes,
  };
}
