import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AutotaskError } from '../../../adapters/autotask/autotask.errors.js';
import { Database } from '../../../platform/database/database.js';
import { Problem } from '../../../platform/http/problem.js';
import type { ClaimedJob } from '../../../platform/jobs/due-jobs.service.js';
import { JobRuns } from '../../../platform/jobs/job-runs.service.js';
import { DONE, HANDED_BACK, WorkerLoop, type RunContext, type RunOutcome } from '../../../platform/jobs/worker-loop.js';
import { ConnectionAccess } from '../../installation/connection-access.service.js';
import { Connection } from '../../installation/connection.entity.js';
import { AutotaskReader } from '../planning/autotask-reader.js';
import { PlanFacts } from '../planning/plan-facts.service.js';
import { TaskReplanner } from '../task-replanner.service.js';
import { ConnectionLeases } from './connection-lease.service.js';
import { StrayAttempts } from './stray-attempts.service.js';
import { RunnableTasks, type RunnableTask } from './runnable-tasks.service.js';
import { TaskCompletion, TaskMovedError, type WrittenTask } from './task-completion.service.js';
import { TaskExits } from './task-exits.service.js';
import { TaskRunner, type RunScope } from './task-runner.service.js';
import { afterWrite, restMs } from './write-outcome.js';

/** Lanes at work at once (DESIGN §7). */
const LANES = 3;
/** A connection that is switched off with work waiting is looked at again after this. */
const LOOK_AGAIN_MS = 15 * 60_000;
/** Between two runs of which the first got nowhere. */
const BREATH_MS = 500;
/** Tasks of a wave: one read before and one after serve all of them, however many lanes they are spread over. */
const WAVE = 48;

/**
 * The work behind the job `sync`: runs a connection's confirmed tasks (DESIGN §7).
 *
 * It goes in waves, one task a lane: one round of reads for all of them, the writes three lanes at a time, one round of
 * reads to see what the lines hold now. That last reading serves the next wave's plans, so a bulk run costs little more
 * than its writes (DESIGN §13, B4).
 */
@Injectable()
export class SyncExecutor implements OnModuleInit {
  private readonly logger = new Logger(SyncExecutor.name);

  constructor(
    private readonly database: Database,
    private readonly worker: WorkerLoop,
    private readonly access: ConnectionAccess,
    private readonly leases: ConnectionLeases,
    private readonly runnable: RunnableTasks,
    private readonly facts: PlanFacts,
    private readonly runner: TaskRunner,
    private readonly completion: TaskCompletion,
    private readonly exits: TaskExits,
    private readonly replanner: TaskReplanner,
    private readonly strays: StrayAttempts,
    private readonly jobs: JobRuns,
  ) {}

  onModuleInit(): void {
    this.worker.handle('sync', async (job, context) => await this.work(job, context));
  }

  /** Does the due work of one connection. Safe to repeat, and to be killed at any point. */
  async work(job: Pick<ClaimedJob, 'installationId' | 'connectionId'>, context: RunContext): Promise<RunOutcome> {
    const connection = await this.database
      .unit()
      .findOne(Connection, { id: job.connectionId, installationId: job.installationId });
    if (!connection) return DONE;
    const owner = `${context.owner}:${randomUUID().slice(0, 8)}`.slice(0, 100);
    const lease = await this.leases.take(connection, owner);
    if (!lease) return { kind: 'again', at: (await this.leases.heldUntil(connection)) ?? (await this.at(0)) };
    try {
      await this.runnable.handBackOrphans(connection, owner);
      const signal = AbortSignal.any([context.signal, lease.lost]);
      return await this.workOff(connection, { connection, lease, signal });
    } finally {
      await lease.release();
    }
  }

  private async workOff(connection: Connection, scope: Omit<RunScope, 'reader'>): Promise<RunOutcome> {
    await this.runnable.giveBackStuck(connection);
    let reader;
    try {
      reader = new AutotaskReader((await this.access.autotask(connection)).forWriting());
    } catch (error) {
      if (error instanceof Problem) return await this.notNow(connection, error);
      throw error;
    }
    await this.strays.prove(connection, reader);
    for (;;) {
      const pauseMs = await this.waves({ ...scope, reader });
      if (scope.signal.aborted) return HANDED_BACK;
      if (pauseMs !== undefined) return await this.again(pauseMs);
      // What was held by the tasks of these waves may be planned for real now, and may then be next.
      const replanned = await this.replanner.replanWaiting(connection, reader);
      if (replanned.failed) return await this.again(replanned.failed.waitMs);
      const given = await this.runnable.giveBackStuck(connection);
      if (replanned.confirmed + given === 0) break;
    }
    const at = await this.nextTurn(connection);
    return at ? { kind: 'again', at } : DONE;
  }

  /**
   * When somebody should come back: when the first task's time is over. One whose time ended while others of its wave
   * were still at work has none in the future, but nobody else will come for it.
   */
  private async nextTurn(connection: Connection): Promise<Date | undefined> {
    const at = await this.runnable.nextAt(connection);
    if ((await this.runnable.next(connection, 1)).length === 0) return at;
    const soon = await this.at(BREATH_MS);
    return at && at < soon ? at : soon;
  }

  /** Waves until nothing is left that may run. Returns how long the connection should rest, if it should. */
  private async waves(scope: RunScope): Promise<number | undefined> {
    for (;;) {
      if (scope.signal.aborted) return undefined;
      const wave = await this.runnable.next(scope.connection, WAVE);
      if (wave.length === 0) return undefined;
      const { written, pauseMs, moved } = await this.wave(scope, wave);
      const failed = await this.complete(scope, written);
      if (written.length > 0 && failed === undefined) await this.access.resume(scope.connection);
      await this.runnable.giveBackStuck(scope.connection);
      const rest = pauseMs ?? failed;
      if (rest !== undefined) return rest;
      if (moved === 0) return undefined;
    }
  }

  private async wave(
    scope: RunScope,
    wave: readonly RunnableTask[],
  ): Promise<{ written: WrittenTask[]; pauseMs: number | undefined; moved: number }> {
    const written: WrittenTask[] = [];
    let pauseMs: number | undefined;
    let moved = 0;
    try {
      const requests = wave.map(({ task }) => ({ task, choices: task.choices }));
      await this.facts.preload(scope.connection, requests, scope.reader);
    } catch (error) {
      // Each task meets the same trouble again on its own and says so; here it only means that nothing is ready yet.
      if (!(error instanceof AutotaskError)) throw error;
    }
    const queue = [...wave];
    const lane = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        if (scope.signal.aborted || pauseMs !== undefined) return;
        const result = await this.runner.run(scope, next.task);
        if (result.kind === 'written') {
          written.push(result);
          await this.tell(result.task, written);
        }
        if (result.kind === 'waits' && result.pauseMs !== undefined) pauseMs = Math.max(pauseMs ?? 0, result.pauseMs);
        if (result.kind !== 'waits') moved += 1;
      }
    };
    // All lanes end before anything is thrown: one that went on alone would outlive the lease.
    const ends = await Promise.allSettled(Array.from({ length: LANES }, lane));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return { written, pauseMs, moved };
  }

  /**
   * Tells people who watch the job how many of its tasks are written so far: they count as done only when the wave is
   * read back, and a long wave would look like one that stands still (FEATURES TSK-8).
   */
  private async tell({ jobId, installationId }: WrittenTask['task'], written: readonly WrittenTask[]): Promise<void> {
    if (!jobId) return;
    const count = written.filter(({ task }) => task.jobId === jobId).length;
    await this.jobs.progress(jobId, installationId, {
      step: `${count} ${count === 1 ? 'is' : 'are'} written and will be read back together.`,
    });
  }

  /** Step 6 for a wave. Returns how long to rest when Autotask could not be read. */
  private async complete(scope: RunScope, written: readonly WrittenTask[]): Promise<number | undefined> {
    if (written.length === 0) return undefined;
    try {
      await this.completion.complete(written, scope.reader);
      return undefined;
    } catch (error) {
      if (error instanceof TaskMovedError) {
        this.logger.warn(error.message);
        return 0;
      }
      if (!(error instanceof AutotaskError)) throw error;
      const after = afterWrite(error);
      const attempts = Math.min(...written.map(({ task }) => task.attempts));
      const waitMs = after.next === 'later' ? restMs(attempts, after.waitMs) : 60_000;
      // Everything is written and proven; only the look at the result is missing. The next run makes up for it.
      for (const { task } of written)
        await this.exits.handBack(task, { ms: waitMs, code: error.code, message: error.message, tried: true });
      return waitMs;
    }
  }

  /** Paused or switched off: the rows stay as they are, and somebody looks again while any of them waits. */
  private async notNow(connection: Connection, problem: Problem): Promise<RunOutcome> {
    this.logger.debug(`connection ${connection.id}: ${problem.code}`);
    if (!(await this.runnable.anyWaiting(connection))) return DONE;
    const paused = problem.code === 'CONNECTION_PAUSED' ? connection.pausedUntil : undefined;
    return { kind: 'again', at: paused ?? (await this.at(LOOK_AGAIN_MS)) };
  }

  private async again(ms: number): Promise<RunOutcome> {
    return { kind: 'again', at: await this.at(ms) };
  }

  /** On the database's clock, by which due rows are read: this machine's may be wrong. */
  private async at(ms: number): Promise<Date> {
    return new Date((await this.database.now()).getTime() + ms);
  }
}
