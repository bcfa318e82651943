import { defineEntity, p } from '@mikro-orm/core';
import type { JobName } from '../../ports/task-queue.port.js';
import { connectionColumns } from '../database/tenant-columns.js';

const DueJobSchema = defineEntity({
  name: 'DueJob',
  tableName: 'due_job',
  uniques: [{ name: 'due_job_one', properties: ['installationId', 'connectionId', 'name'] }],
  indexes: [{ name: 'due_job_requested', properties: ['requestedAt'] }],
  properties: {
    ...connectionColumns,
    name: p.string().$type<JobName>().length(20),
    /** Newest request; the row is done with when a run started after it (DESIGN §8). Null = nothing due. */
    requestedAt: p.datetime().nullable(),
    /** Not before this time. */
    notBefore: p.datetime().nullable(),
    claimedBy: p.string().length(100).nullable(),
    claimedUntil: p.datetime().nullable(),
  },
});

/** What is due per connection and kind; queue messages only hint at it. */
export class DueJob extends DueJobSchema.class {}
DueJobSchema.setClass(DueJob);

/** States of a job people watch. */
export type JobState = 'queued' | 'running' | 'done' | 'stopped' | 'failed';

const JobSchema = defineEntity({
  name: 'Job',
  tableName: 'job',
  indexes: [
    { name: 'job_list', properties: ['installationId', 'connectionId', 'name', 'requestedAt'] },
    {
      name: 'job_one_open_check',
      expression:
        'create unique index "job_one_open_check" on "job" ("installation_id", "connection_id", "name") where "state" in (\'queued\', \'running\') and "name" in (\'check\', \'refresh\')',
    },
  ],
  properties: {
    ...connectionColumns,
    name: p.string().$type<JobName>().length(20),
    state: p.string().$type<JobState>().length(20),
    requestedBy: p.string().length(200),
    requestedAt: p.datetime(),
    startedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
    /** Total when known; done + failed + returned + left = total at every moment. */
    total: p.integer().default(0),
    done: p.integer().default(0),
    failed: p.integer().default(0),
    returned: p.integer().default(0),
    /** What happens now, in words, e.g. "Reading orders". */
    step: p.string().length(200).nullable(),
    /** Ids or filter the job works on, and its findings. */
    payload: p.json().$type<Record<string, unknown>>(),
    result: p.json().$type<Record<string, unknown>>().nullable(),
    failure: p.json().$type<{ code: string; message: string }>().nullable(),
  },
});

/** A job somebody can watch: a check, a refresh, a bulk sync, an import. */
export class Job extends JobSchema.class {}
JobSchema.setClass(Job);
