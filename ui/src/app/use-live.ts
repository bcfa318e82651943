import { useEffect } from 'react';
import { api, ok } from '../api/client';
import { listen, type Change, type LiveState } from '../live';
import { m } from '../messages';
import type { Task } from '../parts/badges';
import { announce } from './announce';
import { queryClient } from './queries';
import { store } from './store';
import { toast } from './toasts';

/** Whether changes arrive by themselves. */
export const liveState = store<LiveState>('live');
/** Tasks that came while the list was open and are not in it: they wait behind a button (reference/page-design §5.2). */
export const freshTasks = store<ReadonlySet<string>>(new Set());

const AT_ONCE = 200;
const SPOKEN_EVERY_MS = 5000;
const ALIKE = 3;

let spokenAt = 0;
let [synced, failed] = [0, 0];

/** Keeps what is shown equal to what is so, without moving a row: rows are patched in place, counts are read again. */
export function useLive(): void {
  useEffect(
    () =>
      listen({
        onChanges: (changes) => void apply(changes),
        onReset: () => void queryClient.invalidateQueries(),
        onState: (state) => liveState.set(state),
      }),
    [],
  );
}

async function apply(changes: Change[]): Promise<void> {
  const of = (kind: Change['kind']): Change[] => changes.filter((one) => one.kind === kind);
  const [tasks, jobs, notifications] = [of('task'), of('job'), of('notification')];
  if (tasks.length > 0) await applyTasks(tasks);
  for (const id of new Set(jobs.flatMap(({ ids }) => ids ?? []))) readAgain(['job', id]);
  if (jobs.length > 0 && tasks.length === 0) refresh('dashboard');
  if (of('mapping').length > 0) refresh('customers', 'products', 'fees', 'mappings', 'subscriptions', 'subscription');
  if (of('connection').length > 0) refresh('connections', 'connection', 'dashboard');
  if (notifications.length > 0) await popUp(notifications);
}

function refresh(...keys: string[]): void {
  for (const key of keys) readAgain([key]);
}

const reading = new Map<string, boolean>();

/**
 * Reads again what is shown under a key. News that comes while it is read is answered by one more reading after it: a busy
 * run tells more in a second than a server answers, and asking anew each time would keep every other request waiting.
 */
function readAgain(queryKey: string[]): void {
  const id = queryKey.join('\n');
  if (reading.has(id)) {
    reading.set(id, true);
    return;
  }
  const read = async (): Promise<void> => {
    reading.set(id, false);
    await queryClient.invalidateQueries({ queryKey });
    if (reading.get(id)) await read();
  };
  void read().finally(() => reading.delete(id));
}

/** Reads the rows that changed, in one request a connection, and puts them where they are shown. */
async function applyTasks(changes: Change[]): Promise<void> {
  for (const connectionId of new Set(changes.map((one) => one.connectionId))) {
    const own = changes.filter((one) => one.connectionId === connectionId);
    if (connectionId === null) continue;
    readAgain(['dashboard', connectionId]);
    readAgain(['selection', connectionId]);
    readAgain(['subscriptions', connectionId]);
    refresh('connections', 'subscription');
    const ids = [...new Set(own.flatMap((one) => one.ids ?? []))];
    if (own.some((one) => one.ids === null) || ids.length > AT_ONCE) {
      readAgain(['tasks', connectionId]);
      refresh('task');
      continue;
    }
    for (const id of ids) readAgain(['task', id]);
    await patchTasks(connectionId, ids);
  }
}

/** Reads these tasks and puts them where they are shown; no row moves or goes (reference/page-design §5.2). */
export async function patchTasks(connectionId: string, ids: string[]): Promise<void> {
  const { items } = await ok(
    api.GET('/api/v1/connections/{connectionId}/tasks', {
      params: {
        path: { connectionId },
        // The list's arrays travel as text with commas.
        query: { page: 1, pageSize: AT_ONCE, ids: ids.slice(0, AT_ONCE).join(',') as unknown as string[] },
      },
    }),
  );
  patch(connectionId, items);
}

function patch(connectionId: string, rows: Task[]): void {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const known = new Set<string>();
  queryClient.setQueriesData<{ items: Task[] }>({ queryKey: ['tasks', connectionId] }, (page) => {
    if (!page) return page;
    for (const { id } of page.items) known.add(id);
    if (!page.items.some(({ id }) => byId.has(id))) return page;
    return {
      ...page,
      items: page.items.map((old) => {
        const row = byId.get(old.id);
        if (row && row.state !== old.state) {
          if (row.state === 'synced') synced += 1;
          if (row.state === 'failed') failed += 1;
        }
        return row ?? old;
      }),
    };
  });
  const fresh = rows.filter(({ id }) => !known.has(id)).map(({ id }) => id);
  if (fresh.length > 0) freshTasks.set(new Set([...freshTasks.get(), ...fresh]));
  speak();
}

/** One polite sentence at most every five seconds, never one a row. */
function speak(): void {
  if (synced + failed === 0 || Date.now() - spokenAt < SPOKEN_EVERY_MS) return;
  announce(m.tasks.summary(synced, failed));
  spokenAt = Date.now();
  [synced, failed] = [0, 0];
}

const TONES = { error: 'bad', action: 'attention', info: 'good' } as const;

async function popUp(changes: Change[]): Promise<void> {
  refresh('notifications');
  const ids = new Set(changes.flatMap((one) => one.ids ?? []));
  const { items } = await ok(
    api.GET('/api/v1/notifications', { params: { query: { page: 1, pageSize: 20, unread: true } } }),
  );
  const fresh = items.filter(({ id }) => ids.has(id));
  for (const level of ['error', 'action', 'info'] as const) {
    const alike = fresh.filter((one) => one.level === level);
    if (alike.length > ALIKE)
      toast(TONES[level], `${m.notifications.levels[level]}: ${m.notifications.many(alike.length)}`);
    else
      for (const { message, taskId, connectionId } of alike)
        toast(
          TONES[level],
          message,
          taskId ? { to: `/c/${connectionId}/tasks?view=all&task=${taskId}`, about: taskId } : {},
        );
  }
}
