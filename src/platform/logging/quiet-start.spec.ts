import { expect, it, vi } from 'vitest';
import { quietStart } from './quiet-start.js';

it('tells of modules and routes at debug only, and of everything else as it is', () => {
  const logger = { log: vi.fn(), debug: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const quiet = quietStart(logger);
  quiet.log('Mapped {/me, GET} route', 'RouterExplorer');
  quiet.log('a check is due', 'CheckScheduler');
  quiet.error('a job failed', 'stack', 'WorkerLoop');
  expect(logger.debug).toHaveBeenCalledExactlyOnceWith('Mapped {/me, GET} route', 'RouterExplorer');
  expect(logger.log).toHaveBeenCalledExactlyOnceWith('a check is due', 'CheckScheduler');
  expect(logger.error).toHaveBeenCalledExactlyOnceWith('a job failed', 'stack', 'WorkerLoop');
});
