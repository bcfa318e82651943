import { ApiError, type ApiClient, type JobView } from './api-client.js';
import type { Mappings } from './comparison.js';
import type { Progress } from './report.js';

/** A connection of the demo. */
export interface DemoConnection {
  id: string;
  currency: string;
}

interface AutotaskCredentials {
  credentials: { userName: string; secret: string };
}

interface CustomerSuggestion {
  customerId: string;
  companyId: number;
  version: number;
  exact: boolean;
  ambiguous: boolean;
}

interface ProductRow {
  product: {
    id: string;
    key: string;
    name: string;
    plan: string;
    cycle: { needsService: boolean; periodType: number | null; word: string };
  };
  state: string;
  version: number;
  mapping: { serviceId: number } | null;
  suggestions: { serviceId: number; exact: boolean; ambiguous: boolean }[];
}

/** Connects the sandbox Autotask once per currency the marketplace sells in (FEATURES INS-7). */
export async function connect(api: ApiClient, currencies: readonly string[]): Promise<DemoConnection[]> {
  const { credentials } = await api.sandbox<AutotaskCredentials>('autotask', 'GET', '/state?collections=currencies');
  const connections: DemoConnection[] = [];
  for (const currency of currencies) {
    const { id } = await api.call<{ id: string }>('POST', '/connections', {
      alias: `Sandbox ${currency}`,
      currency,
      timeZone: 'Europe/Berlin',
      autotask: { userName: credentials.userName, secret: credentials.secret },
    });
    connections.push({ id, currency });
  }
  return connections;
}

/** Presses *Check Changes* and waits; returns the finished job. */
export async function checkChanges(api: ApiClient, connection: DemoConnection, progress?: Progress): Promise<JobView> {
  const { jobId } = await api.call<{ jobId: string }>('POST', `/connections/${connection.id}/check`);
  return await api.job(jobId, (job) => progress?.show(job.done, job.total, job.step ?? job.state));
}

/** Refreshes the mirrors and waits. */
export async function refresh(api: ApiClient, connection: DemoConnection, progress?: Progress): Promise<JobView> {
  const { jobId } = await api.call<{ jobId: string }>('POST', `/connections/${connection.id}/refresh`);
  return await api.job(jobId, (job) => progress?.show(job.done, job.total, job.step ?? job.state));
}

/** Maps every customer that has exactly one company of exactly its name. Returns how many were mapped. */
export async function mapCustomers(api: ApiClient, connection: DemoConnection): Promise<number> {
  const suggestions = await api.all<CustomerSuggestion>(`/connections/${connection.id}/customers/suggestions`);
  const changes = suggestions
    .filter((one) => one.exact && !one.ambiguous)
    .map(({ customerId, companyId, version }) => ({ customerId, companyId, action: 'map', version }));
  if (changes.length > 0) await api.call('PUT', `/connections/${connection.id}/customers/mappings`, changes);
  return changes.length;
}

/**
 * Maps every product to the service of exactly its name and period, and creates the services that are missing, at the
 * catalogue's price. Products that need no service (post-paid, cycles Autotask does not know) are left.
 */
export async function mapProducts(
  api: ApiClient,
  connection: DemoConnection,
): Promise<{ mapped: number; created: number }> {
  const rows = await api.all<ProductRow>(`/connections/${connection.id}/products`);
  const open = rows.filter(({ product, state }) => state === 'unmapped' && product.cycle.needsService);
  const found = new Map<string, number>();
  for (const { product, suggestions } of open) {
    const exact = suggestions.filter((one) => one.exact && !one.ambiguous);
    const [only] = exact;
    // One service takes one product unless the reseller allows several (INS-8): the first comer gets it.
    if (exact.length === 1 && only && ![...found.values()].includes(only.serviceId))
      found.set(product.key, only.serviceId);
  }
  const changes = open
    .filter(({ product }) => found.has(product.key))
    .map(({ product, version }) => ({
      productKey: product.key,
      serviceId: found.get(product.key)!,
      action: 'map',
      version,
    }));
  if (changes.length > 0) await api.call('PUT', `/connections/${connection.id}/products/mappings`, changes);

  const billingCodes = await api.all<{ id: number; useType: number; isActive: boolean }>(
    `/connections/${connection.id}/billing-codes?useType=5`,
  );
  const billingCode = billingCodes.find(({ isActive }) => isActive);
  if (!billingCode) throw new Error('The sandbox has no active billing code for recurring services.');
  const missing = open.filter(({ product }) => !found.has(product.key));
  let created = 0;
  for (const { product, version } of missing) {
    try {
      await api.call('POST', `/connections/${connection.id}/services`, {
        productKey: product.key,
        name: `${product.name} ${product.cycle.word} ${product.key.replace(/^.*\|/, '')}`.slice(0, 100),
        periodType: product.cycle.periodType,
        unitPrice: '1.00',
        billingCodeId: billingCode.id,
        mapProduct: true,
      });
      created += 1;
    } catch (error) {
      // The connection of another currency has created it before: the same catalogue serves both.
      if (!(error instanceof ApiError) || error.code !== 'DUPLICATE_SERVICE') throw error;
      const { id } = error.body['existing'] as { id: number };
      await api.call('PUT', `/connections/${connection.id}/products/mappings`, [
        { productKey: product.key, serviceId: id, action: 'map', version },
      ]);
    }
  }
  return { mapped: open.length - created, created };
}

/** Fees go to the Autotask products that are named after them. */
export async function mapFees(api: ApiClient, connection: DemoConnection): Promise<number> {
  const names: Record<string, string> = {
    setup: 'Example Setup Fee',
    cancellation: 'Example Cancellation Fee',
    proration: 'Example Proration Charge',
    usage: 'Example Usage Charge',
  };
  const products = await api.all<{ id: number; name: string }>(`/connections/${connection.id}/autotask-products`);
  const rows = Object.entries(names).map(([feeKind, name]) => {
    const product = products.find((one) => one.name === name);
    if (!product) throw new Error(`The sandbox has no product "${name}".`);
    return { feeKind, autotaskProductId: product.id };
  });
  await api.call('PUT', `/connections/${connection.id}/fees/mappings`, rows);
  return rows.length;
}

interface CustomerRow {
  customer: { id: string };
  mappings: { companyId: number }[];
}

/** What is mapped to what, as the product lists it, for the comparison. */
export async function mappingsOf(api: ApiClient, connection: DemoConnection): Promise<Mappings> {
  const customers = await api.all<CustomerRow>(`/connections/${connection.id}/customers?status=all`);
  const products = await api.all<ProductRow>(`/connections/${connection.id}/products`);
  return {
    companyOf: new Map(
      customers.flatMap(({ customer, mappings: [one] }) => (one ? [[customer.id, one.companyId]] : [])),
    ),
    serviceOf: new Map(products.flatMap(({ product, mapping }) => (mapping ? [[product.id, mapping.serviceId]] : []))),
  };
}
