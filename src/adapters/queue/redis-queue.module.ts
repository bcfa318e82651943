import { BullModule, getQueueToken } from '@nestjs/bull';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Queue } from 'bull';
import { dueEnvelopes } from '../../platform/jobs/due-envelopes.js';
import { Database } from '../../platform/database/database.js';
import { TaskQueue, type JobEnvelope } from '../../ports/task-queue.port.js';
import { BullTaskQueue } from './bull-task-queue.js';
import { queueName, redisOptions } from './redis-options.js';

/** Handlers at once in one worker process. */
const CONCURRENCY = 8;
/** The safety net's pause: what losing a hint can cost. */
const POLL_MS = 15_000;

/** The queue on Redis. Loaded only with REDIS_URL: importing Bull "just in case" opens connections and retries for ever. */
@Module({})
export class RedisQueueModule {
  static forRoot(config: { redisUrl: string; databaseUrl: string | undefined; dataDir: string }): DynamicModule {
    const name = queueName(config);
    return {
      module: RedisQueueModule,
      global: true,
      imports: [BullModule.registerQueue({ name, prefix: 'psa-sync', redis: redisOptions(config.redisUrl) })],
      providers: [
        {
          provide: TaskQueue,
          inject: [getQueueToken(name), Database],
          useFactory: (queue: Queue<JobEnvelope>, database: Database) =>
            new BullTaskQueue(queue, () => dueEnvelopes(database), { concurrency: CONCURRENCY, pollMs: POLL_MS }),
        },
      ],
      exports: [TaskQueue],
    };
  }
}
