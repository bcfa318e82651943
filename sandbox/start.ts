import { join } from 'node:path';
import { startAutotaskSandbox } from './autotask/autotask-sandbox.js';
import { startMarketplaceSandbox } from './marketplace/marketplace-sandbox.js';

/** Both simulated systems, running and told of each other. */
export interface RunningSandboxes {
  autotask: Awaited<ReturnType<typeof startAutotaskSandbox>>;
  marketplace: Awaited<ReturnType<typeof startMarketplaceSandbox>>;
  close(): Promise<void>;
}

/**
 * Starts both sandboxes on 127.0.0.1.
 *
 * @param options ports (0 = a free one), the folder that keeps their state (omitted = memory only) and where the
 *   extension answers. @throws when a port is taken.
 */
export async function startSandboxes(options: {
  autotaskPort: number;
  marketplacePort: number;
  folder?: string;
  extensionUrl: () => string;
}): Promise<RunningSandboxes> {
  const origins: { autotask?: string; marketplace?: string } = {};
  const file = (name: string) => (options.folder === undefined ? {} : { file: join(options.folder, `${name}.jsonl`) });
  const autotask = await startAutotaskSandbox({
    port: options.autotaskPort,
    peer: () => origins.marketplace,
    ...file('autotask'),
  });
  origins.autotask = autotask.origin;
  try {
    const marketplace = await startMarketplaceSandbox({
      port: options.marketplacePort,
      peer: () => origins.autotask,
      extensionUrl: options.extensionUrl,
      ...file('marketplace'),
    });
    origins.marketplace = marketplace.origin;
    return {
      autotask,
      marketplace,
      close: async () => {
        await marketplace.close();
        await autotask.close();
      },
    };
  } catch (error) {
    await autotask.close();
    throw error;
  }
}
