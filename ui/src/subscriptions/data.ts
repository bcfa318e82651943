import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, ok, type ApiProblem, type Schemas } from '../api/client';
import { queryClient } from '../app/queries';
import { m } from '../messages';
import type { Tone } from '../parts/badges';

export type SubscriptionRow = Schemas['SubscriptionRow'];
export type SubscriptionDetail = Schemas['SubscriptionDetail'];
export type SubscriptionPage = Schemas['SubscriptionPage'];

export const SYNC_VIEWS = ['notMapped', 'outOfSync', 'synced', 'ignored', 'all'] as const;
export type SyncView = (typeof SYNC_VIEWS)[number];

/** Colour of a sync status (FEATURES MAP-9). */
export const SYNC_TONES: Record<SubscriptionRow['status'], Tone> = {
  notMapped: 'attention',
  outOfSync: 'bad',
  synced: 'good',
  ignored: 'muted',
};

/** A subscription in full. */
export function useSubscription(id: string): UseQueryResult<SubscriptionDetail, ApiProblem> {
  return useQuery({
    queryKey: ['subscription', id],
    queryFn: () => ok(api.GET('/api/v1/subscriptions/{id}', { params: { path: { id } } })),
  });
}

/** Reads again what mapping or syncing a subscription has changed. */
export function refreshSubscriptions(connectionId: string): void {
  for (const key of [
    ['subscriptions', connectionId],
    ['subscription'],
    ['tasks', connectionId],
    ['dashboard', connectionId],
  ])
    void queryClient.invalidateQueries({ queryKey: key });
}

/** What stands under the badge: how much is open, or that Autotask differs. */
export function secondLine({ openTasks, drift }: Pick<SubscriptionRow, 'openTasks' | 'drift'>): string {
  return [openTasks > 0 ? m.subscriptions.open(openTasks) : '', drift ? m.subscriptions.drift : '']
    .filter((part) => part !== '')
    .join(' · ');
}
