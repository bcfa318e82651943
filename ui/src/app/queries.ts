import { QueryClient, queryOptions, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, ApiProblem, ok, type Schemas } from '../api/client';

export type Me = Schemas['MeView'];
export type ConnectionItem = Schemas['ConnectionListItem'];
export type Dashboard = Schemas['DashboardView'];
export type Job = Schemas['JobView'];

/** Answers are kept fresh by the event stream, not by time; only a network failure is worth a second try. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => error instanceof ApiProblem && error.code === 'OFFLINE' && failures < 1,
      retryDelay: 1000,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

const me = queryOptions<Me, ApiProblem>({
  queryKey: ['me'],
  queryFn: () => ok(api.GET('/api/v1/me')),
  staleTime: Infinity,
});
const connections = queryOptions<Schemas['ConnectionPage'], ApiProblem>({
  queryKey: ['connections'],
  queryFn: () => ok(api.GET('/api/v1/connections', { params: { query: { page: 1, pageSize: 200 } } })),
});

/** Asks for what every screen shows, while the code of the first one is still on its way. */
export function askFirst(): void {
  void queryClient.prefetchQuery(me);
  void queryClient.prefetchQuery(connections);
}

/** The currency of a connection, for words made outside of a screen. */
export async function currencyOf(connectionId: string): Promise<string> {
  const { items } = await queryClient.ensureQueryData(connections);
  return items.find(({ id }) => id === connectionId)?.currency ?? '';
}

/** Who is signed in. */
export function useMe(): UseQueryResult<Me, ApiProblem> {
  return useQuery(me);
}

/** True when the person may do what that role may. While it is not known, nothing may be done. */
export function useMay(role: 'operator' | 'admin'): boolean {
  const { data } = useMe();
  return data?.role === 'admin' || data?.role === role;
}

/** All connections. */
export function useConnections(): UseQueryResult<Schemas['ConnectionPage'], ApiProblem> {
  return useQuery(connections);
}

/** One connection of the list. */
export function useConnection(id: string | undefined): ConnectionItem | undefined {
  return useConnections().data?.items.find((one) => one.id === id);
}

/** The numbers above the lists. */
export function useDashboard(connectionId: string): UseQueryResult<Dashboard, ApiProblem> {
  return useQuery({
    queryKey: ['dashboard', connectionId],
    queryFn: () => ok(api.GET('/api/v1/connections/{id}/dashboard', { params: { path: { id: connectionId } } })),
  });
}

/** A job, read again while it runs even where the event stream is silent. */
export function useJob(id: string | null | undefined): UseQueryResult<Job, ApiProblem> {
  return useQuery({
    queryKey: ['job', id],
    queryFn: () => ok(api.GET('/api/v1/jobs/{id}', { params: { path: { id: id! } } })),
    enabled: Boolean(id),
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data) ? false : 2000),
  });
}

/** True once nothing more will happen to the job. */
export function hasEnded(job: Job): boolean {
  return job.state === 'done' || job.state === 'stopped' || job.state === 'failed';
}
