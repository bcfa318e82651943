import { useQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { api, ok, type ApiProblem } from '../api/client';
import { useConnections } from '../app/queries';
import { Screen } from '../app/screen';
import { m } from '../messages';
import type { Task } from '../parts/badges';
import { Empty } from '../parts/empty';
import { ProblemNotice } from '../parts/problem';
import { bestOf } from './best';

/** The address a marketplace links to: from an order or a subscription of its own to the wizard of the task. */
export function OpenScreen(): ReactNode {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const order = params.get('order') ?? '';
  const subscription = params.get('subscription') ?? '';
  const connections = useConnections();
  const ids = connections.data?.items.map(({ id }) => id);
  const { data, error, refetch } = useQuery<Task | null, ApiProblem>({
    queryKey: ['open', order, subscription, ids],
    queryFn: async () => {
      // The marketplace knows nothing of connections.
      const found = await Promise.all(ids!.map(async (id) => await tasksOf(id, order, subscription)));
      return bestOf(found.flat(), order) ?? null;
    },
    enabled: ids !== undefined,
    gcTime: 0,
  });
  useEffect(() => {
    if (data) void navigate(`/c/${data.connectionId}/tasks/${data.id}/sync/`, { replace: true });
  }, [data, navigate]);
  const what = order || subscription;
  return (
    <Screen title={m.open.title(what)} kind="form">
      {connections.error || error ? (
        <ProblemNotice
          error={connections.error ?? error}
          retry={() => void (connections.error ? connections.refetch() : refetch())}
        />
      ) : data === null ? (
        <Empty title={m.open.none(what)} text={m.open.noneText}>
          <Link to="/">{m.app.toTasks}</Link>
        </Empty>
      ) : (
        <p className="dim" role="status">
          {m.open.looking}
        </p>
      )}
    </Screen>
  );
}

/** Tasks of the order, and of the subscription, that a connection has. */
async function tasksOf(connectionId: string, order: string, subscriptionId: string): Promise<Task[]> {
  const ask = async (query: { search: string } | { subscriptionId: string }): Promise<Task[]> => {
    const { items } = await ok(
      api.GET('/api/v1/connections/{connectionId}/tasks', {
        params: { path: { connectionId }, query: { page: 1, pageSize: 200, ...query } },
      }),
    );
    return items;
  };
  const [byOrder, bySubscription] = await Promise.all([
    order === '' ? [] : ask({ search: order }),
    subscriptionId === '' ? [] : ask({ subscriptionId }),
  ]);
  return [...byOrder.filter(({ orderNumber }) => orderNumber === order), ...bySubscription];
}
