import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api, ok, type ApiProblem, type Schemas } from '../api/client';
import { queryClient } from '../app/queries';
import { toast } from '../app/toasts';
import { patchTasks } from '../app/use-live';
import { m } from '../messages';
import type { Task } from '../parts/badges';
import { conditionsOf, type Selection, type TaskFilter, type View } from './filter';

export type TaskDetail = Schemas['TaskDetail'];
export type TaskPage = Schemas['TaskPage'];
export type SelectionSummary = Schemas['TaskSelectionView'];

/** More rows than this are read again as lists, not patched one by one. */
const PATCHED = 200;

/** A page of tasks. */
export async function fetchTasks(
  connectionId: string,
  filter: TaskFilter,
  page: number,
  pageSize: number,
): Promise<TaskPage> {
  return await ok(
    api.GET('/api/v1/connections/{connectionId}/tasks', {
      params: {
        path: { connectionId },
        query: {
          page,
          pageSize,
          sort: filter.sort,
          ...conditionsOf(filter),
        },
      },
    }),
  );
}

/** What a selection comes to, as the server counts it; undefined = nothing is selected. */
export function useSelection(
  connectionId: string,
  selection: Selection | undefined,
): UseQueryResult<SelectionSummary, ApiProblem> {
  return useQuery({
    queryKey: ['selection', connectionId, selection],
    queryFn: () =>
      ok(
        api.POST('/api/v1/connections/{connectionId}/tasks/selection', {
          params: { path: { connectionId } },
          body: selection!,
        }),
      ),
    enabled: selection !== undefined,
  });
}

/** A task with everything about it. */
export function useTask(id: string | null): UseQueryResult<TaskDetail, ApiProblem> {
  return useQuery({
    queryKey: ['task', id],
    queryFn: () => ok(api.GET('/api/v1/tasks/{taskId}', { params: { path: { taskId: id! } } })),
    enabled: id !== null,
  });
}

/** Reads again what an act of this page has changed. */
export function refreshTasks(connectionId: string): void {
  for (const key of [
    ['tasks', connectionId],
    ['selection', connectionId],
    ['dashboard', connectionId],
    ['task'],
    ['connections'],
    ['subscriptions', connectionId],
  ])
    void queryClient.invalidateQueries({ queryKey: key });
}

/** Shows at once what an act of this page has made of these tasks, each in its place. */
async function showChanged(connectionId: string, ids: string[]): Promise<void> {
  if (ids.length > PATCHED) {
    refreshTasks(connectionId);
    return;
  }
  for (const key of [
    ['selection', connectionId],
    ['dashboard', connectionId],
    ['task'],
    ['connections'],
    ['subscriptions', connectionId],
  ])
    void queryClient.invalidateQueries({ queryKey: key });
  await patchTasks(connectionId, ids);
}

/** Takes ignored tasks back. @throws ApiProblem */
export async function restoreTasks(connectionId: string, taskIds: string[]): Promise<void> {
  const { changed } = await ok(
    api.POST('/api/v1/connections/{connectionId}/tasks/restore', {
      params: { path: { connectionId } },
      body: { taskIds },
    }),
  );
  await showChanged(connectionId, changed);
  toast('good', m.ignored.done(changed.length));
}

/**
 * Ignores tasks, with an Undo for a while.
 *
 * @param expectedCount how many the person was shown. @throws ApiProblem COUNT_CHANGED when other ones match now.
 */
export async function ignoreTasks(
  connectionId: string,
  selection: Selection,
  expectedCount: number,
  kind: 'done_by_hand' | 'not_billed',
  reason: string,
): Promise<void> {
  const { changed, skipped } = await ok(
    api.POST('/api/v1/connections/{connectionId}/tasks/ignore', {
      params: { path: { connectionId } },
      body: { ...selection, expectedCount, kind, reason },
    }),
  );
  await showChanged(connectionId, changed);
  if (changed.length > 0)
    toast('good', m.ignore.done(changed.length), {
      act: {
        label: m.ignore.undo,
        run: () => void restoreTasks(connectionId, changed).catch(() => toast('bad', m.problem.of.UNEXPECTED.happened)),
      },
    });
  if (skipped.length > 0) toast('attention', m.ignore.notDone(skipped.length));
}

/** Whether a task still belongs in a view of the list, by the server's own rules. */
export function fits(view: View, task: Task): boolean {
  const { state, waitsFor, accepted } = task;
  const open = state === 'pending' || state === 'action_required' || state === 'ready' || state === 'failed';
  switch (view) {
    case 'all':
      return true;
    case 'needsYou':
      return state === 'action_required' || state === 'failed' || state === 'uncertain';
    case 'ready':
      return state === 'ready' && !accepted;
    case 'inProgress':
      return state === 'running' || state === 'pending' || (state === 'ready' && accepted !== null);
    case 'waiting':
      return open && waitsFor !== null;
    case 'synced':
      return state === 'synced';
  }
}

/** Where the next sensible act of a task leads. */
export function actOf(task: Task): { label: string; step?: string } {
  switch (task.nextAction) {
    case 'sync':
      return { label: m.acts.sync, step: 'confirm' };
    case 'map':
      return { label: m.acts.map, step: '' };
    case 'answer':
      return { label: m.acts.answer, step: '' };
    case 'decide':
      return { label: m.acts.decide, step: 'result' };
    case 'retry':
      return { label: m.acts.retry, step: 'confirm' };
    case 'restore':
      return { label: m.acts.restore };
    default:
      return { label: m.acts.open };
  }
}

/** True where what a fee is charged as is missing, or was refused: it is set under Fees (FEATURES MAP-8). */
export function aboutFees({ state, requiredActions, steps }: TaskDetail): boolean {
  if (state !== 'failed' && state !== 'action_required') return false;
  const last = steps.at(-1);
  return (
    requiredActions.some(({ code }) => code === 'FEE_MAPPING_MISSING') ||
    (last?.kind === 'addCharge' && last.state === 'rejected')
  );
}
