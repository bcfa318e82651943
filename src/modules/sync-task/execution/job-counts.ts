import type { Unit } from '../../../platform/database/database.js';

/** How a task ended for the job that asked for it. */
export type JobOutcome = 'done' | 'failed' | 'returned';

/** Rows that failed or came back are listed with the job, up to here. */
const LISTED = 500;

/**
 * Counts a task's end in its job, in the transaction that ends it: so each task counts once, whatever crashes, and at
 * every moment done + failed + returned + left = total (FEATURES TSK-8). What was said about the wave before is over
 * with it. The last one ends the job.
 *
 * @param why for the list of rows that failed or came back.
 */
export async function countInJob(
  em: Unit,
  task: { id: string; installationId: string; jobId?: string | null | undefined },
  outcome: JobOutcome,
  why?: string,
): Promise<void> {
  if (!task.jobId) return;
  const listed = outcome === 'done' ? null : JSON.stringify([{ taskId: task.id, outcome, message: why ?? '' }]);
  await em.execute(
    `update job set
       done = done + ?, failed = failed + ?, returned = returned + ?, step = null,
       started_at = coalesce(started_at, clock_timestamp()),
       result = case when ?::jsonb is null or jsonb_array_length(coalesce(result->'tasks', '[]'::jsonb)) >= ${LISTED}
                then result
                else jsonb_set(coalesce(result, '{}'::jsonb), '{tasks}', coalesce(result->'tasks', '[]'::jsonb) || ?::jsonb)
                end,
       state = case when state in ('queued', 'running') and done + failed + returned + 1 >= total then 'done'
               else state end,
       finished_at = case when done + failed + returned + 1 >= total then coalesce(finished_at, clock_timestamp())
                     else finished_at end
     where installation_id = ? and id = ?`,
    [
      outcome === 'done' ? 1 : 0,
      outcome === 'failed' ? 1 : 0,
      outcome === 'returned' ? 1 : 0,
      listed,
      listed,
      task.installationId,
      task.jobId,
    ],
  );
}

/**
 * Shows a job as running from its first task on.
 *
 * @returns false when somebody has stopped it: nothing more of it is to be begun.
 */
export async function startInJob(
  em: Unit,
  task: { installationId: string; jobId?: string | null | undefined },
): Promise<boolean> {
  if (!task.jobId) return true;
  const [job] = await em.execute<{ state: string }[]>(
    `update job set state = case when state in ('queued') then 'running' else state end,
       started_at = coalesce(started_at, clock_timestamp())
     where installation_id = ? and id = ? returning state`,
    [task.installationId, task.jobId],
  );
  return job?.state !== 'stopped';
}
