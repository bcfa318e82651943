import { queryOptions } from '@tanstack/react-query';
import { api, ok, type ApiProblem, type Schemas } from '../api/client';
import { queryClient } from '../app/queries';
import { companyLists, findCompanies, findServices, serviceLists } from '../mapping/find';

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

/**
 * Asks for what a step shows besides the plan, so that it does not begin when the plan is there (reference/page-design
 * §3.3: two requests deep at most). An address without a step leads to a mapping more often than not.
 */
export function prepare(step: string | undefined, conn: string, taskId: string): void {
  if (step === 'contract') void queryClient.prefetchQuery(contractsOf(taskId));
  if (step === 'customer') prepareCompanies(conn);
  if (step === 'product') void prepareServices(conn, taskId);
  else if (step === 'customer') void queryClient.prefetchQuery(mappingsOf(taskId));
  else if (step === undefined) void prepareUnmapped(conn, taskId);
}

/** Which step it will be is known from the mappings before the plan is there: what that one shows is asked beside it. */
async function prepareUnmapped(conn: string, taskId: string): Promise<void> {
  const found = await queryClient.ensureQueryData(mappingsOf(taskId)).catch(() => undefined);
  if (!found) return;
  if (found.customer?.state !== 'matched') prepareCompanies(conn);
  else if (found.products.some(({ state }) => state !== 'notNeeded' && state !== 'matched'))
    await prepareServices(conn, taskId);
}

function prepareCompanies(conn: string): void {
  void queryClient.prefetchQuery({
    queryKey: ['pick', ...companyLists(conn), ''],
    queryFn: () => findCompanies(conn, ''),
  });
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
