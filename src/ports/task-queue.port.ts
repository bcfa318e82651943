/** Kinds of background work (DESIGN §8). */
export const JOB_NAMES = ['check', 'sync', 'refresh', 'import', 'bulk'] as const;
export type JobName = (typeof JOB_NAMES)[number];

/** The envelope: ids only. The rows are the truth; losing an envelope costs a minute, never a task (DESIGN §1). */
export interface JobEnvelope {
  name: JobName;
  installationId: string;
  connectionId: string;
}

/** Runs one envelope: works until no due row of that kind is left for the connection. Must be safe to call twice. */
export type JobHandler = (envelope: JobEnvelope) => Promise<void>;

/**
 * A hint that there is work. Two implementations pass one contract suite: the embedded one polls the due rows, the Bull
 * one wakes workers through Redis.
 *
 * Promises: at most one run per job name and connection at a time in one queue; a hint that arrives while that job runs
 * leads to another run after it; a handler that throws is logged and does not stop the queue; `stop` waits for running
 * handlers.
 */
export abstract class TaskQueue {
  /** Registers the only handler of a job name. @throws Error when the name already has one. */
  abstract register(name: JobName, handler: JobHandler): void;
  /** Announces work. Repeating it while the same job waits changes nothing. */
  abstract announce(envelope: JobEnvelope): Promise<void>;
  /** Starts taking work; only worker roles call it. @throws Error when a job name has no handler. */
  abstract start(): Promise<void>;
  /** Stops taking work and waits for what runs. */
  abstract stop(): Promise<void>;
}
