import { Module, type DynamicModule } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { dueEnvelopes } from '../../platform/jobs/due-envelopes.js';
import { TaskQueue } from '../../ports/task-queue.port.js';
import { DatabaseTaskQueue } from './database-task-queue.js';

/** Handlers at once in one process: most of their time is spent waiting for remote systems. */
const CONCURRENCY = 8;
const POLL_MS = 500;

/** Provides `TaskQueue` everywhere: on Redis when there is one, else on the due rows (DESIGN §2). */
@Module({})
export class QueueModule {
  static async forRoot(config: {
    redisUrl: string | undefined;
    databaseUrl: string | undefined;
    dataDir: string;
  }): Promise<DynamicModule> {
    const { redisUrl } = config;
    if (redisUrl) {
      const { RedisQueueModule } = await import('./redis-queue.module.js');
      return RedisQueueModule.forRoot({ ...config, redisUrl });
    }
    return {
      module: QueueModule,
      global: true,
      providers: [
        {
          provide: TaskQueue,
          inject: [Database],
          useFactory: (database: Database) =>
            new DatabaseTaskQueue(() => dueEnvelopes(database), { concurrency: CONCURRENCY, pollMs: POLL_MS }),
        },
      ],
      exports: [TaskQueue],
    };
  }
}
