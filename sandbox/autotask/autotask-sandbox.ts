import { serveSandbox, type RunningSandbox } from '../kit/sandbox-server.js';
import { Store } from '../kit/store.js';
import { AutotaskSystem } from './autotask-system.js';
import type { Size } from './seed/seed.js';

/** How to start the sandbox. */
export interface AutotaskSandboxOptions {
  /** 0 picks a free port. */
  port: number;
  /** Where to keep the state; omitted = memory only. */
  file?: string;
  /** Origin of the marketplace sandbox, told whenever this clock is set. */
  peer?: () => string | undefined;
  /** Where the clock of a *new* tenant begins, as ISO text; omitted = real time. */
  now?: string;
  /** Size and seed number of a new tenant; small and 1. */
  size?: Size;
  seed?: number;
}

/** The headers a client needs; the same at every start. */
interface AutotaskCredentials {
  userName: string;
  secret: string;
  integrationCode: string;
}

/** A running Autotask sandbox. */
export interface RunningAutotaskSandbox extends RunningSandbox {
  credentials: AutotaskCredentials;
  /** The address for zone discovery, e.g. `http://127.0.0.1:3001/ATServicesRest/V1.0/zoneInformation`. */
  zoneInformationUrl: string;
}

/**
 * Starts the imitated Autotask on 127.0.0.1 (DESIGN §9). A file that already holds a tenant is taken as it is; otherwise
 * a new tenant is seeded relative to the clock.
 *
 * @throws Error when the port is taken; RangeError when `now` is no instant.
 */
export async function startAutotaskSandbox(options: AutotaskSandboxOptions): Promise<RunningAutotaskSandbox> {
  const store = new Store(options.file);
  const system = new AutotaskSystem(store);
  if (store.isEmpty) {
    if (options.now !== undefined) system.clock.set(options.now);
    system.reset({
      ...(options.size === undefined ? {} : { size: options.size }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
    });
    store.commit();
  }
  const { port, peer } = options;
  const running = await serveSandbox(system, peer ? { port, peer } : { port });
  system.servedAt(running.origin);
  const [first] = system.users.all();
  if (!first) throw new Error('The sandbox has no API user.');
  const { userName, secret, integrationCode } = first;
  return {
    ...running,
    credentials: { userName, secret, integrationCode },
    zoneInformationUrl: `${running.origin}/ATServicesRest/V1.0/zoneInformation`,
  };
}
