import type { LoggerService } from '@nestjs/common';
import { expect, it } from 'vitest';
import { quietStart } from './quiet-start.js';

it('tells of modules and routes at debug only, and of everything else as it is', () => {
  const told: unknown[][] = [];
  const at =
    (level: string) =>
    (...said: unknown[]) =>
      told.push([level, ...said]);
  const logger: LoggerService = { log: at('log'), debug: at('debug'), warn: at('warn'), error: at('error') };
  const quiet = quietStart(logger);
  quiet.log('Mapped {/me, GET} route', 'RouterExplorer');
  quiet.log('a check is due', 'CheckScheduler');
  quiet.error('a job failed', 'stack', 'WorkerLoop');
  expect(told).toEqual([
    ['debug', 'Mapped {/me, GET} route', 'RouterExplorer'],
    ['log', 'a check is due', 'CheckScheduler'],
    ['error', 'a job failed', 'stack', 'WorkerLoop'],
  ]);
});
