import { createHashRouter, Navigate, useParams, type RouteObject } from 'react-router';
import { m } from '../messages';
import { Empty } from '../parts/empty';
import { TasksScreen } from '../tasks/list';
import { useConnections } from './queries';
import { Screen } from './screen';
import { Shell } from './shell';
import { ProblemNotice } from '../parts/problem';
import { remembered } from './preferences';
import type { ReactNode } from 'react';

/** `/`: the last connection's tasks, or the first connection to be made. */
function Start(): ReactNode {
  const { data, error, refetch } = useConnections();
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (!data) return <Empty title={m.common.loading} />;
  const last = remembered<string>('psa-sync:connection', 'local');
  const connection = data.items.find(({ id }) => id === last) ?? data.items[0];
  return <Navigate replace to={connection ? `/c/${connection.id}/tasks` : '/welcome'} />;
}

function Unknown(): ReactNode {
  return (
    <Screen title={m.app.name}>
      <Empty title={m.app.notFound}>
        <a href="#/">{m.app.toTasks}</a>
      </Empty>
    </Screen>
  );
}

/** Another connection is another screen: nothing of the one before may be left in it. */
function Keyed({ of: Of }: { of: (props: { conn: string }) => ReactNode }): ReactNode {
  const { conn } = useParams();
  return <Of key={conn} conn={conn!} />;
}

const routes: RouteObject[] = [
  {
    element: <Shell />,
    errorElement: <ProblemNotice error={undefined} retry={() => window.location.reload()} />,
    hydrateFallbackElement: <Empty title={m.common.loading} />,
    children: [
      { index: true, element: <Start /> },
      { path: 'c/:conn/tasks', element: <Keyed of={TasksScreen} /> },
      {
        path: 'c/:conn/tasks/ignored',
        lazy: async () => ({ element: <Keyed of={(await import('../tasks/ignored')).IgnoredScreen} /> }),
      },
      {
        path: 'c/:conn/jobs/:job',
        lazy: async () => ({ element: <Keyed of={(await import('../tasks/job')).JobScreen} /> }),
      },
      {
        path: 'c/:conn/tasks/:task/sync/:step?',
        lazy: async () => ({ element: <Keyed of={(await import('../wizard/wizard')).WizardScreen} /> }),
      },
      {
        path: 'c/:conn/mapping',
        element: <Navigate replace to="customers" />,
      },
      {
        path: 'c/:conn/mapping/customers',
        lazy: async () => ({ element: <Keyed of={(await import('../mapping/customers')).CustomersScreen} /> }),
      },
      {
        path: 'c/:conn/mapping/products',
        lazy: async () => ({ element: <Keyed of={(await import('../mapping/products')).ProductsScreen} /> }),
      },
      {
        path: 'c/:conn/mapping/fees',
        lazy: async () => ({ element: <Keyed of={(await import('../mapping/fees')).FeesScreen} /> }),
      },
      {
        path: 'c/:conn/mapping/import',
        lazy: async () => ({ element: <Keyed of={(await import('../mapping/import')).ImportScreen} /> }),
      },
      {
        path: 'c/:conn/mapping/import/:id',
        lazy: async () => ({ element: <Keyed of={(await import('../mapping/import')).ImportRunScreen} /> }),
      },
      {
        path: 'c/:conn/mapping/csv',
        lazy: async () => ({ element: <Keyed of={(await import('../mapping/csv')).CsvScreen} /> }),
      },
      {
        path: 'c/:conn/subscriptions',
        lazy: async () => ({ element: <Keyed of={(await import('../subscriptions/list')).SubscriptionsScreen} /> }),
      },
      {
        path: 'c/:conn/insights',
        lazy: async () => ({ element: <Keyed of={(await import('../insights/insights')).InsightsScreen} /> }),
      },
      {
        path: 'c/:conn/tie-out',
        lazy: async () => ({ element: <Keyed of={(await import('../tie-out/tie-out')).TieOutScreen} /> }),
      },
      { path: 'open', lazy: async () => ({ Component: (await import('../tasks/open')).OpenScreen }) },
      { path: 'log', lazy: async () => ({ Component: (await import('../log/log')).LogScreen }) },
      {
        path: 'welcome',
        lazy: async () => ({ Component: (await import('../settings/connect')).WelcomeScreen }),
      },
      {
        path: 'settings/connections',
        lazy: async () => ({ Component: (await import('../settings/connections')).ConnectionsScreen }),
      },
      {
        path: 'settings/connections/new',
        lazy: async () => ({ Component: (await import('../settings/connect')).NewConnectionScreen }),
      },
      {
        path: 'settings/connections/:id/:section?',
        lazy: async () => ({ Component: (await import('../settings/connection')).ConnectionScreen }),
      },
      {
        path: 'settings/preferences',
        lazy: async () => ({ Component: (await import('../settings/preferences')).PreferencesScreen }),
      },
      { path: '*', element: <Unknown /> },
    ],
  },
];

/** Routes of reference/page-design §3.3, in the hash: the frame's own address stays the installation's. */
export const router = createHashRouter(routes);
