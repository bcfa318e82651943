import { queryOptions } from '@tanstack/react-query';
import { api, ok, type ApiProblem, type Schemas } from '../api/client';
import { currencyOf, queryClient } from '../app/queries';
import * as format from '../format';
import { m } from '../messages';
import type { Choosable } from '../mapping/picker';

type Found<T> = Promise<{ items: T[]; total: number }>;

/** A company that can be chosen, with the customers it stands for already. */
export interface ChoosableCompany extends Choosable {
  customerIds: string[];
}

/** How the customer and the products of a task are mapped. */
export const mappingsOf = (taskId: string) =>
  queryOptions<Schemas['TaskMappingsView'], ApiProblem>({
    queryKey: ['mappings', taskId],
    queryFn: () => ok(api.GET('/api/v1/tasks/{taskId}/mappings', { params: { path: { taskId } } })),
  });

/** The contracts a task can go to. */
export const contractsOf = (taskId: string) =>
  queryOptions<Schemas['ContractChoicesView'], ApiProblem>({
    queryKey: ['contracts', taskId],
    queryFn: () => ok(api.GET('/api/v1/tasks/{taskId}/contracts', { params: { path: { taskId } } })),
    staleTime: 15_000,
  });

/** Companies whose name begins so, at most fifty. */
export async function findCompanies(conn: string, search: string): Found<ChoosableCompany> {
  const { items, total } = await ok(
    api.GET('/api/v1/connections/{connectionId}/companies', {
      params: { path: { connectionId: conn }, query: { page: 1, pageSize: 50, ...(search ? { search } : {}) } },
    }),
  );
  return {
    total,
    items: items.map(({ id, name, city, customerIds }) => ({
      id,
      name,
      customerIds,
      hint: [
        m.common.companyNumber(id),
        city,
        customerIds.length > 0 ? m.wizard.customer.taken(customerIds.length) : null,
      ]
        .filter((part) => part)
        .join(' · '),
    })),
  };
}

/** Services of a period whose name begins so, at most fifty. @param periodType null = of any */
export async function findServices(conn: string, periodType: number | null, search: string): Found<Choosable> {
  const [{ items, total }, currency] = await Promise.all([
    ok(
      api.GET('/api/v1/connections/{connectionId}/services', {
        params: {
          path: { connectionId: conn },
          query: {
            page: 1,
            pageSize: 50,
            ...(search ? { search } : {}),
            ...(periodType === null ? {} : { periodType: periodType as 2 | 3 | 4 | 5 }),
          },
        },
      }),
    ),
    currencyOf(conn),
  ]);
  return {
    total,
    items: items.map(({ id, name, unitPrice, sku }) => ({
      id,
      name,
      hint: [`${format.price(unitPrice)} ${currency}`, sku].filter((part) => part).join(' · '),
    })),
  };
}

/** The lists that the pickers of the first two steps are named by. */
export const companyLists = (conn: string): unknown[] => [conn, 'companies'];
export const serviceLists = (conn: string, periodType: number | null): unknown[] => [conn, 'services', periodType];

/**
 * Asks for what a step shows besides the plan, so that it does not begin when the plan is there (reference/page-design
 * §3.3: two requests deep at most). An address without a step leads to a mapping more often than not.
 */
export function prepare(step: string | undefined, conn: string, taskId: string): void {
  if (step === 'contract') void queryClient.prefetchQuery(contractsOf(taskId));
  if (step === 'customer')
    void queryClient.prefetchQuery({
      queryKey: ['pick', ...companyLists(conn), ''],
      queryFn: () => findCompanies(conn, ''),
    });
  if (step === 'product') void prepareServices(conn, taskId);
  else if (step === 'customer' || step === undefined) void queryClient.prefetchQuery(mappingsOf(taskId));
}

async function prepareServices(conn: string, taskId: string): Promise<void> {
  const found = await queryClient.ensureQueryData(mappingsOf(taskId)).catch(() => undefined);
  const needed = found?.products.filter(({ state }) => state !== 'notNeeded') ?? [];
  for (const periodType of new Set(needed.map(({ product }) => product.cycle.periodType)))
    void queryClient.prefetchQuery({
      queryKey: ['pick', ...serviceLists(conn, periodType), ''],
      queryFn: () => findServices(conn, periodType, ''),
    });
}
